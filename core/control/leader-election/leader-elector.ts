// LeaderElector: of several processes that could do the same work, one does it. Whoever's name is in the Lease leads, and
// renews it; the others look every few seconds, and take it when it was not renewed for `leaseDuration`.
//
//   const elector = new LeaderElector({ lock, clock, random, times, onStartedLeading, onStoppedLeading, onNewLeader });
//   await elector.start();       the first try has been made: `elector.isLeader`, `elector.leader`
//   await elector.stop();        if it led, the Lease is given back: whoever stands by need not wait
//
// Always true, while clocks run at rates that differ by less than leaseDuration / renewDeadline (1.5):
// no two electors say `isLeader` at the same time. What they read on their clocks is never compared: a Lease is old when
// *we* have not seen it change for so long. And who leads counts `renewDeadline` from when it *asked* to renew, since
// the others' count begins when the answer is on its way, or before. (In client-go the count begins with the answer, so
// a slow server can make two lead for a moment.)
// Who loses the Lease stops its work and stands by again. In Kubernetes: client-go tools/leaderelection, whose
// callers end their process then and are started again by somebody else.

import { type Clock, microTimestamp } from '../../contracts/clock.ts';
import type { Random } from '../../contracts/random.ts';
import type { Lease } from '../../model/lease.ts';
import { Countdown } from './countdown.ts';
import type { LeaderElectionRecord, LeaseLock } from './lease-lock.ts';
import { jitterFactor, type LeaderElectionTimes, usualTimes } from './times.ts';

export interface LeaderElectorOptions {
  readonly lock: LeaseLock;
  readonly clock: Clock;
  readonly random: Random;
  /** client-go's unless told; checked by whoever read them (`problemsOfTimes`). */
  readonly times?: LeaderElectionTimes;
  /** It leads from now on, until the signal is aborted. Must not wait. */
  onStartedLeading(signal: AbortSignal): void;
  /** It leads no more. What this gives is waited for before the Lease is given back or tried for again. */
  onStoppedLeading(): Promise<void>;
  /** Somebody else (or we, or with '' nobody) holds the Lease now. */
  onNewLeader?(identity: string): void;
  /** A try that failed because the API did; silent unless told. */
  onTrouble?(error: unknown): void;
}

