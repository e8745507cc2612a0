// OpenAPI schemas: the types of core/model/schema in the words of OpenAPI v3, with the extensions that kubectl reads
// (which list merges by which key, which kind a type is).

import type { GroupVersionKind } from '../../core/model/resource.ts';
import { descriptionOf } from '../../core/model/schema/descriptions.ts';
import { type Field, groupVersionOf, type MessageType, messageType, schemaOf } from '../../core/model/schema.ts';

type Schema = Record<string, unknown>;

const definitionPrefix = '#/components/schemas/';

/** `core.v1.Pod` as Kubernetes names it in OpenAPI: `io.k8s.api.core.v1.Pod`. */
export function definitionName(type: MessageType): string {
  if (type.special) return specials[type.special]?.name ?? type.name;
  if (type.name.startsWith('kubelab.')) return `dev.${type.name}`;
  return type.name.startsWith('meta.v1.') ? `io.k8s.apimachinery.pkg.apis.${type.name}` : `io.k8s.api.${type.name}`;
}

const specials: Readonly<Record<string, { readonly name: string; readonly schema: Schema }>> = {
  Time: { name: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time', schema: { type: 'string', format: 'date-time' } },
  MicroTime: {
    name: 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime',
    schema: { type: 'string', format: 'date-time' },
  },
  Quantity: {
    name: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
    schema: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  },
  IntOrString: {
    name: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    schema: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
  RawExtension: { name: 'io.k8s.apimachinery.pkg.runtime.RawExtension', schema: { type: 'object' } },
  FieldsV1: { name: 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1', schema: { type: 'object' } },
  StringList: { name: 'io.k8s.api.StringList', schema: { type: 'array', items: { type: 'string' } } },
  JSON: { name: 'io.k8s.api.JSON', schema: { 'x-kubernetes-preserve-unknown-fields': true } },
};

const scalars: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
};

/** Collects the schemas that a document refers to. */
export class SchemaCollection {
  readonly schemas: Record<string, Schema> = {};

  /** A reference to the kind's schema, which with everything below it is then in `schemas`. */
  kind(of: GroupVersionKind): Schema {
    const type = schemaOf(of.group, of.version, of.kind);
    if (type) return this.#reference(type);
    const name = `${of.group.split('.').reverse().join('.')}.${of.version}.${of.kind}`;
    this.schemas[name] ??= unknownKind(of, this.#reference(messageType('meta.v1.ObjectMeta') as MessageType));
    return { $ref: definitionPrefix + name };
  }

  #reference(type: MessageType): Schema {
    const name = definitionName(type);
    if (!Object.hasOwn(this.schemas, name)) {
      // Entered before its fields are looked at: types may hold themselves.
      this.schemas[name] = {};
      this.schemas[name] = type.special ? (specials[type.special]?.schema ?? {}) : this.#object(type);
    }
    return { $ref: definitionPrefix + name };
  }

  #object(type: MessageType): Schema {
    const fields = [...type.fields.values()];
    const required = fields.filter((field) => field.required).map((field) => field.name);
    const packageName = type.name.slice(0, type.name.lastIndexOf('.'));
    const kind = type.kind && { ...groupVersionOf(packageName), kind: type.kind };
    const description = descriptionOf(type.name);
    return {
      ...(description && { description }),
      type: 'object',
      properties: Object.fromEntries(fields.map((field) => [field.name, this.#property(type, field)])),
      ...(required.length > 0 && { required }),
      ...(type.mapType && { 'x-kubernetes-map-type': type.mapType }),
      ...(kind && { 'x-kubernetes-group-version-kind': [kind] }),
    };
  }

  #property(of: MessageType, field: Field): Schema {
    const value = this.#value(field);
    const description = descriptionOf(`${of.name}.${field.name}`);
    const extensions = {
      ...(description && { description }),
      ...(field.patchStrategy && { 'x-kubernetes-patch-strategy': field.patchStrategy }),
      ...(field.patchMergeKey && { 'x-kubernetes-patch-merge-key': field.patchMergeKey }),
      ...(field.listType && { 'x-kubernetes-list-type': field.listType }),
      ...(field.listMapKeys && { 'x-kubernetes-list-map-keys': field.listMapKeys }),
      ...(field.mapType && { 'x-kubernetes-map-type': field.mapType }),
    };
    if (field.list) return { type: 'array', items: value, ...extensions };
    if (field.map) return { type: 'object', additionalProperties: value, ...extensions };
    // Beside a $ref nothing else is read: what is said of the field goes around it.
    return '$ref' in value && Object.keys(extensions).length > 0
      ? { allOf: [value], ...extensions }
      : { ...value, ...extensions };
  }

  #value({ type }: Field): Schema {
    if ('scalar' in type) return scalars[type.scalar] ?? {};
    const message = messageType(type.message);
    return message ? this.#reference(message) : { type: 'object' };
  }
}

/** A kind that Kubernetes does not have: anything goes below spec and status. */
const unknownKind = (of: GroupVersionKind, metadata: Schema): Schema => ({
  type: 'object',
  properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata },
  'x-kubernetes-preserve-unknown-fields': true,
  'x-kubernetes-group-version-kind': [{ group: of.group, version: of.version, kind: of.kind }],
});
