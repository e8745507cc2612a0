// Namespace: a room for names. Deleting it empties it first.

import { KubeObjectBase } from './object.ts';
import { type Resource, resource } from './resource.ts';
import { Nested, NestedList, Text, TextList, Time } from './rules.ts';

export class NamespaceSpec {
  @TextList() readonly finalizers?: readonly string[];
}

export class NamespaceCondition {
  @Text() readonly type!: string;
  @Text() readonly status!: string;
  @Time() readonly lastTransitionTime?: string;
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
}

export class NamespaceStatus {
  @Text() readonly phase?: string;
  @NestedList(() => NamespaceCondition) readonly conditions?: readonly NamespaceCondition[];
}

export class Namespace extends KubeObjectBase {
  @Nested(() => NamespaceSpec) readonly spec?: NamespaceSpec;
  @Nested(() => NamespaceStatus) readonly status?: NamespaceStatus;
}

export const Namespaces: Resource<Namespace> = resource({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  hasStatus: true,
  namespaced: false,
  type: Namespace,
});
