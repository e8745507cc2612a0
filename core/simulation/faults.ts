// Faults: what a scenario lets go wrong between components and the API. Each component has a client that can fail
// (core/testing/faulty-client.ts); while a fault of the scenario holds, that client's calls and watches suffer it.
// Always true: all that is drawn comes from one stream a component, so the same seed has the same faults at the same calls.

import type { ApiClient } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Random } from '../contracts/random.ts';
import { ApiError, expired } from '../model/status.ts';
import { FaultyClient } from '../testing/faulty-client.ts';
import { draw } from './chance.ts';
import type { FaultChoice } from './scenario.ts';
import { span } from './time-text.ts';

/** How often each kind of fault has struck. */
export interface FaultCounts {
  cutWatches: number;
  refusedWrites: number;
  lostAnswers: number;
  slowCalls: number;
}

/** What a component is, for `of: [controllers]`. */
export type GroupOf = (component: string) => 'scheduler' | 'controllers' | 'kubelets' | undefined;

export class Faults {
  readonly counts: FaultCounts = { cutWatches: 0, refusedWrites: 0, lostAnswers: 0, slowCalls: 0 };
  readonly #choices: readonly FaultChoice[];
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #groupOf: GroupOf;
  readonly #clients = new Map<string, FaultyClient>();
  readonly #holding = new Set<FaultChoice>();

  constructor(choices: readonly FaultChoice[], clock: Clock, random: Random, groupOf: GroupOf) {
    this.#choices = choices;
    this.#clock = clock;
    this.#random = random;
    this.#groupOf = groupOf;
  }

  /** Stands between a component and the API: the cluster asks for it when it builds the component. */
  readonly between = (client: ApiClient, component: string): ApiClient => {
    if (!this.#choices.some((choice) => this.#reaches(choice, component))) return client;
    const random = this.#random.fork(component);
    const faulty = new FaultyClient(client, this.#clock);
    faulty.before = async ({ isWrite, verb }) => {
      for (const choice of this.#of(component)) {
        if (choice.slowCalls !== undefined && verb !== 'watch') {
          this.counts.slowCalls += 1;
          await this.#clock.sleep(draw(choice.slowCalls, random));
        }
        if (!isWrite || !this.#strikes(choice.refuseWrites, random)) continue;
        this.counts.refusedWrites += 1;
        throw new ApiError(500, 'InternalError', 'etcdserver: request timed out');
      }
    };
    faulty.after = ({ isWrite }) => {
      if (!isWrite || !this.#of(component).some(({ loseAnswers }) => this.#strikes(loseAnswers, random))) return;
      this.counts.lostAnswers += 1;
      throw new ApiError(504, 'Timeout', 'the answer did not arrive in time');
    };
    this.#clients.set(component, faulty);
    faulty.lateness = this.#lateness(component);
    return faulty;
  };

  /** From now on each holds in its time. @param began milliseconds since 1970 at which the scenario began */
  begin(began: number): void {
    this.#choices.forEach((choice, index) => {
      const random = this.#random.fork(`cuts ${index}`);
      const { from = '0s', until } = choice;
      this.#clock.schedule(began + span(from) - this.#clock.now(), () => {
        this.#holding.add(choice);
        this.#tellLateness();
        if (choice.cutWatches !== undefined) this.#cutAgain(choice, choice.cutWatches, random, 1);
      });
      if (until === undefined) return;
      this.#clock.schedule(began + span(until) - this.#clock.now(), () => {
        this.#holding.delete(choice);
        this.#tellLateness();
      });
    });
  }

  #cutAgain(choice: FaultChoice, every: NonNullable<FaultChoice['cutWatches']>, random: Random, count: number): void {
    this.#clock.schedule(Math.max(1, draw(every, random)), () => {
      if (!this.#holding.has(choice)) return;
      for (const [component, client] of this.#clients) {
        if (!this.#reaches(choice, component)) continue;
        this.counts.cutWatches += client.openWatches;
        client.cutWatches(count % 2 === 0 ? expired('too old resource version') : undefined);
      }
      this.#cutAgain(choice, every, random, count + 1);
    });
  }

  #of(component: string): FaultChoice[] {
    return [...this.#holding].filter((choice) => this.#reaches(choice, component));
  }

  #reaches({ of }: FaultChoice, component: string): boolean {
    return !of || of.includes(component) || of.includes(this.#groupOf(component) ?? '');
  }

  #strikes(probability: number | undefined, random: Random): boolean {
    return probability !== undefined && probability > 0 && random.next() < probability;
  }

  #lateness(component: string): number {
    return Math.max(0, ...this.#of(component).map(({ lateWatches = '0s' }) => span(lateWatches)));
  }

  #tellLateness(): void {
    for (const [component, client] of this.#clients) client.lateness = this.#lateness(component);
  }
}
