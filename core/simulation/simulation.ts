// Simulation: a scenario lived through in virtual time, by a whole cluster: API server, store, scheduler, controllers and one
// kubelet a node, the same code as in a live one. Only the clock, the containers and what the scenario does are simulated.
//   const outcome = await simulate({ scenario, plugins, digest: () => createHash('sha256'), ... });
//   outcome.hash, outcome.tally.samples, outcome.tally.totals
// Always true: everything comes from the scenario and the seed, nothing from the machine: no time, no name, no chance, no key.
// So the same seed gives the same history, byte for byte, wherever it runs.

import { type Cluster, createCluster } from '../cluster/cluster.ts';
import { admin } from '../cluster/identities.ts';
import type { ConfiguredPlugin } from '../cluster/plugin.ts';
import type { NodeConfig } from '../cluster/settings.ts';
import type { Locate } from '../cluster/yaml-lines.ts';
import { Store } from '../contracts/store.ts';
import { findCondition } from '../model/conditions.ts';
import type { Pod } from '../model/pod.ts';
import { SeededRandom } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { type FaultCounts, Faults } from './faults.ts';
import { type Digest, History } from './history.ts';
import { Logbook, type Note } from './logbook.ts';
import { Recorder } from './recorder.ts';
import type { Scenario, ScenarioSpec } from './scenario.ts';
import { nodesOf, setScene, sourcesOf } from './scene.ts';
import { Standing } from './standing.ts';
import { type Sample, standingOf, Tally } from './tally.ts';
import { span } from './time-text.ts';
import { Timetable } from './timetable.ts';
import type { Trace } from './trace.ts';
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
  /** Is given the way to write down what went wrong: for whoever has an eye on the plugins. */
  readonly troubles?: (tell: (text: string) => void) => void;
  /** Told after each sample, and how far it is, 0 to 1. */
  readonly onSample?: (sample: Sample, part: number) => void;
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
  /** What it could not do: the first hundred, and how many in all. */
  readonly troubles: readonly Note[];
  readonly troubleCount: number;
  /** Pods that have no node at the end, and what they were told: the first hundred. */
  readonly leftOver: readonly { readonly pod: string; readonly why: string }[];
}

/** @throws ConfigurationError when the API refuses what the scenario wants; whatever a plugin throws when it does not start */
export async function simulate(options: SimulationOptions): Promise<Outcome> {
  const { scenario, digest, record, traces } = options;
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
  const log = new Logbook(
    () => clock.now() - start,
    (at, text) => recorder?.note(at, text),
  );

  options.troubles?.((text) => log.trouble(text));

  const nodes = spec.nodes.flatMap(nodesOf);
  const faults = new Faults(spec.faults ?? [], clock, random.fork('faults'), groupOf(nodes));
  const over = new AbortController();
  let cluster: Cluster | undefined;
  try {
    cluster = await passing(
      clock,
      createCluster({
        plugins: options.plugins.map((plugin) => (isStore(plugin) ? history.follow(plugin) : plugin)),
        schedulers: options.schedulers ?? {},
        nodes,
        clock,
        seed,
        // Without anybody between, components share what they look at: a large cluster lives faster.
        ...(spec.faults?.length && { between: faults.between }),
      }),
    );
    const client = cluster.client(admin, 'scenario');
    const world = worldOf({ spec, cluster, client, clock, random, standing, over: over.signal }, start, log);
    const sources = sourcesOf(world, traces);
    await passing(clock, setScene(world, sources, options.at, traces));
    faults.begin(start);
    for (const source of sources.values()) source.begin();
    new Timetable(world, sources).begin();
    await live(clock, start, spec, tally, options.onSample);
    history.end();
    recorder?.end(history.hash);
  } finally {
    history.end();
    over.abort();
    if (cluster) await passing(clock, cluster.stop());
  }
  const { changes, hash } = history;
  const { notes, troubles, troubleCount } = log;
  const found = { changes, hash, tally, faults: faults.counts, notes, troubles, troubleCount };
  return { name, seed, length, ...found, leftOver: leftOverOf(standing) };
}

/** With the ways to do something at a time, and to write it down. */
function worldOf(parts: Omit<World, 'now' | 'at' | 'note' | 'trouble'>, start: number, log: Logbook): World {
  const { clock, over } = parts;
  const at = (time: number, work: () => void | Promise<void>) => {
    clock.schedule(start + time - clock.now(), async () => {
      if (over.aborted) return;
      try {
        await work();
      } catch (error) {
        if (!over.aborted) log.trouble((error as Error).message);
      }
    });
  };
  const now = () => clock.now() - start;
  return { ...parts, now, at, note: (text) => log.note(text), trouble: (text) => log.trouble(text) };
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

/** How many pods that are left over are named. */
const mostLeftOver = 100;

function leftOverOf(standing: Standing): Outcome['leftOver'] {
  const pods = [...standing.of<Pod>('pods')].filter(([, pod]) => standingOf(pod) === 'pending').slice(0, mostLeftOver);
  return pods.map(([name, { status }]) => ({
    pod: name,
    why: findCondition(status?.conditions, 'PodScheduled')?.message ?? 'nobody has looked at it yet',
  }));
}

function groupOf(nodes: readonly NodeConfig[]) {
  const kubelets = new Set(nodes.map(({ name }) => name));
  return (component: string) => {
    if (kubelets.has(component)) return 'kubelets' as const;
    return /^scheduler(-|$)/.test(component) ? ('scheduler' as const) : ('controllers' as const);
  };
}

const isStore = ({ definition }: ConfiguredPlugin): boolean => definition.provides.includes(Store);
