// Words: one change of a history as a person says it; undefined of what only shows that somebody lives (leases, heartbeats)
// or says again what another change says (Events). Pure.

import { findCondition, isTrue } from '../model/conditions.ts';
import type { Deployment } from '../model/deployment.ts';
import type { KubeObject } from '../model/meta.ts';
import type { Node } from '../model/node.ts';
import type { Pod } from '../model/pod.ts';
import type { ReplicaSet } from '../model/replica-set.ts';
import type { Change } from './history.ts';

/** Signs of life; what the cluster is made of; what another change says. */
const silent: ReadonlySet<string> = new Set(['leases', 'components', 'events']);

/** `Pod default/web-1: placed on node-3` */
export function wordsOf(change: Change): string | undefined {
  const { key, value, previous } = change;
  const object = (value ?? previous) as KubeObject;
  const kind = key.slice(10, key.indexOf('/', 10));
  if (silent.has(kind)) return undefined;
  const { name, namespace } = object.metadata;
  const who = `${object.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  const what = happened(kind, change);
  return what === undefined ? undefined : `${who}: ${what}`;
}

function happened(kind: string, { value, previous }: Change): string | undefined {
  if (!value) return 'deleted';
  const now = value as KubeObject;
  if (!previous) return born(kind, now);
  const before = previous as KubeObject;
  const isGoing = now.metadata.deletionTimestamp !== undefined && before.metadata.deletionTimestamp === undefined;
  if (kind === 'pods') return podWords(before as Pod, now as Pod) ?? (isGoing ? 'is being deleted' : undefined);
  if (isGoing) return 'is being deleted';
  if (kind === 'minions') return nodeWords(before as Node, now as Node);
  if (kind === 'deployments' || kind === 'replicasets') return sizeWords(before as Deployment, now as Deployment);
  return 'changed';
}

function born(kind: string, object: KubeObject): string {
  if (kind === 'pods') {
    const { nodeName } = (object as Pod).spec;
    return nodeName === undefined ? 'created' : `created, on ${nodeName}`;
  }
  if (kind === 'deployments' || kind === 'replicasets')
    return `created, ${(object as ReplicaSet).spec.replicas ?? 1} wanted`;
  return 'created';
}

function podWords(before: Pod, now: Pod): string | undefined {
  const { nodeName } = now.spec;
  if (nodeName !== undefined && before.spec.nodeName === undefined) return `placed on ${nodeName}`;
  const phase = now.status?.phase;
  if (phase !== before.status?.phase) {
    const reason = now.status?.reason;
    return `${phase}${reason === undefined ? '' : ` (${reason})`}`;
  }
  const isGoing = now.metadata.deletionTimestamp !== undefined && before.metadata.deletionTimestamp === undefined;
  if (isGoing) return 'is being deleted';
  const placed = findCondition(now.status?.conditions, 'PodScheduled');
  const wasPlaced = findCondition(before.status?.conditions, 'PodScheduled');
  if (placed?.status === 'False' && placed.message !== wasPlaced?.message) return `waits: ${placed.message}`;
  const isReady = isTrue(now.status?.conditions, 'Ready');
  if (isReady !== isTrue(before.status?.conditions, 'Ready')) return isReady ? 'ready' : 'not ready any more';
  return undefined;
}

function nodeWords(before: Node, now: Node): string | undefined {
  const ready = findCondition(now.status?.conditions, 'Ready');
  const wasReady = findCondition(before.status?.conditions, 'Ready');
  if (ready?.status !== wasReady?.status) {
    return ready?.status === 'True' ? 'Ready' : `not ready (${ready?.reason ?? 'no condition'})`;
  }
  const isClosed = now.spec.unschedulable === true;
  if (isClosed !== (before.spec.unschedulable === true)) return isClosed ? 'cordoned' : 'uncordoned';
  const taints = ({ spec }: Node) => (spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).join(', ');
  if (taints(now) !== taints(before)) return taints(now) === '' ? 'no taints any more' : `taints: ${taints(now)}`;
  return undefined;
}

function sizeWords(before: Deployment, now: Deployment): string | undefined {
  const [wanted, wantedBefore] = [now.spec.replicas ?? 1, before.spec.replicas ?? 1];
  if (wanted !== wantedBefore) return `${wanted} wanted instead of ${wantedBefore}`;
  const image = ({ spec }: Deployment) =>
    spec.template?.spec?.containers.map((container) => container.image).join(', ');
  if (image(now) !== image(before)) return `image ${image(now)}`;
  const ready = now.status?.readyReplicas ?? 0;
  if (ready !== (before.status?.readyReplicas ?? 0)) return `${ready} of ${wanted} ready`;
  return undefined;
}
