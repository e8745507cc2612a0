// Reads JSON by a Kubernetes type: wrong JSON types are refused as Go's decoder refuses them, unknown fields are noted and
// left out, null counts as absent. The object is not copied where nothing has to change.

import { type Field, type MessageType, messageType } from '../model/schema.ts';
import { isRecord, type JsonRecord } from './json.ts';
import { complaint, scalars, specials } from './json-types.ts';

export interface Findings {
  /** `unknown field "spec.foo"` */
  readonly unknown: string[];
  /** The first value of a wrong type, in the words of Go's decoder. */
  mismatch?: string;
}

/** The value without nulls and unknown fields. What is wrong goes into the findings. */
export function readBySchema(type: MessageType, value: JsonRecord, findings: Findings): JsonRecord {
  return readMessage(type, value, '', '', findings);
}

/** `path` names list items, as messages about unknown fields do; `goPath` leaves them out, as Go's decoder does. */
function readMessage(
  type: MessageType,
  record: JsonRecord,
  path: string,
  goPath: string,
  findings: Findings,
): JsonRecord {
  let changed: Map<string, unknown> | undefined;
  for (const key in record) {
    const value = record[key];
    const field = type.fields.get(key);
    const at = path === '' ? key : `${path}.${key}`;
    if (!field) {
      findings.unknown.push(`unknown field ${JSON.stringify(at)}`);
      changed ??= new Map(Object.entries(record));
      changed.delete(key);
      continue;
    }
    if (value === null) {
      changed ??= new Map(Object.entries(record));
      changed.delete(key);
      continue;
    }
    const read = readField(type, field, value, at, goPath === '' ? key : `${goPath}.${key}`, findings);
    if (read !== value) {
      changed ??= new Map(Object.entries(record));
      changed.set(key, read);
    }
  }
  return changed ? Object.fromEntries(changed) : record;
}

function readField(
  owner: MessageType,
  field: Field,
  value: unknown,
  path: string,
  goPath: string,
  findings: Findings,
): unknown {
  const special = 'scalar' in field.type ? field.type.scalar : messageType(field.type.message)?.special;
  const refuse = (found: unknown, wanted: string) => {
    findings.mismatch ??=
      (special && complaint(special, found)) ||
      `json: cannot unmarshal ${jsonType(found)} into Go struct field ${goName(owner.name)}.${goPath} of type ${wanted}`;
    return found;
  };
  if (field.list) {
    if (!Array.isArray(value)) return refuse(value, `[]${goType(field)}`);
    return mapItems(value, (item, i) => readOne(field, item, `${path}[${i}]`, goPath, findings, refuse));
  }
  if (field.map) {
    if (!isRecord(value)) return refuse(value, `map[string]${goType(field)}`);
    let changed: Map<string, unknown> | undefined;
    for (const key in value) {
      const item = value[key];
      const read = readOne(field, item, `${path}.${key}`, goPath, findings, refuse);
      if (read === item) continue;
      changed ??= new Map(Object.entries(value));
      changed.set(key, read);
    }
    return changed ? Object.fromEntries(changed) : value;
  }
  return readOne(field, value, path, goPath, findings, refuse);
}

function readOne(
  { type }: Field,
  value: unknown,
  path: string,
  goPath: string,
  findings: Findings,
  refuse: (found: unknown, wanted: string) => unknown,
): unknown {
  if ('scalar' in type) {
    if (value === null) return zero[type.scalar];
    return scalars[type.scalar](value) ? value : refuse(value, goScalars[type.scalar]);
  }
  const message = messageType(type.message);
  if (!message) return value;
  if (message.special)
    return specials[message.special]?.(value) === false ? refuse(value, goTypeName(message.name)) : value;
  if (value === null) return {};
  return isRecord(value)
    ? readMessage(message, value, path, goPath, findings)
    : refuse(value, goTypeName(message.name));
}

function mapItems(items: readonly unknown[], read: (item: unknown, i: number) => unknown): readonly unknown[] {
  let changed: unknown[] | undefined;
  for (let i = 0; i < items.length; i += 1) {
    const result = read(items[i], i);
    if (result === items[i]) continue;
    changed ??= [...items];
    changed[i] = result;
  }
  return changed ?? items;
}

const zero = { string: '', bytes: '', bool: false, int32: 0, int64: 0, double: 0 } as const;

const goScalars = {
  string: 'string',
  bytes: '[]uint8',
  bool: 'bool',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
} as const;

/** `core.v1.PodSpec` is `PodSpec` as an owner of fields and `v1.PodSpec` as a type. */
const goName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
const goTypeName = (name: string): string => name.split('.').slice(-2).join('.');
const goType = ({ type }: Field): string => ('scalar' in type ? goScalars[type.scalar] : goTypeName(type.message));

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'number' : `number ${value}`;
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' ? 'object' : 'string';
}
