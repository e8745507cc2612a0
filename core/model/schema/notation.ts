// Notation of the tables in this folder: Kubernetes' types, one type a line (lines that begin with a space go on with the
// one above). Facts of the API as data: the JSON name of each field, its number in protobuf, its type, and how patches
// merge it. From the field numbers of k8s.io/api and the patch and list markers of Kubernetes' OpenAPI document.
//
//   kind Pod: metadata#1:meta.v1.ObjectMeta spec#2:PodSpec     'kind': it has apiVersion and kind as well
//   Container: name#1! command#3:[] ports#6:[]ContainerPort@containerPort~map(containerPort,protocol)
//   Probe: ...ProbeHandler#1 initialDelaySeconds#2:int32       '...': in protobuf a message of its own, in JSON its fields
//
//   name#number   then, each where it applies and in this order
//   !             required
//   ?             zero (0, false, '') is another thing than absent: a pointer in Go; elsewhere protobuf's zero is 'not said'
//   :type         text unless told; []type a list, {}type a map with texts as keys; int32 int64 bool double bytes are
//                 scalars, everything else a type: of the same package, or with the package in front
//   @key          strategic merge patch merges the list by that key; @ alone merges a list of plain values
//   +retainKeys   strategic merge patch drops what the patch does not name
//   ~atomic ~set ~map(a,b) ~granular     how server-side apply sees the list or map; after a type's name: the whole object

import type { Field, FieldType, MessageType } from '../schema.ts';

const scalars = new Set(['string', 'int32', 'int64', 'bool', 'double', 'bytes']);

/** Types with a JSON form of their own; they belong to no package. */
export const specials = new Map<string, MessageType>(
  (['Time', 'MicroTime', 'Quantity', 'IntOrString', 'RawExtension', 'FieldsV1', 'StringList', 'JSON'] as const).map(
    (special) => [special, { name: special, fields: new Map(), wire: new Map(), special }],
  ),
);

const typeLine = /^(kind )?(\w+)(?:~(\w+))?: ?(.*)$/s;
const fieldToken =
  /^([\w-]+)#(\d+)([!?])?(?::(\[\]|\{\})?([\w.]+)?)?(?:@(\w*))?(?:\+(\w+))?(?:~(\w+)(?:\(([\w,]*)\))?)?$/;

/** The lines of a table by type name, not looked at any further: parsing waits for the first use of each type. */
export function linesOf(table: string): Map<string, string> {
  const lines = table.trim().replaceAll('\n  ', ' ').split('\n');
  return new Map(lines.map((line) => [typeLine.exec(line)?.[2] ?? '', line]));
}

/** Parses a type's line. `resolve` finds the types whose fields are inlined. */
export function parseType(packageName: string, line: string, resolve: (name: string) => MessageType): MessageType {
  const [, kind, name = '', mapType, body = ''] = typeLine.exec(line) ?? [];
  const fields = new Map<string, Field>();
  const wire = new Map<number, Field>();
  if (kind) {
    fields.set('apiVersion', textField('apiVersion'));
    fields.set('kind', textField('kind'));
  }
  for (const token of body.split(' ').filter(Boolean)) {
    const field = token.startsWith('...') ? inlinedField(packageName, token) : parseField(packageName, token);
    wire.set(field.number, field);
    if (!field.inlined) fields.set(field.name, field);
    else
      for (const inner of resolve((field.type as { message: string }).message).fields.values())
        fields.set(inner.name, inner);
  }
  return {
    name: `${packageName}.${name}`,
    fields,
    wire,
    ...(kind && { kind: name }),
    ...(mapType && { mapType: mapType as 'atomic' }),
  };
}

function parseField(packageName: string, token: string): Field {
  const parts = fieldToken.exec(token);
  if (!parts) throw new Error(`schema table ${packageName}: cannot read the field "${token}"`);
  const [, name = '', number, presence, container, type = 'string', mergeKey, strategy, structure, keys] = parts;
  const strategies = [...(mergeKey === undefined ? [] : ['merge']), ...(strategy ? [strategy] : [])];
  return {
    name,
    number: Number(number),
    type: typeOf(packageName, type),
    list: container === '[]',
    map: container === '{}',
    ...(presence === '!' && { required: true }),
    ...(presence === '?' && { pointer: true }),
    ...(strategies.length > 0 && { patchStrategy: strategies.join(',') }),
    ...(mergeKey && { patchMergeKey: mergeKey }),
    ...(structure && container === '[]' && { listType: structure as 'atomic' | 'set' | 'map' }),
    ...(structure && container !== '[]' && { mapType: structure as 'atomic' | 'granular' }),
    ...(keys && { listMapKeys: keys.split(',') }),
  };
}

function inlinedField(packageName: string, token: string): Field {
  const [name = '', number] = token.slice(3).split('#');
  const type = typeOf(packageName, name);
  return { name, number: Number(number), type, list: false, map: false, inlined: true };
}

const textField = (name: string): Field => ({ name, number: 0, type: { scalar: 'string' }, list: false, map: false });

function typeOf(packageName: string, name: string): FieldType {
  if (scalars.has(name)) return { scalar: name } as FieldType;
  return { message: specials.has(name) || name.includes('.') ? name : `${packageName}.${name}` };
}
