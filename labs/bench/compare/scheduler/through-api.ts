// Through the API: a workload carried out by creating objects; the scheduler sees them by its watches, and binds through the
// API. Time is real. A pod is bound when a watch shows it: what another component would see.

import { ResourceRegistry } from '../../../../core/api/resource-registry.ts';
import type { ApiClient } from '../../../../core/contracts/api-client.ts';
import type { Change } from '../../../../core/contracts/controller.ts';
import { builtinResources } from '../../../../core/model/index.ts';
import { type KubeObject, keyOf } from '../../../../core/model/meta.ts';
import { Namespaces } from '../../../../core/model/namespace.ts';
import { type Node, Nodes } from '../../../../core/model/node.ts';
import { type Pod, Pods } from '../../../../core/model/pod.ts';
import { ApiError } from '../../../../core/model/status.ts';
import { Snapshot } from '../../../../core/scheduling/snapshot.ts';
import { SharedInformers } from '../../../../core/streams/shared-informers.ts';
import { nextTurn } from '../../../../core/time/turn.ts';
import { type Round, type RunOutcome, WorkloadFault } from '../trial.ts';
import { PlacementLog } from './broken-rules.ts';
import { carryOut } from './carry-out.ts';
import { clusterUnderTest } from './cluster-under-test.ts';
import { peakMemory } from './measures.ts';
import { Meter } from './meter.ts';
import { qualityOf } from './quality.ts';
import type { NewPods, Target } from './target.ts';
import { chooses, type PodChoice, type Workload } from './workload.ts';

/** Writes under way at a time, as scheduler_perf has them. */
const atOnce = 30;
/** Milliseconds without a binding after which nobody is waited for any more. */
const patience = 5000;

