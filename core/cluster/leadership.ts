// Leadership: which of several processes does one kind of work: the one whose name is in its Lease. Whatever follows it is told
// to look (`settle`) whenever it may have changed who leads. A process that ends stops its work first, then gives the
// Lease back, so that whoever stands by goes on at its next look.

import type { ApiClient } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Random } from '../contracts/random.ts';
import { EventRecorder } from '../control/event-recorder.ts';
import { LeaderElector } from '../control/leader-election/leader-elector.ts';
import { LeaseLock } from '../control/leader-election/lease-lock.ts';
import type { LeaderElectionTimes } from '../control/leader-election/times.ts';

export interface LeadershipOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Of the Lease, in kube-system. */
  readonly name: string;
  /** Who this process is, as HOLDER shows it. */
  readonly identity: string;
  readonly times: LeaderElectionTimes;
}

/** What works only while its process leads. */
export interface Follower {
  /** Begins or ends its work, by who leads now; comes back when it has. Must not throw. */
  settle(): Promise<void>;
}

export class Leadership {
  readonly identity: string;
  readonly times: LeaderElectionTimes;
  readonly #elector: LeaderElector;
  readonly #recorder: EventRecorder;
  readonly #followers = new Set<Follower>();
  #started: Promise<void> | undefined;

  constructor({ client, clock, random, name, identity, times }: LeadershipOptions) {
    this.identity = identity;
    this.times = times;
    this.#recorder = new EventRecorder({ client, clock, random, component: name });
    const settle = () => Promise.all([...this.#followers].map((follower) => follower.settle()));
    this.#elector = new LeaderElector({
      lock: new LeaseLock({ client, namespace: 'kube-system', name, identity, recorder: this.#recorder }),
      clock,
      random: random.fork('leader election'),
      times,
      onStartedLeading: () => void settle(),
      onStoppedLeading: async () => void (await settle()),
      onNewLeader: () => void settle(),
    });
  }

  /** Whether this process does the work now. */
  get leads(): boolean {
    return this.#elector.isLeader;
  }

  /** Whose work it is, as far as we know; '' for nobody's. */
  get leader(): string {
    return this.#elector.leader;
  }

  /** Comes back when it is known who leads, or that the API does not say. The first to join begins the election. */
  async join(follower: Follower): Promise<void> {
    this.#started ??= this.#elector.start();
    await this.#started;
    this.#followers.add(follower);
  }

  leave(follower: Follower): void {
    this.#followers.delete(follower);
  }

  /** Gives the Lease back. All work must have ended before. */
  async stop(): Promise<void> {
    if (this.#started) await this.#elector.stop();
    await this.#recorder.stop();
  }
}
