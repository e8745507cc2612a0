// Scene of lab 5: a cluster that has nothing but nodes, pods and the part; how nodes and pods stand in it; what the part does
// to them, told while it happens.
//
//   onDoubt(world, (node, did) => world.fail('doubted', { did }, ...));     it set Ready to Unknown, or tainted the node
//   onEviction(world, (pod) => ...);                                        it let a pod go
//   await lose(world, life, 'node-2', 'untainted');                         no power, no sign of life, Unknown and tainted
// Always true: what is to happen may take 6 seconds, as Kubernetes' own controller looks at its nodes every 5; what must not
// happen too early has no such margin.

import { findCondition } from '../../core/model/conditions.ts';
import type { KubeObject } from '../../core/model/meta.ts';
import { type Node, Nodes } from '../../core/model/node.ts';
import { Pods } from '../../core/model/pod.ts';
import type { Taint } from '../../core/model/taint.ts';
import type { Toleration } from '../../core/model/toleration.ts';
import { controllerServiceAccount } from '../../plugins/controller-service-account/plugin.ts';
import type { Check } from '../kit/lab.ts';
import { kill, nodeOf, type SignsOfLife } from '../kit/nodes.ts';
import { type Change, inWorld, type World, type WorldOptions } from '../kit/world.ts';

export const unreachable = 'node.kubernetes.io/unreachable';
/** Seconds of silence that are forgiven. */
export const grace = 40;
/** Seconds that any reaction may take: a loop that looks every 5 s is as good as one that is woken. */
export const slack = 6;

export const text = (seconds: number): string => seconds.toFixed(1);
export const aNode = (name: string) => ({ object: `Node ${name}` });
export const aPod = (name: string) => ({ object: `Pod default/${name}` });

/** `True`, `False`, `Unknown`; undefined when nobody has said. */
export const readyOf = (node: Node): string | undefined => findCondition(node.status?.conditions, 'Ready')?.status;
/** The taints that say that nothing is heard of the node. */
export const ours = (node: Node, effect?: string): Taint[] =>
  (node.spec.taints ?? []).filter((taint) => taint.key === unreachable && (!effect || taint.effect === effect));
/** Whether the pod of namespace default is on its way out, or gone. */
export const isLeaving = (world: World, pod: string): boolean =>
  world.pods().every(({ metadata }) => metadata.name !== pod || metadata.deletionTimestamp !== undefined);
/** Tolerates a node that is not heard for so many seconds. */
export const forSeconds = (tolerationSeconds: number): Toleration => ({
  key: unreachable,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds,
});

/** Calls the function for each change of a node that the part makes, with the node before and after it. */
export function onNodeWrites(world: World, work: (node: Node, before: Node, change: Change) => void): void {
  world.observe((change) => {
    if (change.kind !== Nodes.kind || change.by !== 'you' || !change.previous) return;
    work(change.object as Node, change.previous as KubeObject as Node, change);
  });
}

/** Calls the function when the part begins to doubt a node, or taints it. */
export function onDoubt(world: World, work: (name: string, did: string) => void): void {
  onNodeWrites(world, (node, before) => {
    const { name } = node.metadata;
    if (readyOf(node) !== 'True' && readyOf(before) === 'True') work(name, `set Ready of ${name} to ${readyOf(node)}`);
    else if (ours(node).length > ours(before).length) work(name, `tainted ${name}`);
  });
}

/** Calls the function when the part lets a pod go. */
export function onEviction(world: World, work: (pod: string) => void): void {
  world.observe(({ kind, by, object, what }) => {
    if (kind === Pods.kind && by === 'you' && (what === 'terminating' || what === 'deleted'))
      work(object.metadata.name);
  });
}

/** When the part last tainted each node NoExecute, in seconds since the check began. */
export function noteTaints(world: World): Map<string, number> {
  const since = new Map<string, number>();
  onNodeWrites(world, (node, before, { at }) => {
    if (ours(node, 'NoExecute').length > 0 && ours(before, 'NoExecute').length === 0) since.set(node.metadata.name, at);
  });
  return since;
}

/** Kills a node, and comes back when it has to be Unknown and tainted. Fails with the message when it is not. */
export async function lose(world: World, life: SignsOfLife, name: string, message: string): Promise<void> {
  await kill(world, name);
  await silent(world, life, name, message);
}

export async function silent(
  world: World,
  life: SignsOfLife,
  name: string,
  message: string,
  margin = slack,
): Promise<void> {
  const isTainted = () => readyOf(nodeOf(world, name)) === 'Unknown' && ours(nodeOf(world, name)).length === 2;
  if (await world.until(isTainted, grace + margin - life.silence(name))) return;
  const node = nodeOf(world, name);
  const taints = ours(node).map(({ effect }) => effect);
  const values = { node: name, silence: text(life.silence(name)), ready: readyOf(node) ?? 'absent' };
  world.fail(message, { ...values, taints: taints.join(' and ') || 'none' }, aNode(name));
}

/** A check in a cluster that has nothing but nodes, pods and the part. */
export const on = (
  id: string,
  nodes: number,
  work: (world: World) => Promise<void>,
  more: Partial<WorldOptions> = {},
): Check => ({
  id,
  seeds: 2,
  run: inWorld(
    { lab: '05-nodes', check: id, nodes, slot: 'Controller', controllers: [controllerServiceAccount], ...more },
    work,
  ),
});
