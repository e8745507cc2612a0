// Perform: what each opcode of a scenario does. A handler comes back when its work is over: whoever waits for it goes on then.

import { ConfigurationError } from '../cluster/configuration-error.ts';
import { nearest } from '../cluster/nearest.ts';
import type { Random } from '../contracts/random.ts';
import { type Deployment, Deployments } from '../model/deployment.ts';
import { matches, parseSelector } from '../model/labels.ts';
import type { KubeObject, ObjectMeta } from '../model/meta.ts';
import { type Pod, Pods } from '../model/pod.ts';
import { apiVersionOf } from '../model/resource.ts';
import { ApiError } from '../model/status.ts';
import { cordon, drain, startNode, stopNode, uncordon } from './node-events.ts';
import type {
  Barrier,
  Churn,
  CreateAny,
  CreatePods,
  DeletePods,
  EventBase,
  Opcode,
  Scale,
  SetImage,
  Sleep,
} from './scenario-events.ts';
import { span } from './time-text.ts';
import type { WorkloadSource } from './workload-source.ts';
import type { World } from './world.ts';

/** What an event may use: the world, the workloads by name, a stream of chance of its own. */
export interface Stage {
  readonly world: World;
  readonly sources: ReadonlyMap<string, WorkloadSource>;
  readonly random: Random;
}

type Handler<E extends EventBase> = (event: E, stage: Stage) => Promise<void>;

const handlers: Readonly<Record<Opcode, Handler<never>>> = {
  createPods: async ({ workload, count }: CreatePods, { world, sources }) => {
    world.note(`${podsText(count)} of ${workload}`);
    await sources.get(workload)!.create(count);
  },
  createAny: async ({ object }: CreateAny, { world }) => {
    world.note(`created: ${object.kind} ${(object.metadata as Partial<ObjectMeta> | undefined)?.name ?? ''}`.trimEnd());
    await createObject(world, object);
  },
  deletePods,
  churn,
  barrier: async ({ labelSelector }: Barrier, { world }) => {
    const fits = selectorOf(labelSelector);
    const pods = world.standing.of<Pod>('pods');
    await world.standing.until(() => [...pods.values()].every((pod) => pod.spec.nodeName !== undefined || !fits(pod)));
  },
  sleep: async ({ duration }: Sleep, { world }) => {
    await world.clock.sleep(span(duration), world.over);
  },
  scale: async (event: Scale, { world }) => {
    const { deployment, namespace = 'default', replicas } = event;
    world.note(`${deployment} scaled to ${replicas}`);
    await world.client.of(Deployments).in(namespace).patch(deployment, { spec: { replicas } });
    await settled(world, `${namespace}/${deployment}`, replicas);
  },
  setImage: async ({ deployment, namespace = 'default', image }: SetImage, { world }) => {
    world.note(`${deployment} rolled over to ${image}`);
    const deployments = world.client.of(Deployments).in(namespace);
    const { spec } = await deployments.get(deployment);
    const [first, ...others] = spec.template.spec?.containers ?? [];
    const containers = [{ ...first, image }, ...others];
    await deployments.patch(deployment, { spec: { template: { spec: { containers } } } });
    await settled(world, `${namespace}/${deployment}`);
  },
  stopNode: (event: never, { world, random }) => stopNode(event, world, random),
  startNode: (event: never, { world, random }) => startNode(event, world, random),
  cordon: (event: never, { world, random }) => cordon(event, world, random),
  uncordon: (event: never, { world, random }) => uncordon(event, world, random),
  drain: (event: never, { world, random }) => drain(event, world, random),
};

export const perform = (event: EventBase, stage: Stage): Promise<void> =>
  handlers[event.opcode as Opcode](event as never, stage);

/**
 * An object of any kind, as `kubectl create -f` sends it.
 * @throws ConfigurationError when there is no such kind; ApiError
 */
export async function createObject(
  { cluster, client }: World,
  object: Readonly<Record<string, unknown>>,
): Promise<void> {
  const kinds = cluster.api.resources.all();
  const found = kinds.find((resource) => resource.kind === object.kind && apiVersionOf(resource) === object.apiVersion);
  if (!found) {
    const names = kinds.map((resource) => `${apiVersionOf(resource)} ${resource.kind}`);
    const name = `${object.apiVersion} ${object.kind}`;
    throw new ConfigurationError(`there is no kind ${name}${nearest(name, names)}; apiVersion and kind are needed`);
  }
  const metadata = (object.metadata ?? {}) as Partial<ObjectMeta>;
  const { namespace = 'default' } = metadata;
  const door = found.namespaced ? client.of(found).in(namespace) : client.of(found);
  await door.create({ ...object, metadata } as KubeObject);
}

/** A rollout, or a change of size, is through. */
const settled = ({ standing }: World, key: string, replicas?: number): Promise<void> =>
  standing.until(() => {
    const deployment = standing.of<Deployment>('deployments').get(key);
    if (!deployment) return true; // it was deleted meanwhile
    const { metadata, spec, status = {} } = deployment;
    // Somebody wants another size by now: this one will not come.
    if (replicas !== undefined && spec.replicas !== replicas) return true;
    const wanted = spec.replicas ?? 1;
    return (
      (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
      (status.replicas ?? 0) === wanted &&
      (status.updatedReplicas ?? 0) === wanted &&
      (status.readyReplicas ?? 0) === wanted
    );
  });

async function deletePods(
  { namespace, labelSelector, count, deletePodsPerSecond }: DeletePods,
  { world }: Stage,
): Promise<void> {
  const fits = selectorOf(labelSelector);
  const here = ({ metadata }: Pod) => namespace === undefined || metadata.namespace === namespace;
  const isStaying = ({ metadata }: Pod) => metadata.deletionTimestamp === undefined;
  const pods = [...world.standing.of<Pod>('pods').values()].filter((pod) => here(pod) && fits(pod) && isStaying(pod));
  const chosen = pods.slice(0, count);
  world.note(`${podsText(chosen.length)} deleted`);
  for (const { metadata } of chosen) {
    if (world.over.aborted) return;
    await ifThere(world.client.of(Pods).in(metadata.namespace!).delete(metadata.name));
    if (deletePodsPerSecond !== undefined) await world.clock.sleep(1000 / deletePodsPerSecond, world.over);
  }
}

async function churn(event: Churn, { world, sources }: Stage): Promise<void> {
  const { workload, mode, intervalMilliseconds } = event;
  const { number = mode === 'create' ? Number.POSITIVE_INFINITY : 1 } = event;
  const source = sources.get(workload)!;
  const pods = world.client.of(Pods).in(source.workload.namespace ?? 'default');
  const until = event.for === undefined ? Number.POSITIVE_INFINITY : world.now() + span(event.for);
  world.note(`churn of ${workload} begins (${mode})`);
  let made = 0;
  let there: string[] = [];
  while (world.now() < until && (mode === 'recreate' || made < number)) {
    if (there.length > 0) {
      await Promise.all(there.map((name) => ifThere(pods.delete(name))));
      there = [];
    } else {
      const names = await source.create(mode === 'create' ? 1 : number);
      made += names.length;
      if (mode === 'recreate') there = names;
    }
    await world.clock.sleep(intervalMilliseconds, world.over);
  }
  world.note(`churn of ${workload} ends`);
}

const podsText = (count: number): string => (count === 1 ? '1 pod' : `${count} pods`);

async function ifThere(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 404)) throw error;
  }
}

function selectorOf(text: string | undefined): (pod: Pod) => boolean {
  if (text === undefined) return () => true;
  const selector = parseSelector(text);
  return ({ metadata }) => matches(selector, metadata.labels);
}
