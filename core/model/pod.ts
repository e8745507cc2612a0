// Pod: containers that are placed, started and stopped together, and share an address.

import { KubeObjectBase } from './object.ts';
import { PodSpec } from './pod-spec.ts';
import { PodStatus } from './pod-status.ts';
import { type Resource, resource } from './resource.ts';
import { Nested, Required } from './rules.ts';

export class Pod extends KubeObjectBase {
  @Required() @Nested(() => PodSpec) readonly spec!: PodSpec;
  @Nested(() => PodStatus) readonly status?: PodStatus;
}

export const Pods: Resource<Pod> = resource({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  hasStatus: true,
  namespaced: true,
  type: Pod,
});
