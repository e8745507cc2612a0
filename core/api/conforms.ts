// The quick look: whether JSON is of a Kubernetes type exactly, so that nothing in it has to be read again: every field
// known, of the right JSON type, none null. It says yes or no and allocates nothing; schema-reader.ts finds the words.
// Always true: what conforms is no deeper than its type, so that nobody has to measure it first. (Free-form parts, which
// could be of any depth, never conform.)

import { type Field, type MessageType, messageType } from '../model/schema.ts';
import { isRecord, type JsonRecord } from './json.ts';
import { scalars, specials } from './json-types.ts';

export function conforms(type: MessageType, record: JsonRecord): boolean {
  for (const key in record) {
    const field = type.fields.get(key);
    if (!field || !fieldConforms(field, record[key])) return false;
  }
  return true;
}

function fieldConforms(field: Field, value: unknown): boolean {
  if (field.list) {
    if (!Array.isArray(value)) return false;
    for (const item of value) if (!oneConforms(field, item)) return false;
    return true;
  }
  if (field.map) {
    if (!isRecord(value)) return false;
    for (const key in value) if (!oneConforms(field, value[key])) return false;
    return true;
  }
  return oneConforms(field, value);
}

function oneConforms({ type }: Field, value: unknown): boolean {
  if ('scalar' in type) return scalars[type.scalar](value);
  const message = messageType(type.message);
  if (!message) return false;
  if (message.special) return specials[message.special]?.(value) === true;
  return isRecord(value) && conforms(message, value);
}
