// Lease: a sign of life that its holder renews; nodes have one each.

import { KubeObjectBase } from './object.ts';
import { type Resource, resource } from './resource.ts';
import { Int, Nested, Text, Time } from './rules.ts';

export class LeaseSpec {
  @Text() readonly holderIdentity?: string;
  @Int() readonly leaseDurationSeconds?: number;
  @Time() readonly acquireTime?: string;
  @Time() readonly renewTime?: string;
  @Int() readonly leaseTransitions?: number;
  @Text() readonly strategy?: string;
  @Text() readonly preferredHolder?: string;
}

export class Lease extends KubeObjectBase {
  @Nested(() => LeaseSpec) readonly spec?: LeaseSpec;
}

export const Leases: Resource<Lease> = resource({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  namespaced: true,
  type: Lease,
});
