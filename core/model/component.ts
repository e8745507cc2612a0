// Component: a running part of Kubelab itself (scheduler, controllers, a kubelet, a proxy, ...). `kubectl get components`
// shows what the cluster is made of and what is wrong with it. The supervisor acts on the spec and writes the status.

import { ageColumn, column, integers, nameColumn } from './columns.ts';
import { Condition } from './condition.ts';
import { Int } from './field-rules.ts';
import { KubeObjectBase } from './object.ts';
import { type Resource, resource } from './resource.ts';
import { Free, Nested, NestedList, Required, Text, Time } from './rules.ts';

export class ComponentSpec {
  /** `Scheduler`, `Store`, `ContainerRuntime`, ...: what the plugin fills. */
  @Required() @Text() readonly slot!: string;
  /** Name of a registered plugin: `scheduler-round-robin`. */
  @Required() @Text() readonly plugin!: string;
  /** Given to the plugin as they are; it checks them. */
  @Free() readonly options?: Readonly<Record<string, unknown>>;
  /** The file that the plugin was loaded from, if it was given by path. Writing it loads nothing. */
  @Text() readonly path?: string;
}

export class ComponentStatus {
  /** `Running`, `Standby`, `Starting`, `CrashLoopBackOff`, `Failed`, `Stopped`. */
  @Text() readonly state?: string;
  /** What is wrong, or empty. */
  @Text() readonly message?: string;
  @Int() readonly restarts?: number;
  @Time() readonly startedAt?: string;
  @NestedList(() => Condition) readonly conditions?: readonly Condition[];
  @Int() readonly observedGeneration?: number;
}

export class Component extends KubeObjectBase {
  @Required() @Nested(() => ComponentSpec) readonly spec!: ComponentSpec;
  @Nested(() => ComponentStatus) readonly status?: ComponentStatus;
}

export const Components: Resource<Component> = resource<Component>({
  group: 'kubelab.dev',
  // Not below its group, as a custom resource would be: it is of the system, and histories are told by their keys.
  storageName: 'components',
  version: 'v1',
  kind: 'Component',
  plural: 'components',
  singular: 'component',
  shortNames: ['comp'],
  namespaced: false,
  type: Component,
  hasStatus: true,
  columns: [
    nameColumn(),
    column('Slot', ({ spec }) => spec.slot),
    column('Plugin', ({ spec }) => spec.plugin),
    column('Status', ({ status }) => status?.state ?? 'Pending'),
    integers('Restarts', ({ status }) => status?.restarts ?? 0),
    ageColumn(),
    column('Message', ({ status }) => status?.message ?? ''),
  ],
});
