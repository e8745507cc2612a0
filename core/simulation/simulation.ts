// Simulation: a scenario lived through in virtual time, by a whole cluster: API server, store, scheduler, controllers and one
// kubelet a node, the same code as in a live one. Only the clock, the containers and what the scenario does are simulated.
//   const outcome = await simulate({ scenario, plugins, digest: () => createHash('sha256'), ... });
//   outcome.hash, outcome.tally.samples, outcome.tally.totals
// Always true: everything comes from the scenario and the seed, nothing from the machine: no time, no name, no chance, no key.
// So the same seed gives the same history, byte for byte, wherever it runs.

import { type Cluster, createCluster } from '../cluster/cluster.ts';
import { ConfigurationError } from '../cluster/configuration-error.ts';
import { admin } from '../cluster/identities.ts';
import type { ConfiguredPlugin } from '../cluster/plugin.ts';
import type { NodeConfig } from '../cluster/settings.ts';
import type { Locate } from '../cluster/yaml-lines.ts';
import { Namespaces } from '../model/namespace.ts';
import { PriorityClasses } from '../model/priority-class.ts';
import { ApiError } from '../model/status.ts';
import { SeededRandom } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { type FaultCounts, Faults } from './faults.ts';
import { type Digest, History } from './history.ts';
import { createObject } from './perform.ts';
import { priorityClassOf } from './pod-draft.ts';
import { Recorder } from './recorder.ts';
import type { NodePool, Scenario, ScenarioSpec } from './scenario.ts';
import { Standing } from './standing.ts';
import { type Sample, Tally } from './tally.ts';
import { clockText, span } from './time-text.ts';
import { Timetable } from './timetable.ts';
import type { Trace } from './trace.ts';
import { WorkloadSource } from './workload-source.ts';
import type { World } from './world.ts';

export interface SimulationOptions {
  readonly scenario: Scenario;
  /** Where in its file something is, for messages. */
  readonly at: Locate;
  /** Its text, for the record. */
  readonly text: string;
  /** What the cluster is made of: a store, a scheduler, controllers, the mock runtime. */
  readonly plugins: readonly ConfiguredPlugin[];
  /** Further schedulers, by `schedulerName`. */
  readonly schedulers?: Readonly<Record<string, ConfiguredPlugin>>;
  /** By the path that `arrivals.trace` says. */
  readonly traces?: ReadonlyMap<string, Trace>;
  /** Instead of the scenario's own. */
  readonly seed?: string | number;
  /** A fresh SHA-256. */
  readonly digest: () => Digest;
  /** Is given the record, line by line. */
  readonly record?: (line: string) => void;
  /** Told after each sample, and how far it is, 0 to 1. */
  readonly onSample?: (sample: Sample, part: number) => void;
}

export interface Note {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly text: string;
}

export interface Outcome {
  readonly name: string;
  readonly seed: string;
  /** Milliseconds. */
  readonly length: number;
  readonly changes: number;
  /** SHA-256 of the history. */
  readonly hash: string;
  readonly tally: Tally;
  readonly faults: FaultCounts;
  /** What the scenario did. */
  readonly notes: readonly Note[];
  /** What it could not do, the first of each kind, and how many there were in all. */
  readonly troubles: readonly Note[];
  readonly troubleCount: number;
}

/** Troubles that are kept with their words. */
const mostTroubles = 100;

/** @throws ConfigurationError when the API refuses what the scenario wants; whatever a plugin throws when it does not start */
export async function simulate(options: SimulationOptions): Promise<Outcome> {
  const { scenario, plugins, schedulers, digest, record } = options;
  const { spec } = scenario;
  const name = scenario.metadata?.name ?? 'scenario';
  const seed = String(options.seed ?? spec.seed ?? 1);
  const length = span(spec.length);
  const clock = new VirtualClock(spec.start === undefined ? undefined : Date.parse(spec.start));
  const start = clock.now();
  const random = new SeededRandom(`${seed}/scenario`);
  const history = new History(clock, digest());
  const tally = new Tally();
  const standing = new Standing();
  const recorder = record && new Recorder({ name, seed, start, length, scenario: options.text }, record, digest());
  history.each((change) => {
    tally.take(change);
    standing.take(change);
    recorder?.take(change);
  });
  const nodes = spec.nodes.flatMap(nodesOf);
  const faults = new Faults(spec.faults ?? [], clock, random.fork('faults'), groupOf(nodes));
  const config = { plugins: plugins.map((plugin) => (isStore(plugin) ? history.follow(plugin) : plugin)), nodes };
  const over = new AbortController();
  const notes: Note[] = [];
  const troubles: Note[] = [];
  let troubleCount = 0;

  let cluster: Cluster | undefined;
  try {
    // Without anybody between, components share what they look at: a large cluster lives faster.
    const between = (spec.faults ?? []).length > 0 ? { between: faults.between } : {};
    cluster = await passing(clock, createCluster({ ...config, schedulers: schedulers ?? {}, clock, seed, ...between }));
    const now = () => clock.now() - start;
    const note = (text: string) => {
      notes.push({ at: now(), text });
      recorder?.note(now(), text);
    };
    const trouble = (text: string) => {
      troubleCount += 1;
      if (troubles.length < mostTroubles) troubles.push({ at: now(), text });
      recorder?.note(now(), text);
    };
    const at = (time: number, work: () => void | Promise<void>) => {
      clock.schedule(start + time - clock.now(), async () => {
        if (over.signal.aborted) return;
        try {
          await work();
        } catch (error) {
          if (!over.signal.aborted) trouble((error as Error).message);
        }
      });
    };
    const client = cluster.client(admin, 'scenario');
    const world: World = { spec, cluster, client, clock, random, standing, over: over.signal, now, at, note, trouble };
    const sources = sourcesOf(world, options.traces ?? new Map());
    await passing(clock, setScene(world, sources, options));
    faults.begin(start);
    for (const source of sources.values()) source.begin();
    new Timetable(world, sources).begin();
    await live(clock, start, spec, tally, options.onSample);
    history.end();
    recorder?.end(history.hash);
    const { changes, hash } = history;
    return { name, seed, length, changes, hash, tally, faults: faults.counts, notes, troubles, troubleCount };
  } finally {
    history.end();
    over.abort();
    if (cluster) await passing(clock, cluster.stop());
  }
}