/** @throws VariantFault */
export async function runThroughApi(workload: Workload, round: Round): Promise<RunOutcome> {
  let fail: (fault: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  const log = new PlacementLog();
  // In the order in which it was decided: bindings may overtake each other on their way.
  const watcher = {
    fault: (fault: Error) => fail(fault),
    placed: (pod: Pod, node: string) => log.bound(pod, node),
  };
  const cluster = await Promise.race([clusterUnderTest(round, watcher), failed]);
  const informers = new SharedInformers(cluster.client, round.clock, round.random.fork('load'));
  const meter = new Meter();
  const target = new ThroughApi({ client: cluster.client, informers, meter, round, log, fail: watcher.fault });
  await target.start();
  await Promise.race([carryOut(workload, target), failed]);
  meter.stop();
  const memory = peakMemory();
  const view = viewOf(informers);
  const { values, nodes } = qualityOf(view, workload);
  const { leftOver, evicted: preemptions } = target;
  const brokenRules = await log.broken(view);
  const measured = { ...meter.values(), ...values, leftOver, brokenRules, preemptions, memory };
  informers.stop();
  await cluster.stop();
  return { values: measured, series: meter.series, nodes };
}

function viewOf(informers: SharedInformers): Snapshot {
  const view = new Snapshot();
  for (const node of informers.of(Nodes).all()) view.setNode(node);
  for (const pod of informers.of(Pods).all()) if (pod.spec.nodeName) view.setPod(pod, pod.spec.nodeName);
  return view;
}

interface KnownPod extends NewPods {
  createdAt: number;
  isBound: boolean;
  isTried: boolean;
}

interface ThroughApiParts {
  readonly client: ApiClient;
  readonly informers: SharedInformers;
  readonly meter: Meter;
  readonly round: Round;
  readonly log: PlacementLog;
  /** Is told of what goes wrong beside the operation that is carried out. */
  readonly fail: (fault: Error) => void;
}

class ThroughApi implements Target {
  /** Pods that gave way. */
  evicted = 0;
  readonly #client: ApiClient;
  readonly #informers: SharedInformers;
  readonly #meter: Meter;
  readonly #round: Round;
  readonly #kinds = new ResourceRegistry(builtinResources);
  readonly #pods = new Map<string, KnownPod>();
  readonly #deleted = new Set<string>();
  readonly #log: PlacementLog;
  readonly #fail: (fault: Error) => void;
  #chosen: PodChoice | undefined;
  #boundAt = 0;

  constructor({ client, informers, meter, round, log, fail }: ThroughApiParts) {
    this.#client = client;
    this.#informers = informers;
    this.#meter = meter;
    this.#round = round;
    this.#log = log;
    this.#fail = fail;
  }

  async start(): Promise<void> {
    this.#informers.of(Pods).changes.subscribe((change) => this.#see(change));
    this.#informers.of(Nodes);
    await this.#informers.whenSynced();
  }

  async createNodes(nodes: readonly Node[]): Promise<void> {
    const door = this.#client.of(Nodes);
    await this.#each(nodes, (node) => made(node, door.create(draftOf(node))));
    const known = this.#informers.of(Nodes);
    // A workload begins when its nodes are known.
    while (nodes.some(({ metadata }) => !known.get(metadata.name))) await this.#round.clock.sleep(5);
  }

  async createNamespace(namespace: KubeObject): Promise<void> {
    await made(namespace, this.#client.of(Namespaces).create(draftOf(namespace)));
  }

  async createPods(pods: readonly Pod[], { measured, waits }: NewPods): Promise<void> {
    const door = this.#client.of(Pods);
    const drafts = pods.map((pod) => ({
      pod,
      key: keyOf(pod),
      namespace: pod.metadata.namespace ?? 'default',
      draft: draftOf(pod),
    }));
    if (measured) this.#meter.start();
    await this.#each(drafts, ({ pod, key, namespace, draft }) => {
      this.#pods.set(key, { measured, waits, createdAt: performance.now(), isBound: false, isTried: false });
      return made(pod, door.in(namespace).create(draft));
    });
  }

  async create(object: KubeObject): Promise<void> {
    if (object.kind === 'Pod') return this.createPods([object as Pod], { measured: false, waits: false });
    await made(object, this.#door(object).create(draftOf(object)));
  }

  async delete(object: KubeObject): Promise<void> {
    if (object.kind === 'Pod') this.#deleted.add(keyOf(object));
    await this.#door(object).delete(object.metadata.name, { gracePeriodSeconds: 0 });
  }

  pods(choice: PodChoice): readonly Pod[] {
    return this.#informers
      .of(Pods)
      .all()
      .filter((pod) => chooses(choice, pod));
  }

  async settled({ namespaces, labels = {} }: PodChoice, attempted: boolean): Promise<void> {
    const ofNamespace = ([key]: [string, KnownPod]) => namespaces?.includes(key.slice(0, key.indexOf('/'))) ?? true;
    const hasLabels = ([key]: [string, KnownPod]) => {
      const pod = this.#informers.of(Pods).get(key);
      return pod === undefined || chooses({ labels }, pod);
    };
    const waited = [...this.#pods].filter((entry) => entry[1].waits && ofNamespace(entry) && hasLabels(entry));
    let left = waited.length;
    const isDone = ([key, { isBound, isTried }]: [string, KnownPod]) =>
      isBound || (attempted && isTried) || !this.#pods.has(key);
    this.#boundAt = performance.now();
    for (;;) {
      while (left > 0 && isDone(waited[left - 1]!)) left -= 1;
      if (left === 0 || performance.now() - this.#boundAt > patience) break;
      await this.#round.clock.sleep(2);
    }
    this.#meter.stop();
  }

  sleep(milliseconds: number): Promise<void> {
    return this.#round.clock.sleep(milliseconds);
  }

  every(milliseconds: number, work: () => Promise<void>): () => void {
    const over = new AbortController();
    const again = async () => {
      for (;;) {
        await this.#round.clock.sleep(milliseconds, over.signal);
        await work();
      }
    };
    again().catch((error) => {
      if (!over.signal.aborted) this.#fail(error);
    });
    return () => over.abort();
  }

  measure(choice: PodChoice | undefined): void {
    this.#chosen = choice;
    if (choice) this.#meter.start();
    else this.#meter.stop();
  }

  /** Pods that were waited for and have no node. */
  get leftOver(): number {
    return [...this.#pods.values()].filter(({ waits, isBound }) => waits && !isBound).length;
  }

  /** A few at a time; and whoever else is in this process gets its turns. */
  async #each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
    for (let from = 0; from < items.length; from += atOnce) {
      await Promise.all(items.slice(from, from + atOnce).map(work));
      await nextTurn();
    }
  }

  #see(change: Change<Pod>): void {
    const { object: pod, type } = change;
    const key = keyOf(pod);
    const known = this.#pods.get(key);
    if (!known) return;
    if (type === 'delete') {
      this.#pods.delete(key);
      this.#log.gone(pod.metadata.uid);
      if (!this.#deleted.has(key)) this.evicted += 1;
      return;
    }
    known.isTried ||= pod.status?.conditions?.some((one) => one.type === 'PodScheduled') === true;
    if (known.isBound || !pod.spec.nodeName) return;
    known.isBound = true;
    this.#boundAt = performance.now();
    if (!known.measured && !(this.#chosen && chooses(this.#chosen, pod))) return;
    this.#meter.bound(this.#boundAt);
    this.#meter.took(this.#boundAt - known.createdAt);
  }

  #door(object: KubeObject) {
    const [version = '', group = ''] = object.apiVersion.split('/').reverse();
    const kind = this.#kinds.byKind(group, version, object.kind);
    if (!kind)
      throw new WorkloadFault(`it creates a ${object.kind} of ${object.apiVersion}, which the API does not know`);
    const door = this.#client.of(kind);
    return object.metadata.namespace === undefined ? door : door.in(object.metadata.namespace);
  }
}

/** What the server gives is left to it. */
function draftOf<T extends KubeObject>(object: T) {
  const { uid: _u, resourceVersion: _r, creationTimestamp: _c, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** @throws WorkloadFault when the API does not take the object */
async function made(object: KubeObject, creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new WorkloadFault(`the API does not take its ${object.kind} ${keyOf(object)}: ${error.message}`);
  }
}
