// Node writes: what a part does to nodes and their pods, told to a check while it happens; and how nodes and pods stand.
//
//   onDoubt(world, (node, did) => world.fail('doubted', { did }, ...));     it set Ready to Unknown, or tainted the node
//   onEviction(world, (pod) => ...);                                        it let a pod go
//   const since = noteTaints(world);                                        since.get('node-2'): tainted NoExecute at

import { findCondition } from '../../core/model/conditions.ts';
import type { KubeObject } from '../../core/model/meta.ts';
import { type Node, Nodes } from '../../core/model/node.ts';
import { Pods } from '../../core/model/pod.ts';
import type { Taint } from '../../core/model/taint.ts';
import type { Toleration } from '../../core/model/toleration.ts';
import type { Change, World } from './world.ts';

export const unreachable = 'node.kubernetes.io/unreachable';

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
