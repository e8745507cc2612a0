// Tally: the figures of a simulation, counted along while its history happens, and taken at the times of a sampling clock.
//   pods          by phase: waiting for a node, placed and starting, running, ended well, ended badly
//   utilisation   what placed pods ask for, of what the nodes that are ready offer
//   time to schedule   from a pod's creation to its binding, in virtual time: a decision takes none, so what shows is waiting for room
// Always true: it reads the history alone, so a record gives the same figures again.

import type { Resources } from '../contracts/scheduler.ts';
import { isTrue } from '../model/conditions.ts';
import type { Node } from '../model/node.ts';
import type { Pod } from '../model/pod.ts';
import { podResources, toResources } from '../scheduling/pod-resources.ts';
import type { Change } from './history.ts';

/** A pod's standing, as far as the figures go. */
export type Standing = 'pending' | 'starting' | 'running' | 'succeeded' | 'failed';

/** The figures at a time. */
export interface Sample {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly nodes: number;
  readonly ready: number;
  readonly pending: number;
  readonly starting: number;
  readonly running: number;
  /** There are so many that ended, deleted ones not counted. */
  readonly succeeded: number;
  readonly failed: number;
  /** Of what ready nodes offer, 0 to 1. */
  readonly cpu: number;
  readonly memory: number;
  /** Since the sample before. */
  readonly created: number;
  readonly bound: number;
  readonly finished: number;
  /** Milliseconds; undefined where no pod was bound. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
}

export interface Totals {
  readonly created: number;
  readonly bound: number;
  /** Ended by themselves, well or badly. */
  readonly succeeded: number;
  readonly failed: number;
  /** Deleted before they had ended. */
  readonly deleted: number;
  /** Left over: there, and without a node. */
  readonly pending: number;
  readonly nodesLost: number;
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  /** Of all samples, the mean. */
  readonly cpu: number;
  readonly memory: number;
}

interface Known {
  readonly standing: Standing;
  readonly resources: Resources;
  readonly createdAt: number;
  readonly isPlaced: boolean;
  /** It is told to end: however it ends, it was deleted. */
  readonly isGoing: boolean;
}

const podPrefix = '/registry/pods/';
const nodePrefix = '/registry/minions/';

export class Tally {
  readonly samples: Sample[] = [];
  readonly #pods = new Map<string, Known>();
  readonly #nodes = new Map<string, { readonly ready: boolean; readonly offers: Resources }>();
  readonly #counts: Record<Standing, number> = { pending: 0, starting: 0, running: 0, succeeded: 0, failed: 0 };
  readonly #waits: number[] = [];
  #newWaits: number[] = [];
  #created = 0;
  #bound = 0;
  #ended = { succeeded: 0, failed: 0, deleted: 0 };
  #lost = 0;
  #used = { cpu: 0, memory: 0 };
  #offered = { cpu: 0, memory: 0, ready: 0 };
  #last = { created: 0, finished: 0 };

  take(change: Change): void {
    if (change.key.startsWith(podPrefix)) this.#takePod(change);
    else if (change.key.startsWith(nodePrefix)) this.#takeNode(change);
  }

  /** Takes the figures as they stand. @param at milliseconds since the beginning */
  sample(at: number): Sample {
    const finished = this.#ended.succeeded + this.#ended.failed;
    const waits = sorted(this.#newWaits);
    const taken: Sample = {
      at,
      nodes: this.#nodes.size,
      ready: this.#offered.ready,
      ...this.#counts,
      cpu: share(this.#used.cpu, this.#offered.cpu),
      memory: share(this.#used.memory, this.#offered.memory),
      created: this.#created - this.#last.created,
      bound: waits.length,
      finished: finished - this.#last.finished,
      p50: percentile(waits, 50),
      p99: percentile(waits, 99),
    };
    this.#newWaits = [];
    this.#last = { created: this.#created, finished };
    this.samples.push(taken);
    return taken;
  }

  get totals(): Totals {
    const waits = sorted(this.#waits);
    return {
      created: this.#created,
      bound: this.#bound,
      ...this.#ended,
      pending: this.#counts.pending,
      nodesLost: this.#lost,
      p50: percentile(waits, 50),
      p99: percentile(waits, 99),
      cpu: mean(this.samples.map(({ cpu }) => cpu)),
      memory: mean(this.samples.map(({ memory }) => memory)),
    };
  }

  #takePod({ key, at, value }: Change): void {
    const before = this.#pods.get(key);
    if (!value) {
      if (!before) return;
      this.#pods.delete(key);
      this.#count(before, -1);
      if (!hasEnded(before.standing) && !before.isGoing) this.#ended.deleted += 1;
      return;
    }
    const pod = value as Pod;
    const standing = standingOf(pod);
    const isGoing = pod.metadata.deletionTimestamp !== undefined;
    if (before?.standing === standing && before.isGoing === isGoing) return;
    const isPlaced = pod.spec.nodeName !== undefined;
    const now = { standing, resources: podResources(pod), createdAt: before?.createdAt ?? at, isPlaced, isGoing };
    this.#pods.set(key, now);
    if (before) this.#count(before, -1);
    else this.#created += 1;
    this.#count(now, 1);
    if (isPlaced && !before?.isPlaced) {
      this.#bound += 1;
      this.#waits.push(at - now.createdAt);
      this.#newWaits.push(at - now.createdAt);
    }
    if (before && hasEnded(before.standing)) return;
    if (isGoing && !before?.isGoing) this.#ended.deleted += 1;
    else if (!isGoing && (standing === 'succeeded' || standing === 'failed')) this.#ended[standing] += 1;
  }

  #count({ standing, resources }: Known, by: 1 | -1): void {
    this.#counts[standing] += by;
    if (standing !== 'starting' && standing !== 'running') return;
    this.#used.cpu += by * resources.cpu;
    this.#used.memory += by * resources.memory;
  }

  #takeNode({ key, value }: Change): void {
    const before = this.#nodes.get(key);
    if (before) this.#offer(before, -1);
    this.#nodes.delete(key);
    if (!value) return;
    const { status } = value as Node;
    const now = { ready: isTrue(status?.conditions, 'Ready'), offers: toResources(status?.allocatable, { pods: 110 }) };
    this.#nodes.set(key, now);
    this.#offer(now, 1);
    if (before?.ready && !now.ready) this.#lost += 1;
  }

  #offer({ ready, offers }: { readonly ready: boolean; readonly offers: Resources }, by: 1 | -1): void {
    if (!ready) return;
    this.#offered.cpu += by * offers.cpu;
    this.#offered.memory += by * offers.memory;
    this.#offered.ready += by;
  }
}

export function standingOf({ spec, status }: Pod): Standing {
  const phase = status?.phase;
  if (phase === 'Succeeded') return 'succeeded';
  if (phase === 'Failed') return 'failed';
  if (phase === 'Running') return 'running';
  return spec.nodeName === undefined ? 'pending' : 'starting';
}

const hasEnded = (standing: Standing) => standing === 'succeeded' || standing === 'failed';

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** Nearest rank, of sorted values. */
const percentile = (values: readonly number[], rank: number): number | undefined =>
  values[Math.max(0, Math.ceil((values.length * rank) / 100) - 1)];

const mean = (values: readonly number[]): number =>
  share(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  );
