// Schema: which fields each kind has, of what type, with what number in protobuf, merged how by a strategic merge patch.
// Facts of Kubernetes' API, and of our own group, as data (core/model/schema/), read here. It serves: refusing unknown
// fields and wrong JSON types, protobuf bodies, strategic merge patches, `/openapi/v3`.
//   schemaOf('apps', 'v1', 'Deployment')?.fields.get('spec')      the field, whose type names another message:
//   messageType('apps.v1.DeploymentSpec')
// Always true: `fields` describes the JSON form (inlined structs are flattened); `wire` the protobuf form of the same type.
// Nothing is parsed until it is asked for, and each type once.

import { admissionregistrationV1 } from './schema/admissionregistration-v1.ts';
import { appsV1 } from './schema/apps-v1.ts';
import { authenticationV1 } from './schema/authentication-v1.ts';
import { authorizationV1 } from './schema/authorization-v1.ts';
import { autoscalingV1 } from './schema/autoscaling-v1.ts';
import { autoscalingV2 } from './schema/autoscaling-v2.ts';
import { batchV1 } from './schema/batch-v1.ts';
import { certificatesV1 } from './schema/certificates-v1.ts';
import { coordinationV1 } from './schema/coordination-v1.ts';
import { coreV1 } from './schema/core-v1.ts';
import { discoveryV1 } from './schema/discovery-v1.ts';
import { eventsV1 } from './schema/events-v1.ts';
import { kubelabV1 } from './schema/kubelab-v1.ts';
import { metaV1 } from './schema/meta-v1.ts';
import { networkingV1 } from './schema/networking-v1.ts';
import { nodeV1 } from './schema/node-v1.ts';
import { linesOf, parseType, specials } from './schema/notation.ts';
import { policyV1 } from './schema/policy-v1.ts';
import { rbacV1 } from './schema/rbac-v1.ts';
import { schedulingV1 } from './schema/scheduling-v1.ts';
import { storageV1 } from './schema/storage-v1.ts';

/** `message` is the name of another type: `core.v1.PodSpec`. */
export type FieldType =
  | { readonly scalar: 'string' | 'int32' | 'int64' | 'bool' | 'double' | 'bytes' }
  | { readonly message: string };

export interface Field {
  /** As in JSON: `podIP`. */
  readonly name: string;
  /** Protobuf field number; 0 where Kubernetes has none. */
  readonly number: number;
  readonly type: FieldType;
  readonly list: boolean;
  /** Keys are texts. */
  readonly map: boolean;
  readonly required?: boolean;
  /** Zero (0, false, '') is another thing than absent; elsewhere protobuf's zero means absent. */
  readonly pointer?: boolean;
  /** Strategic merge patch: `merge`, `replace`, `retainKeys`; several joined by a comma. */
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  /** Server-side apply: whether a list is owned whole, by value, or by the keys below. */
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  /** Only in `wire`: a message of its own in protobuf whose fields stand directly in the JSON form. */
  readonly inlined?: boolean;
}

/** An object type. Types with a JSON form of their own (Time, Quantity, IntOrString, ...) have `special` and no fields. */
export interface MessageType {
  readonly name: string;
  /** By JSON name. */
  readonly fields: ReadonlyMap<string, Field>;
  /** By protobuf number. */
  readonly wire: ReadonlyMap<number, Field>;
  /** The kind's name, where objects of the type carry apiVersion and kind. */
  readonly kind?: string;
  /** Server-side apply: `atomic` where the whole object has one owner. */
  readonly mapType?: 'atomic';
  /** `StringList`: a list of texts (ExtraValue). `JSON`: anything. */
  readonly special?:
    | 'Time'
    | 'MicroTime'
    | 'Quantity'
    | 'IntOrString'
    | 'RawExtension'
    | 'FieldsV1'
    | 'StringList'
    | 'JSON';
}

