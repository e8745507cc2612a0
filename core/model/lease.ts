// Lease: a sign of life that its holder renews; nodes have one each.

import { ageColumn, column, nameColumn } from './columns.ts';
import { Int, MoreThanZero } from './field-rules.ts';
import { KubeObjectBase } from './object.ts';
import { type Resource, resource } from './resource.ts';
import { Nested, Text, Time } from './rules.ts';

export class LeaseSpec {
  @Text() readonly holderIdentity?: string;
  /** Without renewal for so long, the holder counts as gone. */
  @MoreThanZero('must be greater than 0') readonly leaseDurationSeconds?: number;
  @Time() readonly acquireTime?: string;
  @Time() readonly renewTime?: string;
  @Int({ min: 0 }) readonly leaseTransitions?: number;
  @Text() readonly strategy?: string;
  @Text() readonly preferredHolder?: string;
}

export class Lease extends KubeObjectBase {
  @Nested(() => LeaseSpec) readonly spec?: LeaseSpec;
}

export const Leases: Resource<Lease> = resource<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  namespaced: true,
  type: Lease,
  columns: [nameColumn(), column('Holder', ({ spec }) => spec?.holderIdentity ?? ''), ageColumn()],
});
