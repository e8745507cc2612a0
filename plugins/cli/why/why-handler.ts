// Why handler: finds the scheduler that a pod is for, asks it for what it knows of the pod, and another one, if that is wanted,
// what it would have done in its place. What cannot be answered is said with what there is instead.

import type { Cluster } from '../../../core/cluster/cluster.ts';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { assemble, given } from '../../../core/cluster/container.ts';
import { identityOf } from '../../../core/cluster/identities.ts';
import type { RunningComponent } from '../../../core/cluster/running-component.ts';
import { ApiClient } from '../../../core/contracts/api-client.ts';
import { Clock } from '../../../core/contracts/clock.ts';
import { Random } from '../../../core/contracts/random.ts';
import { Scheduler } from '../../../core/contracts/scheduler.ts';
import { keyOf } from '../../../core/model/meta.ts';
import { type Pod, Pods } from '../../../core/model/pod.ts';
import { ApiError } from '../../../core/model/status.ts';
import {
  decideAfresh,
  type FreshDecision,
  type Scene,
  type WhyAnswer,
  type WhyQuestion,
} from '../../../core/scheduling/explain-attempt.ts';
import { SeededRandom } from '../../../core/time/random.ts';
import { isPath } from '../cluster-config.ts';
import type { PluginFiles } from '../host/plugin-files.ts';
import { noSuchPod } from '../story/story-handler.ts';

export interface WhyRequest {
  readonly pod: string;
  readonly namespace: string;
  /** Name of a plugin, or a path from `folder`. */
  readonly compare?: string | undefined;
  readonly folder?: string | undefined;
}

/** Everything that `kubelab why` shows. */
export interface Why extends Omit<WhyAnswer, 'scene'> {
  readonly namespace: string;
  readonly name: string;
  /** Its component. */
  readonly component: string;
  /** The node that it is on; of a pod that is gone, undefined. */
  readonly node?: string;
  readonly isGone: boolean;
  /** It is not tried before these are taken off. */
  readonly gates: readonly string[];
  readonly compared?: FreshDecision & { readonly plugin: string };
}

type Schedulers = Pick<Cluster, 'client' | 'clock' | 'components' | 'registry'>;

/** @throws ConfigurationError that says what is wrong with the question, or why there is no answer */
export async function whyIn(
  cluster: Schedulers,
  files: Pick<PluginFiles, 'decide'>,
  request: WhyRequest,
): Promise<Why> {
  const { pod: name, namespace, compare } = request;
  const pod = await find(cluster, namespace, name);
  const schedulers = cluster.components.filter(({ plan }) => plan.role === 'Scheduler');
  const question = { namespace, name, uid: pod?.metadata.uid, scene: compare !== undefined };
  const ask = (component: RunningComponent) => answerOf(component, question);
  const found = pod ? await ofLiving(pod, schedulers, ask) : await ofGone(schedulers, ask);
  if (!found) throw new ConfigurationError(await unknown(cluster, namespace, name));
  const [component, answer] = found;
  const { scene, ...rest } = answer;
  return {
    namespace,
    name,
    component: component.name,
    ...(pod?.spec.nodeName !== undefined && { node: pod.spec.nodeName }),
    isGone: !pod,
    gates: pod?.spec.schedulingGates?.map((gate) => gate.name) ?? [],
    ...rest,
    ...(compare !== undefined && { compared: await compared(cluster, files, scene, request) }),
  };
}

async function find(cluster: Schedulers, namespace: string, name: string): Promise<Pod | undefined> {
  try {
    return await cluster.client().of(Pods).in(namespace).get(name);
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  }
}

async function unknown(cluster: Schedulers, namespace: string, name: string): Promise<string> {
  const { items } = await cluster.client().of(Pods).list();
  return noSuchPod(
    namespace,
    name,
    items.map((pod) => ({ key: keyOf(pod), isGone: false })),
  );
}

type Answered = readonly [component: RunningComponent, answer: WhyAnswer];

async function answerOf({ name, plugin, part, state }: RunningComponent, question: WhyQuestion): Promise<WhyAnswer> {
  if (part?.why) return part.why(question);
  throw new ConfigurationError(`${name} (${plugin}) does not run: it is ${state}`);
}

async function ofLiving(
  pod: Pod,
  schedulers: readonly RunningComponent[],
  ask: (component: RunningComponent) => Promise<WhyAnswer>,
): Promise<Answered> {
  const { schedulerName = 'default-scheduler', nodeName } = pod.spec;
  const component = schedulers.find(({ plan }) => plan.schedulerName === schedulerName);
  const { name } = pod.metadata;
  if (!component) {
    const there = schedulers.map(({ plan }) => plan.schedulerName).join(', ');
    throw new ConfigurationError(
      `pod ${name} is for the scheduler ${schedulerName}, and no component of this cluster is that: there are ${there || 'none'}`,
    );
  }
  const answer = await ask(component);
  if (answer.attempts.length > 0 || answer.waits) return [component, answer];
  throw new ConfigurationError(
    `pod ${name} is ${nodeName ? `on ${nodeName}` : 'on no node'}, and ${component.name} (${component.plugin}) knows of no attempt to place it: ${whyUnknown(pod, answer)}`,
  );
}

/** Why a scheduler knows nothing of a pod that is there. */
function whyUnknown(pod: Pod, { since, forgotten, oldest = since }: WhyAnswer): string {
  const time = (milliseconds: number) => new Date(milliseconds).toISOString();
  const created = Date.parse(pod.metadata.creationTimestamp ?? '');
  // The API writes whole seconds.
  if (pod.spec.nodeName && created < Math.floor(since / 1000) * 1000) {
    return `it was created before this scheduler began, at ${time(since)}; only its own attempts are known`;
  }
  if (forgotten > 0) {
    return `the ${forgotten} oldest attempts are forgotten; those since ${time(oldest)} are kept`;
  }
  if (pod.spec.nodeName) return 'whoever created or bound it named the node (spec.nodeName); nobody was asked';
  return 'it has not been its turn yet; ask again';
}

/** Of a pod that is gone, as long as its attempts are kept. */
async function ofGone(
  schedulers: readonly RunningComponent[],
  ask: (component: RunningComponent) => Promise<WhyAnswer>,
): Promise<Answered | undefined> {
  for (const component of schedulers) {
    const answer = await ask(component).catch(() => undefined); // one that does not run knows nothing
    if (answer && answer.attempts.length > 0) return [component, answer];
  }
  return undefined;
}

async function compared(
  cluster: Schedulers,
  files: Pick<PluginFiles, 'decide'>,
  scene: Scene | undefined,
  { compare = '', folder = '' }: WhyRequest,
): Promise<NonNullable<Why['compared']>> {
  if (!scene) throw new ConfigurationError('there was no attempt yet, so there is nothing to compare');
  if (isPath(compare)) return { plugin: compare, ...(await files.decide(compare, scene, folder)) };
  const plugin = cluster.registry.find(compare, 'Scheduler');
  const values = [
    given(ApiClient, cluster.client(identityOf('Scheduler'), 'why')),
    given(Clock, cluster.clock),
    given(Random, new SeededRandom('afresh')),
  ];
  return { plugin: plugin.definition.name, ...decideAfresh(assemble([plugin], values).get(Scheduler), scene) };
}