/** Package of the types -> the API group and version that serves its kinds, and the table. */
const packages: Readonly<Record<string, readonly [group: string, version: string, table: string]>> = {
  'meta.v1': ['meta.k8s.io', 'v1', metaV1],
  'core.v1': ['', 'v1', coreV1],
  'apps.v1': ['apps', 'v1', appsV1],
  'batch.v1': ['batch', 'v1', batchV1],
  'autoscaling.v1': ['autoscaling', 'v1', autoscalingV1],
  'autoscaling.v2': ['autoscaling', 'v2', autoscalingV2],
  'policy.v1': ['policy', 'v1', policyV1],
  'rbac.v1': ['rbac.authorization.k8s.io', 'v1', rbacV1],
  'networking.v1': ['networking.k8s.io', 'v1', networkingV1],
  'discovery.v1': ['discovery.k8s.io', 'v1', discoveryV1],
  'coordination.v1': ['coordination.k8s.io', 'v1', coordinationV1],
  'authentication.v1': ['authentication.k8s.io', 'v1', authenticationV1],
  'authorization.v1': ['authorization.k8s.io', 'v1', authorizationV1],
  'storage.v1': ['storage.k8s.io', 'v1', storageV1],
  'scheduling.v1': ['scheduling.k8s.io', 'v1', schedulingV1],
  'events.v1': ['events.k8s.io', 'v1', eventsV1],
  'certificates.v1': ['certificates.k8s.io', 'v1', certificatesV1],
  'admissionregistration.v1': ['admissionregistration.k8s.io', 'v1', admissionregistrationV1],
  'node.v1': ['node.k8s.io', 'v1', nodeV1],
  'kubelab.v1': ['kubelab.dev', 'v1', kubelabV1],
};

const packageOfGroup = new Map(
  Object.entries(packages).map(([name, [group, version]]) => [`${group}/${version}`, name]),
);

const lines = new Map<string, Map<string, string>>();
const types = new Map<string, MessageType>(specials);

/** The type of a kind's objects; undefined for kinds without a table. */
export function schemaOf(group: string, version: string, kind: string): MessageType | undefined {
  const packageName = packageOfGroup.get(`${group}/${version}`);
  if (packageName === undefined) return undefined;
  const type = messageType(`${packageName}.${kind}`);
  // DeleteOptions and Status are of no group: they travel with any version.
  return type?.kind ? type : metaKinds.has(kind) ? messageType(`meta.v1.${kind}`) : undefined;
}

const metaKinds = new Set(['DeleteOptions', 'Status']);

/** The type of that name (`core.v1.PodSpec`, `Quantity`); undefined when there is none. */
export function messageType(name: string): MessageType | undefined {
  const known = types.get(name);
  if (known) return known;
  const dot = name.lastIndexOf('.');
  const packageName = name.slice(0, dot);
  const line = linesOfPackage(packageName)?.get(name.slice(dot + 1));
  if (line === undefined) return undefined;
  const type = parseType(packageName, line, existing);
  types.set(name, type);
  return type;
}

/** The group and version whose kinds are in the package `core.v1`; undefined for none of ours. */
export function groupVersionOf(packageName: string): { group: string; version: string } | undefined {
  const found = Object.hasOwn(packages, packageName) ? packages[packageName] : undefined;
  return found && { group: found[0], version: found[1] };
}

/** Names of all types: `core.v1.Pod`, ... */
export const messageTypeNames = (): string[] =>
  Object.keys(packages).flatMap((name) => [...(linesOfPackage(name)?.keys() ?? [])].map((type) => `${name}.${type}`));

function existing(name: string): MessageType {
  const type = messageType(name);
  if (!type) throw new Error(`schema table: there is no type ${name}`);
  return type;
}

function linesOfPackage(name: string): Map<string, string> | undefined {
  if (!Object.hasOwn(packages, name)) return undefined;
  let found = lines.get(name);
  if (!found) {
    found = linesOf(packages[name]?.[2] ?? '');
    lines.set(name, found);
  }
  return found;
}
