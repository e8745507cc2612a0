// Workload source: one workload of a scenario at work: its pods come when its arrivals say, and go when their time is over.
// Always true: names are the workload's and a number, in order; how long the n-th pod runs is drawn from a stream that
// only this workload draws from, whatever else the scenario does.

import type { Random } from '../contracts/random.ts';
import { Deployments } from '../model/deployment.ts';
import { type Pod, Pods } from '../model/pod.ts';
import { ApiError } from '../model/status.ts';
import { arrivalTimes } from './arrivals.ts';
import { draw } from './chance.ts';
import { deploymentDraft, type PodFacts, podDraft } from './pod-draft.ts';
import type { Workload } from './scenario.ts';
import { span } from './time-text.ts';
import type { Trace, TraceRow } from './trace.ts';
import type { World } from './world.ts';

export class WorkloadSource {
  readonly workload: Workload;
  readonly #world: World;
  readonly #random: Random;
  readonly #trace: Trace | undefined;
  #count = 0;

  constructor(workload: Workload, world: World, trace: Trace | undefined) {
    this.workload = workload;
    this.#world = world;
    this.#random = world.random.fork(`workload ${workload.name}`);
    this.#trace = trace;
  }

  get #namespace(): string {
    return this.workload.namespace ?? 'default';
  }

  /** From now on its pods come. */
  begin(): void {
    const { arrivals, count = 1 } = this.workload;
    if (!arrivals) {
      this.#world.at(0, async () => void (await this.create(count)));
      return;
    }
    const times = this.#trace
      ? this.#trace.rows.map((row): Arrival => ({ at: row.at, row }))
      : timesOf(arrivalTimes(arrivals, span(this.#world.spec.length), this.#random.fork('arrivals')));
    this.#follow(times[Symbol.iterator]());
  }

  /** So many at once. @returns their names */
  async create(count: number): Promise<string[]> {
    const facts = Array.from({ length: count }, () => this.#facts());
    await Promise.all(facts.map((each) => this.#send(each)));
    return facts.map(({ name }) => name);
  }

  /** Asks the server what it would say. @throws ApiError */
  async check(): Promise<void> {
    const facts: PodFacts = { name: this.workload.name, namespace: this.#namespace, duration: 1 };
    await this.#post(facts, true);
  }

  /** One after the other: a day has too many for all to be scheduled at once. */
  #follow(times: Iterator<Arrival>): void {
    const next = times.next();
    if (next.done) return;
    const { at, row } = next.value;
    this.#world.at(at, () => {
      this.#follow(times);
      return this.#send(this.#facts(row));
    });
  }

  #facts(row?: TraceRow): PodFacts {
    const { name, count = 1, arrivals, kind, duration: given, failing = 0 } = this.workload;
    this.#count += 1;
    const isLone = kind === 'Deployment' && count === 1 && !arrivals;
    const base = {
      name: row?.name ?? (isLone ? name : `${name}-${this.#count}`),
      namespace: row?.namespace ?? this.#namespace,
    };
    if (kind === 'Deployment') return base;
    // Both are drawn for every pod, used or not: what one row of a trace says must not shift what others draw.
    const drawn = given === undefined ? undefined : draw(given, this.#random);
    const fails = this.#random.next() < failing;
    const duration = row?.duration ?? drawn;
    const requests = { ...(row?.cpu && { cpu: row.cpu }), ...(row?.memory && { memory: row.memory }) };
    return {
      ...base,
      requests,
      ...(duration !== undefined && { duration }),
      exitCode: row?.exitCode ?? (fails ? 1 : 0),
      ...(row?.priority !== undefined && { priority: row.priority }),
      ...(row?.schedulerName !== undefined && { schedulerName: row.schedulerName }),
    };
  }

  async #send(facts: PodFacts): Promise<void> {
    try {
      await this.#post(facts, false);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#world.trouble(`workload ${this.workload.name}: ${error.message}`);
      return;
    }
    const { ttlAfterFinished } = this.workload;
    if (ttlAfterFinished !== undefined) this.#removeLater(facts, span(ttlAfterFinished));
  }

  #post(facts: PodFacts, dryRun: boolean): Promise<unknown> {
    const { client } = this.#world;
    const { namespace } = facts;
    return this.workload.kind === 'Deployment'
      ? client.of(Deployments).in(namespace).create(deploymentDraft(this.workload, facts), { dryRun })
      : client.of(Pods).in(namespace).create(podDraft(this.workload, facts), { dryRun });
  }

  /** As Jobs do with `ttlSecondsAfterFinished`. */
  #removeLater({ namespace, name }: PodFacts, ttl: number): void {
    const { standing, clock, client, over } = this.#world;
    const pods = client.of(Pods).in(namespace);
    standing.oncePod(
      `${namespace}/${name}`,
      (pod) => hasEnded(pod as Pod),
      () => {
        clock.schedule(ttl, () => {
          // It may be gone already, and that is well.
          if (!over.aborted) pods.delete(name).catch(() => {});
        });
      },
    );
  }
}

interface Arrival {
  readonly at: number;
  readonly row?: TraceRow;
}

function* timesOf(times: Iterable<number>): Generator<Arrival> {
  for (const at of times) yield { at };
}

const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';
