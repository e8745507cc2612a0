// Elected part: a part that works only while its process leads; until then it stands by, built and ready.
//   schedulers, controllers   end when the process may not lead any more
//   nodes, proxies            end when somebody else leads: a node that is cut off from the API goes on, as in Kubernetes
// Always true: it begins and ends one after the other, never at the same time; after `stop` it never begins again; what does not
//   come back from start() or stop() is named, and keeps neither the election nor the end waiting without limit.

import type { Clock } from '../contracts/clock.ts';
import type { WhyAnswer, WhyQuestion } from '../scheduling/explain-attempt.ts';
import type { Follower, Leadership } from './leadership.ts';
import type { Part } from './part.ts';
import type { ComponentState } from './running-component.ts';
import { inTime } from './within.ts';

export interface ElectedPartOptions {
  readonly leadership: Leadership;
  readonly clock: Clock;
  /** Goes on until somebody else leads. */
  readonly keepsOn: boolean;
  /** Called for each time that it leads. */
  build(): Part;
  report(state: ComponentState, message?: string): void;
}

export class ElectedPart implements Part, Follower {
  readonly #options: ElectedPartOptions;
  #part: Part | undefined;
  #works = false;
  #hasEnded = false;
  #said = '';
  #work: Promise<void> = Promise.resolve();
  #cancelRetry = () => {};
  #giveUp = () => {};
  /** Resolves when the end has waited long enough for what is still starting. */
  readonly #givenUp = new Promise<void>((resolve) => {
    this.#giveUp = resolve;
  });

  constructor(options: ElectedPartOptions) {
    this.#options = options;
    this.#part = options.build();
  }

  /** Whom it waits for; undefined while it works. */
  get standsBy(): string | undefined {
    if (this.#works) return undefined;
    const { leader, identity } = this.#options.leadership;
    return leader === '' || leader === identity ? 'nobody leads yet' : `${leader} leads`;
  }

  async prepare(): Promise<void> {
    await this.#part?.prepare?.();
  }

  async start(): Promise<void> {
    const { leadership } = this.#options;
    await leadership.join(this);
    await this.#inTurn(async () => {
      if (this.#isWanted) await this.#begin((part) => part.start());
    });
    this.#said = this.standsBy ?? '';
  }

  async why(question: WhyQuestion): Promise<WhyAnswer> {
    if (!this.#works || !this.#part?.why) throw new Error(`it stands by: ${this.standsBy}`);
    return this.#part.why(question);
  }

  async stop(options?: { readonly handOver?: boolean }): Promise<void> {
    this.#hasEnded = true;
    this.#cancelRetry();
    this.#options.leadership.leave(this);
    // Not in turn: what is still starting ends only when it is stopped.
    const ended = Promise.all([this.#part?.stop(options), this.#work.catch(() => {})]);
    try {
      await inTime(this.#options.clock, 'it', 'stop', ended);
    } finally {
      this.#giveUp();
    }
  }

  settle(): Promise<void> {
    return this.#inTurn(async () => {
      let trouble = '';
      if (this.#isWanted && !this.#works) await this.#takeOver();
      else if (!this.#isWanted && this.#works) trouble = await this.#retire();
      this.#tell(trouble);
    });
  }

  get #isWanted(): boolean {
    const { leadership, keepsOn } = this.#options;
    if (this.#hasEnded) return false;
    if (leadership.leads) return true;
    const isReplaced = leadership.leader !== '' && leadership.leader !== leadership.identity;
    return keepsOn && this.#works && !isReplaced;
  }

  /** What fails now is tried again: nobody else does the work. */
  async #takeOver(): Promise<void> {
    const { build, clock, leadership, report } = this.#options;
    try {
      this.#part ??= build();
      await this.#begin((part) => this.#again(part));
      if (this.#works) report('Running');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (this.#hasEnded) return; // whoever ended it has stopped its part
      // Why it did not start is what matters.
      if (this.#part) await inTime(clock, 'it', 'stop', this.#part.stop()).catch(() => {});
      this.#part = undefined;
      if (this.#hasEnded) return;
      report('Failed', `it could not take over: ${message}`);
      this.#cancelRetry = clock.schedule(leadership.times.retryPeriod, () => void this.settle());
    }
  }

  async #again(part: Part): Promise<void> {
    if (part.resume) return part.resume();
    await part.prepare?.();
    if (!this.#hasEnded) await part.start();
  }

  async #begin(begin: (part: Part) => Promise<void>): Promise<void> {
    const begun = begin(this.#part as Part);
    await inTime(this.#options.clock, 'it', 'start', Promise.race([begun, this.#givenUp]));
    if (this.#hasEnded) return; // its part has been stopped meanwhile
    this.#works = true;
    this.#said = '';
  }

  /** @returns what went wrong with that, or '' */
  async #retire(): Promise<string> {
    const { clock, report } = this.#options;
    this.#works = false;
    let trouble = '';
    try {
      if (this.#part) await inTime(clock, 'it', 'stop', this.#part.stop());
    } catch (error) {
      trouble = `it failed while it stopped: ${error instanceof Error ? error.message : error}`;
      report('Failed', trouble);
    }
    this.#part = undefined;
    return trouble;
  }

  #tell(trouble: string): void {
    const { standsBy } = this;
    if (this.#hasEnded || standsBy === undefined || standsBy === this.#said) return;
    if (this.#options.leadership.leads) return; // it has failed, and said so
    this.#said = standsBy;
    this.#options.report('Standby', trouble === '' ? standsBy : `${standsBy}; ${trouble}`);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#work.then(work);
    this.#work = turn.catch(() => {});
    return turn;
  }
}
