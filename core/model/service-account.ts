// ServiceAccount: an identity for the programs in pods.

import { ageColumn, integers, nameColumn } from './columns.ts';
import { KubeObjectBase } from './object.ts';
import { LocalObjectReference, ObjectReference } from './object-reference.ts';
import { type Resource, resource } from './resource.ts';
import { Bool, NestedList } from './rules.ts';

export class ServiceAccount extends KubeObjectBase {
  @NestedList(() => ObjectReference) readonly secrets?: readonly ObjectReference[];
  @NestedList(() => LocalObjectReference) readonly imagePullSecrets?: readonly LocalObjectReference[];
  @Bool() readonly automountServiceAccountToken?: boolean;
}

export const ServiceAccounts: Resource<ServiceAccount> = resource<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
  type: ServiceAccount,
  columns: [nameColumn(), integers('Secrets', ({ secrets }) => secrets?.length ?? 0), ageColumn()],
});