/** Lets all of its time pass, and takes the figures on the way. */
async function live(
  clock: VirtualClock,
  start: number,
  { length, sampleEvery }: ScenarioSpec,
  tally: Tally,
  onSample: SimulationOptions['onSample'],
): Promise<void> {
  const all = span(length);
  const step = sampleEvery === undefined ? Math.max(1000, Math.ceil(all / 48)) : span(sampleEvery);
  for (let time = step; ; time += step) {
    const next = Math.min(time, all);
    await clock.advance(start + next - clock.now());
    const sample = tally.sample(next);
    onSample?.(sample, next / all);
    if (next === all) return;
  }
}

/** Lets time pass until the work is done. */
async function passing<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let isOver = false;
  const done = work.finally(() => {
    isOver = true;
  });
  done.catch(() => {}); // it is thrown below
  await clock.settle();
  while (!isOver) await clock.advance(Math.max(1, Math.min(1000, (clock.next ?? 0) - clock.now())));
  return done;
}

/** Everything that the workloads need before the first pod comes; asks the server what it would say to a pod of each. */
async function setScene(
  { spec, client, cluster, ...world }: World,
  sources: ReadonlyMap<string, WorkloadSource>,
  { at, traces }: SimulationOptions,
): Promise<void> {
  const workloads = spec.workloads ?? [];
  const rows = [...(traces?.values() ?? [])].flatMap((trace) => trace.rows);
  const saying = async (path: readonly (string | number)[], work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof ConfigurationError)) throw error;
      throw new ConfigurationError(`${at(['spec', ...path])}: spec.${path.join('.')}: ${error.message}`);
    }
  };
  const namespaces = new Set([...workloads, ...rows].map(({ namespace = 'default' }) => namespace));
  const made = (spec.objects ?? []).filter(({ kind }) => kind === 'Namespace' || kind === 'PriorityClass');
  const isMade = (kind: string, name: string) =>
    made.some((object) => object.kind === kind && (object.metadata as { name?: string })?.name === name);
  for (const name of [...namespaces].sort()) {
    if (name !== 'default' && !isMade('Namespace', name)) await client.of(Namespaces).create({ metadata: { name } });
  }
  const priorities = new Set([...workloads, ...rows].flatMap(({ priority }) => priority ?? []));
  for (const value of [...priorities].sort((a, b) => a - b)) {
    const name = priorityClassOf(value);
    if (!isMade('PriorityClass', name)) await client.of(PriorityClasses).create({ metadata: { name }, value });
  }
  for (const [index, object] of (spec.objects ?? []).entries()) {
    await saying(['objects', index], () => createObject({ spec, client, cluster, ...world }, object));
  }
  for (const [index, { name }] of workloads.entries())
    await saying(['workloads', index], () => sources.get(name)!.check());
}

function sourcesOf(world: World, traces: ReadonlyMap<string, Trace>): ReadonlyMap<string, WorkloadSource> {
  const sources = (world.spec.workloads ?? []).map((workload) => {
    const { trace } = workload.arrivals ?? {};
    if (trace !== undefined && !traces.has(trace))
      throw new ConfigurationError(`workload ${workload.name}: trace ${trace} was not read`);
    return [
      workload.name,
      new WorkloadSource(workload, world, trace === undefined ? undefined : traces.get(trace)),
    ] as const;
  });
  return new Map(sources);
}

function nodesOf({ name, count = 1, capacity, labels, zones, taints }: NodePool): NodeConfig[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `${name}-${index + 1}`,
    labels: {
      pool: name,
      ...(zones && { 'topology.kubernetes.io/zone': zones[index % zones.length]! }),
      ...labels,
    },
    ...(taints && { taints }),
    ...(capacity && {
      capacity: Object.fromEntries(Object.entries(capacity).map(([key, amount]) => [key, String(amount)])),
    }),
  }));
}

function groupOf(nodes: readonly NodeConfig[]) {
  const kubelets = new Set(nodes.map(({ name }) => name));
  return (component: string) => {
    if (kubelets.has(component)) return 'kubelets' as const;
    return /^scheduler(-|$)/.test(component) ? ('scheduler' as const) : ('controllers' as const);
  };
}

const isStore = ({ definition }: ConfiguredPlugin): boolean =>
  definition.provides.some((token) => (token as symbol).description === 'Store');

/** `02:15:00 power lost: small-3` */
export const noteText = ({ at, text }: Note): string => `${clockText(at)}  ${text}`;
