// The model: every kind of the API, and what objects share. `builtinResources` is what a cluster serves without further plugins.

import { Components } from './component.ts';
import { ConfigMaps } from './config-map.ts';
import { ControllerRevisions } from './controller-revision/controller-revision.ts';
import { CronJobs } from './cron-job/cron-job.ts';
import { DaemonSets } from './daemon-set/daemon-set.ts';
import { Deployments } from './deployment.ts';
import { EndpointSlices } from './endpoint-slice.ts';
import { Endpointses } from './endpoints.ts';
import { Events } from './event.ts';
import { Ingresses } from './ingress/ingress.ts';
import { IngressClasses } from './ingress-class/ingress-class.ts';
import { Jobs } from './job/job.ts';
import { Leases } from './lease.ts';
import { Namespaces } from './namespace.ts';
import { NetworkPolicies } from './network-policy/network-policy.ts';
import { Nodes } from './node.ts';
import { PersistentVolumes } from './persistent-volume.ts';
import { PersistentVolumeClaims } from './persistent-volume-claim.ts';
import { Pods } from './pod.ts';
import { PodDisruptionBudgets } from './pod-disruption-budget.ts';
import { PriorityClasses } from './priority-class.ts';
import { ReplicaSets } from './replica-set.ts';
import { ReplicationControllers } from './replication-controller.ts';
import type { Resource } from './resource.ts';
import { ClusterRoles, Roles } from './role.ts';
import { ClusterRoleBindings, RoleBindings } from './role-binding.ts';
import { Secrets } from './secret.ts';
import { Services } from './service.ts';
import { ServiceAccounts } from './service-account.ts';
import { StatefulSets } from './stateful-set/stateful-set.ts';
import { StorageClasses } from './storage-class.ts';

export * from './affinity.ts';
export * from './ages.ts';
export * from './binding.ts';
export * from './component.ts';
export * from './condition.ts';
export * from './conditions.ts';
export * from './config-map.ts';
export * from './container.ts';
export * from './container-status.ts';
export * from './controller-revision/controller-revision.ts';
export * from './cron-job/cron-job.ts';
export * from './daemon-set/daemon-set.ts';
export * from './deployment.ts';
export * from './endpoint-slice.ts';
export * from './endpoints.ts';
export * from './env.ts';
export * from './event.ts';
export * from './fields.ts';
export * from './handler.ts';
export * from './ingress/ingress.ts';
export * from './ingress-class/ingress-class.ts';
export * from './job/job.ts';
export * from './label-selector.ts';
export * from './labels.ts';
export * from './lease.ts';
export * from './lifecycle.ts';
export * from './meta.ts';
export * from './namespace.ts';
export * from './network-policy/network-policy.ts';
export * from './node.ts';
export * from './node-status.ts';
export * from './object.ts';
export * from './object-reference.ts';
export * from './persistent-volume.ts';
export * from './persistent-volume-claim.ts';
export { CSIPersistentVolumeSource, LocalVolumeSource } from './persistent-volume-source.ts';
export * from './pod.ts';
export * from './pod-disruption-budget.ts';
export * from './pod-spec.ts';
export * from './pod-status.ts';
export * from './pod-template.ts';
export * from './policy-rule.ts';
export * from './priority-class.ts';
export * from './probe.ts';
export * from './projected-volume.ts';
export * from './replica-set.ts';
export * from './replica-status.ts';
export * from './replication-controller.ts';
export * from './resource.ts';
export * from './resources.ts';
export * from './role.ts';
export * from './role-binding.ts';
export * from './scale.ts';
export * from './secret.ts';
export * from './security-context.ts';
export * from './service.ts';
export * from './service-account.ts';
export * from './service-spec.ts';
export * from './stateful-set/stateful-set.ts';
export * from './status.ts';
export * from './storage-class.ts';
export * from './taint.ts';
export * from './toleration.ts';
export * from './topology-spread-constraint.ts';
export * from './volume.ts';
export * from './volume-mount.ts';
export * from './volume-source.ts';

export const builtinResources: readonly Resource[] = [
  Pods as Resource,
  Nodes as Resource,
  Namespaces as Resource,
  Services as Resource,
  Endpointses as Resource,
  EndpointSlices as Resource,
  Ingresses as Resource,
  IngressClasses as Resource,
  NetworkPolicies as Resource,
  ReplicaSets as Resource,
  ReplicationControllers as Resource,
  Deployments as Resource,
  DaemonSets as Resource,
  StatefulSets as Resource,
  ControllerRevisions as Resource,
  Jobs as Resource,
  CronJobs as Resource,
  ServiceAccounts as Resource,
  Secrets as Resource,
  ConfigMaps as Resource,
  Events as Resource,
  Leases as Resource,
  PriorityClasses as Resource,
  PodDisruptionBudgets as Resource,
  PersistentVolumes as Resource,
  PersistentVolumeClaims as Resource,
  StorageClasses as Resource,
  Roles as Resource,
  RoleBindings as Resource,
  ClusterRoles as Resource,
  ClusterRoleBindings as Resource,
  Components as Resource,
];
