// World: what the parts of one simulation share while it runs. Made by simulation.ts, handed to workloads and events.

import type { Cluster } from '../cluster/cluster.ts';
import type { ApiClient } from '../contracts/api-client.ts';
import type { Random } from '../contracts/random.ts';
import type { VirtualClock } from '../time/virtual-clock.ts';
import type { ScenarioSpec } from './scenario.ts';
import type { Standing } from './standing.ts';

export interface World {
  readonly spec: ScenarioSpec;
  readonly cluster: Cluster;
  /** The scenario's own: never fails. */
  readonly client: ApiClient;
  readonly clock: VirtualClock;
  /** Fork it: what one part draws must not shift what another one draws. */
  readonly random: Random;
  readonly standing: Standing;
  /** Aborted when the scenario is over. */
  readonly over: AbortSignal;
  /** Milliseconds since the beginning. */
  now(): number;
  /** Does the work at that time; at once, when that is past. */
  at(time: number, work: () => void | Promise<void>): void;
  /** Writes down what the scenario did, for people. */
  note(text: string): void;
  /** The same of what it could not do. */
  trouble(text: string): void;
}
