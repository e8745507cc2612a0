// The quick look: whether JSON is of a Kubernetes type exactly, so that nothing in it has to be read again: every field
// known, of the right JSON type, none null; and how much text is in it. It allocates nothing; schema-reader.ts finds the
// words when the answer is no. Each type becomes one function (and each of its fields) when it is first looked at.
// Always true: what conforms is no deeper than its type, so that nobody has to measure its depth. (Free-form parts,
// which could be of any depth, never conform.)

import { type Field, type MessageType, messageType } from '../model/schema.ts';
import { isRecord, type JsonRecord } from './json.ts';
import { scalars, specials } from './json-types.ts';

/** The amount of text in a value that conforms, counted as validation.ts counts it; `no` for one that does not. */
type Look = (value: unknown) => number;
const no = -1;

/** The amount of text in the record, in UTF-16 units; -1 when it is not of the type. */
export const sizeIfConforms = (type: MessageType, record: JsonRecord): number => lookOf(type)(record);

const looks = new WeakMap<MessageType, Look>();

function lookOf(type: MessageType): Look {
  const known = looks.get(type);
  if (known) return known;
  const fields = new Map<string, Look>();
  const learn = (name: string): Look | undefined => {
    const field = type.fields.get(name);
    if (!field) return undefined;
    const look = lookOfField(field);
    fields.set(name, look);
    return look;
  };
  const look: Look = (record) => {
    if (!isRecord(record)) return no;
    let size = 2;
    for (const key in record) {
      const of = (fields.get(key) ?? learn(key))?.(record[key]) ?? no;
      if (of < 0) return no;
      size += of + key.length + 4;
    }
    return size;
  };
  looks.set(type, look);
  return look;
}

function lookOfField(field: Field): Look {
  const one = lookOfOne(field);
  if (field.list) return listOf(one);
  return field.map ? mapOf(one) : one;
}

const listOf =
  (one: Look): Look =>
  (value) => {
    if (!Array.isArray(value)) return no;
    let size = 2;
    for (let at = 0; at < value.length; at += 1) {
      const of = one(value[at]);
      if (of < 0) return no;
      size += of + 1;
    }
    return size;
  };

const mapOf =
  (one: Look): Look =>
  (value) => {
    if (!isRecord(value)) return no;
    let size = 2;
    for (const key in value) {
      const of = one(value[key]);
      if (of < 0) return no;
      size += of + key.length + 4;
    }
    return size;
  };

function lookOfOne({ type }: Field): Look {
  if ('scalar' in type) return leaf(scalars[type.scalar]);
  const message = messageType(type.message);
  if (!message) return () => no;
  if (message.special === undefined) return lookOf(message);
  const special = specials[message.special];
  return special ? leaf(special) : () => no;
}

const leaf =
  (accepts: (value: unknown) => boolean): Look =>
  (value) =>
    accepts(value) ? (typeof value === 'string' ? value.length + 2 : 5) : no;
