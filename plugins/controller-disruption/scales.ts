// Scales: how many pods of a budget there ought to be. A number of pods is taken as it is; a share needs to know of what: of
// all that the pods' controllers want. A pod without controller does not count there, and is told of.
// In Kubernetes: getExpectedPodCount and getExpectedScale of pkg/controller/disruption. In real Kubernetes: also
// whatever else has a `scale`.

import type { Informer, Informers } from '../../core/contracts/controller.ts';
import { type Deployment, Deployments } from '../../core/model/deployment.ts';
import { controllerOf, type KubeObject, type OwnerReference } from '../../core/model/meta.ts';
import type { Pod } from '../../core/model/pod.ts';
import type { PodDisruptionBudget } from '../../core/model/pod-disruption-budget.ts';
import { type ReplicaSet, ReplicaSets } from '../../core/model/replica-set.ts';
import { type ReplicationController, ReplicationControllers } from '../../core/model/replication-controller.ts';
import { type StatefulSet, StatefulSets } from '../../core/model/stateful-set/stateful-set.ts';

/** It cannot be said how many pods are expected. */
export class Uncountable extends Error {}

/** A controller, and how many pods it wants. */
interface Scale {
  readonly uid: string;
  readonly replicas: number;
}

export class Scales {
  readonly #statefulSets: Informer<StatefulSet>;
  readonly #deployments: Informer<Deployment>;
  readonly #replicaSets: Informer<ReplicaSet>;
  readonly #replicationControllers: Informer<ReplicationController>;

  constructor(informers: Informers) {
    this.#statefulSets = informers.of(StatefulSets);
    this.#deployments = informers.of(Deployments);
    this.#replicaSets = informers.of(ReplicaSets);
    this.#replicationControllers = informers.of(ReplicationControllers);
  }

  /** What the scales are read from. */
  get informers(): readonly Informer[] {
    const all = [this.#deployments, this.#replicaSets, this.#replicationControllers, this.#statefulSets];
    return all as unknown as readonly Informer[];
  }

  /** Of the Deployment whose ReplicaSet it is, if it is one. */
  of(owner: OwnerReference, namespace: string): Scale | undefined {
    if (owner.kind === 'ReplicationController') return scaleOf(find(this.#replicationControllers, owner, namespace));
    if (owner.kind === 'StatefulSet') return scaleOf(find(this.#statefulSets, owner, namespace));
    if (owner.kind !== 'ReplicaSet') return undefined;
    const replicaSet = find(this.#replicaSets, owner, namespace);
    const above = replicaSet && controllerOf(replicaSet);
    return above?.kind === 'Deployment' ? scaleOf(find(this.#deployments, above, namespace)) : scaleOf(replicaSet);
  }
}

export interface PodCounts {
  readonly expected: number;
  readonly desired: number;
  /** Pods without controller, where a controller is needed to count. */
  readonly unmanaged: readonly Pod[];
}

/** @throws Uncountable when a controller is not known */
export function countPods({ spec }: PodDisruptionBudget, pods: readonly Pod[], scales: Pick<Scales, 'of'>): PodCounts {
  const { minAvailable, maxUnavailable } = spec ?? {};
  if (isGiven(maxUnavailable)) {
    const { expected, unmanaged } = expectedScale(pods, scales);
    return { expected, desired: Math.max(0, expected - amountOf(maxUnavailable, expected)), unmanaged };
  }
  if (!isGiven(minAvailable)) return { expected: 0, desired: 0, unmanaged: [] };
  if (typeof minAvailable === 'number') return { expected: pods.length, desired: minAvailable, unmanaged: [] };
  const { expected, unmanaged } = expectedScale(pods, scales);
  return { expected, desired: amountOf(minAvailable, expected), unmanaged };
}

function expectedScale(pods: readonly Pod[], scales: Pick<Scales, 'of'>): Omit<PodCounts, 'desired'> {
  const replicas = new Map<string, number>();
  const seen = new Set<string>();
  const unmanaged: Pod[] = [];
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (!owner) unmanaged.push(pod);
    if (!owner || seen.has(owner.uid)) continue;
    seen.add(owner.uid);
    const scale = scales.of(owner, pod.metadata.namespace ?? '');
    if (!scale) throw new Uncountable(`found no controllers for pod ${JSON.stringify(pod.metadata.name)}`);
    replicas.set(scale.uid, scale.replicas);
  }
  let expected = 0;
  for (const wanted of replicas.values()) expected += wanted;
  return { expected, unmanaged };
}

/** A share is rounded up, of what must be there and of what may be missing alike. */
const amountOf = (amount: number | string, total: number): number =>
  typeof amount === 'number' ? amount : Math.ceil((Number.parseInt(amount, 10) * total) / 100);

const isGiven = <T>(amount: T): amount is NonNullable<T> => amount !== undefined && amount !== null;

function find<T extends KubeObject>(informer: Informer<T>, owner: OwnerReference, namespace: string): T | undefined {
  const found = informer.get(`${namespace}/${owner.name}`);
  return found?.metadata.uid === owner.uid ? found : undefined;
}

const scaleOf = (
  workload: (KubeObject & { readonly spec?: { readonly replicas?: number } }) | undefined,
): Scale | undefined => workload && { uid: workload.metadata.uid, replicas: workload.spec?.replicas ?? 1 };
