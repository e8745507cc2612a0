// Flavour: what differs between the two kinds that keep a number of pods alive. A ReplicationController is the older
// one: its selector is a plain map. Everything else about them is the same (replica-controller.ts).

import { type Selector, selectorOf, selectorOfMap } from '../../core/model/labels.ts';
import type { KubeObject } from '../../core/model/meta.ts';
import type { PodTemplateSpec } from '../../core/model/pod-template.ts';
import { type ReplicaSet, type ReplicaSetStatus, ReplicaSets } from '../../core/model/replica-set.ts';
import { type ReplicationController, ReplicationControllers } from '../../core/model/replication-controller.ts';
import type { ResourceHandle } from '../../core/model/resource.ts';

/** Both kinds have the same status. */
export type Replicated = KubeObject & { readonly status?: ReplicaSetStatus };

export interface Flavour<T extends Replicated> {
  /** Of the controller: `replicaset`. */
  readonly name: string;
  /** Of events: `replicaset-controller`. */
  readonly component: string;
  readonly resource: ResourceHandle<T>;
  selector(owner: T): Selector;
  replicas(owner: T): number;
  minReadySeconds(owner: T): number;
  template(owner: T): PodTemplateSpec;
}

export const replicaSetFlavour: Flavour<ReplicaSet> = {
  name: 'replicaset',
  component: 'replicaset-controller',
  resource: ReplicaSets,
  selector: ({ spec }) => selectorOf(spec.selector),
  replicas: ({ spec }) => spec.replicas ?? 1,
  minReadySeconds: ({ spec }) => spec.minReadySeconds ?? 0,
  template: ({ spec }) => spec.template,
};

export const replicationControllerFlavour: Flavour<ReplicationController> = {
  name: 'replicationcontroller',
  component: 'replication-controller',
  resource: ReplicationControllers,
  selector: ({ spec }) => selectorOfMap(spec.selector),
  replicas: ({ spec }) => spec.replicas ?? 1,
  minReadySeconds: ({ spec }) => spec.minReadySeconds ?? 0,
  template: ({ spec }) => spec.template ?? {},
};
