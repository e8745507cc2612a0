// Namespace: a room for names. Deleting it empties it first.

import { ageColumn, column, nameColumn } from './columns.ts';
import { fill } from './defaults.ts';
import { dns1123Label } from './label-rules.ts';
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
  /** `Active`, or `Terminating` while it is being emptied. */
  @Text() readonly phase?: string;
  @NestedList(() => NamespaceCondition) readonly conditions?: readonly NamespaceCondition[];
}

export class Namespace extends KubeObjectBase {
  @Nested(() => NamespaceSpec) readonly spec?: NamespaceSpec;
  @Nested(() => NamespaceStatus) readonly status?: NamespaceStatus;
}

const nameLabel = 'kubernetes.io/metadata.name';

export const Namespaces: Resource<Namespace> = resource<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  hasStatus: true,
  withoutGeneration: true,
  namespaced: false,
  type: Namespace,
  columns: [nameColumn(), column('Status', (namespace) => namespace.status?.phase ?? 'Active'), ageColumn()],
  fields: { 'status.phase': (namespace) => namespace.status?.phase ?? '' },
  validateName: (name) => dns1123Label(name)[0],
  default: (namespace) => {
    // So that a label selector can name a namespace.
    const { name, labels } = namespace.metadata;
    const wanted = labels?.[nameLabel] === name || !name;
    return wanted
      ? namespace
      : { ...namespace, metadata: { ...namespace.metadata, labels: { ...labels, [nameLabel]: name } } };
  },
  prepareForCreate: (namespace) => ({
    ...namespace,
    // Emptying the namespace takes it away again: the namespace controller.
    spec: fill(namespace.spec ?? {}, { finalizers: ['kubernetes'] }),
    status: { phase: 'Active' },
  }),
  // Only the `finalize` door writes the finalizers.
  prepareForUpdate: (next, previous) => ({ ...next, ...(previous.spec && { spec: previous.spec }) }),
});
