// What `import ... from 'kubelab'` gives: everything that a plugin, a lab or a program of one's own needs.
//   a cluster        createCluster, plugin, ConfigurationError, VirtualClock
//   the slots        Store, Scheduler, Controller, ContainerRuntime, Proxy, ...: interface and token of one name
//   the kinds        Pod, Pods, Node, Nodes, ...: class and Resource constant
//   option rules    IsIn, IsInt, Max, ...: class-validator's, for the class of a plugin's options
//   building blocks  refusals, ReasonTally, podResources for schedulers; LocalApiClient, SharedInformers, sources of controllers, EventRecorder, quantities, selectors

import 'reflect-metadata';

export {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
} from 'class-validator';

export * from './api/api.ts';
export type { Audit, AuditEntry, AuditVerb } from './api/audit.ts';
export * from './api/local-api-client.ts';
export * from './cluster/cluster.ts';
export * from './cluster/cluster-file.ts';
export * from './cluster/configuration-error.ts';
export type { LeaderElection } from './cluster/elections.ts';
export * from './cluster/part.ts';
export * from './cluster/plugin.ts';
export * from './cluster/setting.ts';
export type { SwapReport } from './cluster/supervisor.ts';
export * from './cluster/token.ts';
export * from './contracts/api-client.ts';
export * from './contracts/api-face.ts';
export type { Resources as ServedResources } from './contracts/api-server.ts';
export * from './contracts/api-server.ts';
export * from './contracts/clock.ts';
export * from './contracts/cluster-ca.ts';
export type {
  ContainerState as RuntimeContainerState,
  ContainerStatus as RuntimeContainerStatus,
} from './contracts/container-runtime.ts';
export * from './contracts/container-runtime.ts';
export * from './contracts/controller.ts';
export * from './contracts/explanation.ts';
export * from './contracts/kubelet-connection.ts';
export * from './contracts/network.ts';
export * from './contracts/proxy.ts';
export * from './contracts/random.ts';
export type { Resources } from './contracts/scheduler.ts';
export * from './contracts/scheduler.ts';
export * from './contracts/scheduling-framework.ts';
export * from './contracts/store.ts';
export * from './contracts/token-issuer.ts';
export * from './contracts/volume-provisioner.ts';
export { semanticEqual } from './control/equality.ts';
export * from './control/event-recorder.ts';
export * from './control/sources.ts';
export * from './model/conditions.ts';
export { ContainerState, ContainerStatus } from './model/container-status.ts';
export * from './model/fields.ts';
export * from './model/index.ts';
export * from './model/labels.ts';
export * from './model/quantity.ts';
export { type Criterion, explainByRefusals } from './scheduling/explain.ts';
export { defaultProfile, type Profile } from './scheduling/framework/default-profile.ts';
export {
  type FrameworkOptions,
  FrameworkScheduler,
  type WeightedScore,
} from './scheduling/framework/framework-scheduler.ts';
export { DefaultPreemption, type PreemptionOptions } from './scheduling/framework/plugins/default-preemption.ts';
export { type FitStrategy, NodeResourcesFit } from './scheduling/framework/plugins/node-resources-fit.ts';
export { podResources } from './scheduling/pod-resources.ts';
export * from './scheduling/refusals.ts';
export { fitError, ReasonTally, refusals } from './scheduling/refusals.ts';
export * from './scheduling/snapshot.ts';
export { EventLog } from './storage/event-log.ts';
export * from './storage/sorted-index.ts';
export * from './storage/value-size.ts';
export * from './streams/shared-informers.ts';
export * from './streams/watcher.ts';
export * from './time/random.ts';
export * from './time/real-clock.ts';
export * from './time/virtual-clock.ts';
