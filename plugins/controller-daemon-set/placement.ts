// Placement: which nodes miss their pod and which pods are too many, and the same for the next step of an update. A pod of
// the revision in force is new; any other is old. Decides only.
// In Kubernetes: pkg/controller/daemon/daemon_controller.go (podsShouldBeOnNode) and update.go (rollingUpdate).

import { isAvailable, isReady } from '../../core/control/pods.ts';
import { revisionLabel } from '../../core/control/revisions.ts';
import type { DaemonSet } from '../../core/model/daemon-set/daemon-set.ts';
import type { Pod } from '../../core/model/pod.ts';
import type { Fit } from './daemon-pod.ts';

export interface NodePods {
  readonly name: string;
  readonly fit: Fit;
  /** All of the DaemonSet's that are on the node or made for it. */
  readonly pods: readonly Pod[];
}

export interface Steps {
  /** Names of nodes. */
  readonly create: readonly string[];
  readonly delete: readonly Pod[];
}

/** What is asked of pods. */
export interface View {
  readonly set: DaemonSet;
  /** Of the revision in force. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export const isNew = ({ metadata }: Pod, { hash }: View): boolean => metadata.labels?.[revisionLabel] === hash;

export const isUp = (pod: Pod, { set, now }: View): boolean => isAvailable(pod, set.spec.minReadySeconds ?? 0, now);

const isGoing = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Failed' || status?.phase === 'Succeeded';

/** Placed ones first, then by age, then by name. */
export const oldestFirst = (a: Pod, b: Pod): number =>
  Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName)) ||
  Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp) ||
  (a.metadata.name < b.metadata.name ? -1 : 1);

/** A count, or a share of `of`, rounded up. */
export const amountOf = (amount: number | string | undefined, of: number): number =>
  typeof amount === 'string' ? Math.ceil((Number.parseInt(amount, 10) * of) / 100) : (amount ?? 0);

const isRolling = ({ spec }: DaemonSet): boolean => spec.updateStrategy?.type !== 'OnDelete';

/** Of `rollingUpdate`, in nodes. */
export function fenceposts(set: DaemonSet, desired: number): { unavailable: number; surge: number } {
  const { maxUnavailable, maxSurge } = set.spec.updateStrategy?.rollingUpdate ?? {};
  if (!isRolling(set)) return { unavailable: 0, surge: 0 };
  const surge = amountOf(maxSurge, desired);
  const unavailable = amountOf(maxUnavailable ?? (maxSurge === undefined ? 1 : 0), desired);
  return { surge, unavailable: surge === 0 ? Math.max(1, unavailable) : unavailable };
}

/** What makes each node have its one pod. */
export function placementSteps(nodes: readonly NodePods[], view: View): Steps {
  const create: string[] = [];
  const gone: Pod[] = [];
  const { surge } = fenceposts(view.set, nodes.filter(({ fit }) => fit.shouldRun).length);
  for (const { name, fit, pods } of nodes) {
    if (fit.shouldRun && pods.length === 0) create.push(name);
    else if (!fit.mayStay) gone.push(...pods.filter((pod) => !isGoing(pod)));
    else {
      const here = pods.filter((pod) => !isGoing(pod));
      const running = here.filter((pod) => !hasEnded(pod)).sort(oldestFirst);
      gone.push(...here.filter(hasEnded), ...(surge > 0 ? surplusWithSurge(running, view) : running.slice(1)));
    }
  }
  return { create, delete: gone };
}

/** One old and one new pod are right for a while: until the new one is available, or the old one no longer serves. */
function surplusWithSurge(running: readonly Pod[], view: View): readonly Pod[] {
  const [oldestNew, ...moreNew] = running.filter((pod) => isNew(pod, view));
  const [oldestOld, ...moreOld] = running.filter((pod) => !isNew(pod, view));
  const surplus = [...moreNew, ...moreOld];
  const isReplaced = oldestNew && oldestOld && (!isReady(oldestOld) || isUp(oldestNew, view));
  return isReplaced ? [...surplus, oldestOld] : surplus;
}

/** The next step of a rolling update; nothing when all pods are new. */
export function updateSteps(nodes: readonly NodePods[], view: View): Steps {
  if (!isRolling(view.set)) return { create: [], delete: [] };
  const wanted = nodes.filter(({ fit }) => fit.shouldRun);
  const { surge, unavailable } = fenceposts(view.set, wanted.length);
  return surge > 0 ? surging(wanted, view, surge) : replacing(wanted, view, unavailable);
}

/** The pod of each sort on a node; undefined where there are several, which placement clears up first. */
function sorts(pods: readonly Pod[], view: View): { newPod: Pod | undefined; oldPod: Pod | undefined } | undefined {
  const here = pods.filter((pod) => !isGoing(pod));
  const news = here.filter((pod) => isNew(pod, view));
  const olds = here.filter((pod) => !isNew(pod, view));
  return news.length > 1 || olds.length > 1 ? undefined : { newPod: news[0], oldPod: olds[0] };
}

/** Old pods go first, so many that not too many nodes are without. */
function replacing(nodes: readonly NodePods[], view: View, allowed: number): Steps {
  let without = 0;
  const atOnce: Pod[] = [];
  const inTurn: Pod[] = [];
  for (const { pods } of nodes) {
    const found = sorts(pods, view);
    const { newPod, oldPod } = found ?? {};
    if (!found || Boolean(newPod) === Boolean(oldPod)) without += 1;
    else if (newPod) without += isUp(newPod, view) ? 0 : 1;
    // One that does not serve is no loss.
    else if (oldPod) (isUp(oldPod, view) ? inTurn : atOnce).push(oldPod);
  }
  const left = Math.max(0, allowed - without);
  return { create: [], delete: [...atOnce, ...inTurn.slice(0, Math.max(0, left - atOnce.length))] };
}

/** New pods come first, on so many nodes at a time; the old one goes when its successor is available. */
function surging(nodes: readonly NodePods[], view: View, allowed: number): Steps {
  let doubled = 0;
  const gone: Pod[] = [];
  const atOnce: string[] = [];
  const inTurn: string[] = [];
  for (const { name, pods } of nodes) {
    const found = sorts(pods, view);
    if (!found) doubled += 1;
    else if (!found.oldPod) continue;
    else if (!found.newPod) (isUp(found.oldPod, view) ? inTurn : atOnce).push(name);
    else if (isUp(found.newPod, view)) gone.push(found.oldPod);
    else doubled += 1;
  }
  const left = Math.max(0, allowed - doubled);
  return { create: [...atOnce, ...inTurn.slice(0, left)], delete: gone };
}