export class LeaderElector {
  readonly #options: LeaderElectorOptions;
  readonly #times: LeaderElectionTimes;
  readonly #stopping = new AbortController();
  /** The Lease as it was seen last. */
  #lease: Lease | undefined;
  /** Runs out when the Lease was not seen to change for as long as it says. */
  #validity: Countdown | undefined;
  /** Runs out when we may not lead any more. */
  #deadline: Countdown | undefined;
  /** While it leads. */
  #term: AbortController | undefined;
  #reportedLeader = '';
  #running: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: LeaderElectorOptions) {
    this.#options = options;
    this.#times = options.times ?? usualTimes;
  }

  get isLeader(): boolean {
    return this.#term !== undefined && !this.#term.signal.aborted;
  }

  /** Who holds the Lease, as far as we have seen; '' for nobody. */
  get leader(): string {
    return this.#lease?.spec?.holderIdentity ?? '';
  }

  /** Begins to try; comes back after the first try, whatever came of it. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#running = this.#run(resolve);
    });
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    this.#stopping.abort(new Error('the leader election ends'));
    this.#term?.abort();
    await this.#running;
    this.#deadline?.cancel();
    this.#validity?.cancel();
    if (this.#holds) await this.#within(this.#times.renewDeadline / 2, (signal) => this.#release(signal));
  }

  async #run(tried: () => void): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#try();
      if (this.#term && this.#lease) {
        this.#options.lock.recordEvent(this.#lease, 'became leader');
        this.#options.onStartedLeading(this.#term.signal);
        tried();
        await this.#renew(this.#term.signal);
        this.#term = undefined;
        await this.#options.onStoppedLeading();
        continue;
      }
      tried();
      await this.#pause(this.#times.retryPeriod * (1 + this.#options.random.next() * jitterFactor), signal);
    }
    tried();
  }

  /** Until it may not lead any more, for whatever reason. */
  async #renew(term: AbortSignal): Promise<void> {
    while (!term.aborted) {
      await this.#pause(this.#times.retryPeriod, term);
      if (!term.aborted) await this.#try();
    }
    if (this.#lease && !this.#stopping.signal.aborted) this.#options.lock.recordEvent(this.#lease, 'stopped leading');
  }

  /** One try to acquire or renew. Afterwards there is a term, or the one that there is goes on, or neither. */
  async #try(): Promise<void> {
    const { clock } = this.#options;
    const { renewDeadline } = this.#times;
    // Begins before the question: see above.
    const deadline = new Countdown(clock, renewDeadline, () => {
      if (this.#deadline === deadline) this.#term?.abort();
    });
    const isOurs = await this.#within(renewDeadline / 2, (signal) => this.#tryAcquireOrRenew(signal));
    if (isOurs && !deadline.isOver && !this.#stopping.signal.aborted) {
      this.#deadline?.cancel();
      this.#deadline = deadline;
      this.#term ??= new AbortController();
    } else {
      deadline.cancel();
      // Another one's name stands there, or nobody's: somebody has written it by hand, or we were away for too long.
      if (!this.#holds) this.#term?.abort();
    }
    if (this.leader === this.#reportedLeader) return;
    this.#reportedLeader = this.leader;
    this.#options.onNewLeader?.(this.leader);
  }

  /** @returns whether the Lease is ours now. Throws ApiError. */
  async #tryAcquireOrRenew(signal: AbortSignal): Promise<boolean> {
    const { lock } = this.#options;
    // Who holds it writes at once, and reads only when somebody else has written.
    if (this.#lease && this.#holds && !this.#validity?.isOver) {
      try {
        this.#observe(await lock.update(this.#lease, this.#record(this.#lease), signal), signal);
        return true;
      } catch (error) {
        if (signal.aborted) throw error;
      }
    }
    const found = await lock.get(signal);
    if (!found) {
      this.#observe(await lock.create(this.#record(undefined), signal), signal);
      return true;
    }
    this.#observe(found, signal);
    if (this.leader !== '' && !this.#holds && !this.#validity?.isOver) return false;
    this.#observe(await lock.update(found, this.#record(found), signal), signal);
    return true;
  }

  /** What to write over that Lease. */
  #record(lease: Lease | undefined): LeaderElectionRecord {
    const { lock, clock } = this.#options;
    const now = microTimestamp(clock);
    const { holderIdentity, acquireTime = now, leaseTransitions = 0 } = lease?.spec ?? {};
    const goesOn = holderIdentity === lock.identity;
    return {
      holderIdentity: lock.identity,
      leaseDurationSeconds: this.#times.leaseDuration / 1000,
      renewTime: now,
      acquireTime: goesOn ? acquireTime : now,
      leaseTransitions: goesOn || !lease ? leaseTransitions : leaseTransitions + 1,
    };
  }

  #observe(lease: Lease, signal: AbortSignal): void {
    signal.throwIfAborted(); // an answer that nobody waits for any more is no news
    const hasChanged = JSON.stringify(lease.spec) !== JSON.stringify(this.#lease?.spec);
    this.#lease = lease;
    if (!hasChanged) return;
    this.#validity?.cancel();
    this.#validity = new Countdown(this.#options.clock, (lease.spec?.leaseDurationSeconds ?? 0) * 1000);
  }

  /** Gives the Lease back: nobody holds it, and it has run out in a second. */
  async #release(signal: AbortSignal): Promise<boolean> {
    const { lock, clock } = this.#options;
    const now = microTimestamp(clock);
    // Read once more: a renewal whose answer we did not wait for may have been carried out.
    const lease = await lock.get(signal);
    if (lease?.spec?.holderIdentity !== lock.identity) return false;
    const { leaseTransitions = 0 } = lease.spec;
    const nobody = { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: now, renewTime: now, leaseTransitions };
    this.#lease = await lock.update(lease, nobody, signal);
    return true;
  }

  get #holds(): boolean {
    return this.leader === this.#options.lock.identity;
  }

  /** What the work says; false when the API fails or does not answer in time. */
  async #within(ms: number, work: (signal: AbortSignal) => Promise<boolean>): Promise<boolean> {
    const call = new AbortController();
    const late = new Promise<false>((resolve) => call.signal.addEventListener('abort', () => resolve(false)));
    const patience = new Countdown(this.#options.clock, ms, () => call.abort(new Error('it took too long')));
    const giveUp = () => call.abort(new Error('the leader election ends'));
    if (!this.#stopping.signal.aborted) this.#stopping.signal.addEventListener('abort', giveUp);
    try {
      return await Promise.race([work(call.signal), late]);
    } catch (error) {
      if (call.signal.aborted) return false;
      this.#options.onTrouble?.(error); // whatever it is: an election goes on
      return false;
    } finally {
      patience.cancel();
      this.#stopping.signal.removeEventListener('abort', giveUp);
    }
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return this.#options.clock.sleep(ms, signal).catch(() => {});
  }
}
