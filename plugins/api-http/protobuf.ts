// Protobuf bodies: kubectl 1.32 and every client-go of that age send them for typed objects, whatever the server prefers.
// Decoded by the schema's field numbers into the plain JSON form; answers stay JSON, which those clients take as well.
//   bytes "k8s\0", then runtime.Unknown { typeMeta { apiVersion, kind }, raw, contentEncoding, contentType }
// Always true: a zero on the wire where Go has no pointer means "not said" and is left out, as in JSON; what the schema
// does not know is skipped; nothing that is not a protobuf message of that type gets through.

import type { Reader } from 'protobufjs';
import { type Field, type MessageType, messageType, schemaOf } from '../../core/model/schema.ts';
import { badRequest } from '../../core/model/status.ts';
import { maxDepth } from './json-text.ts';

export const protobufType = 'application/vnd.kubernetes.protobuf';

type Plain = Record<string, unknown>;

/** Decodes a body. @throws ApiError 400 */
export async function decodeProtobuf(body: Uint8Array): Promise<Plain> {
  const { default: protobuf } = await import('protobufjs/minimal.js');
  const open = (bytes: Uint8Array) => protobuf.Reader.create(bytes);
  return new Decoder(open).envelope(body);
}

class Decoder {
  readonly #open: (bytes: Uint8Array) => Reader;

  constructor(open: (bytes: Uint8Array) => Reader) {
    this.#open = open;
  }

  envelope(body: Uint8Array): Plain {
    if (!hasMagic(body))
      throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
    let apiVersion = '';
    let kind = '';
    let raw = new Uint8Array();
    try {
      this.#each(this.#open(body.subarray(4)), (number, reader) => {
        if (number === 1)
          this.#each(this.#open(reader.bytes()), (inner, meta) => {
            if (inner === 1) apiVersion = meta.string();
            else if (inner === 2) kind = meta.string();
            else return false;
            return true;
          });
        else if (number === 2) raw = reader.bytes() as Uint8Array<ArrayBuffer>;
        else return false;
        return true;
      });
      const slash = apiVersion.indexOf('/');
      const schema = schemaOf(slash < 0 ? '' : apiVersion.slice(0, slash), apiVersion.slice(slash + 1), kind);
      if (!schema)
        throw badRequest(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
      return { apiVersion, kind, ...this.#message(this.#open(raw), schema, 0) };
    } catch (error) {
      if (error instanceof RangeError || (error instanceof Error && error.name === 'Error'))
        throw badRequest(
          `${kind || 'the object'} in version ${JSON.stringify(apiVersion)} cannot be handled: proto: ${error.message}`,
        );
      throw error;
    }
  }

  #each(reader: Reader, take: (number: number, reader: Reader, wireType: number) => boolean): void {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (!take(tag >>> 3, reader, tag & 7)) reader.skipType(tag & 7);
    }
  }

  #message(reader: Reader, type: MessageType, depth: number): Plain {
    if (depth > maxDepth) throw badRequest(`exceeded max depth of ${maxDepth}`);
    const object: Plain = {};
    this.#each(reader, (number, source, wireType) => {
      const field = type.wire.get(number);
      if (!field) return false;
      if (field.inlined) Object.assign(object, this.#value(source, field, depth) as Plain);
      else if (field.map) set(child(object, field.name, {}), ...this.#entry(source, field, depth));
      else if (!field.list) set(object, field.name, this.#value(source, field, depth));
      else if (wireType === 2 && isNumeric(field)) this.#packed(source, field, child(object, field.name, []));
      else child<unknown[]>(object, field.name, []).push(this.#value(source, field, depth));
      return true;
    });
    for (const [name, value] of Object.entries(object)) if (isUnsaid(type.fields.get(name), value)) delete object[name];
    return object;
  }

  #packed(reader: Reader, field: Field, into: unknown[]): void {
    const packed = this.#open(reader.bytes());
    while (packed.pos < packed.len) into.push(this.#value(packed, field, 0));
  }

  /** A map's entry: { 1: key, 2: value }. */
  #entry(reader: Reader, field: Field, depth: number): [string, unknown] {
    let key = '';
    let value: unknown;
    this.#each(this.#open(reader.bytes()), (number, source) => {
      if (number === 1) key = source.string();
      else if (number === 2) value = this.#value(source, field, depth);
      else return false;
      return true;
    });
    return [key, value ?? ''];
  }

  #value(reader: Reader, field: Field, depth: number): unknown {
    if ('scalar' in field.type)
      switch (field.type.scalar) {
        case 'string':
          return reader.string();
        case 'bool':
          return reader.bool();
        case 'int32':
          return reader.int32();
        case 'int64':
          return Number(reader.int64());
        case 'double':
          return reader.double();
        case 'bytes':
          return base64(reader.bytes());
      }
    const type = messageType(field.type.message);
    const bytes = this.#open(reader.bytes());
    if (!type) return undefined;
    return type.special ? this.#special(bytes, type.special) : this.#message(bytes, type, depth + 1);
  }

  /** Types with a JSON form of their own. */
  #special(reader: Reader, special: NonNullable<MessageType['special']>): unknown {
    const found: { numbers: number[]; texts: string[]; bytes?: Uint8Array } = { numbers: [], texts: [] };
    this.#each(reader, (number, source, wireType) => {
      if (wireType === 0) found.numbers[number] = Number(source.int64());
      else if (wireType === 2) {
        found.bytes = source.bytes();
        found.texts.push(new TextDecoder().decode(found.bytes));
      } else return false;
      return true;
    });
    const { numbers, texts } = found;
    switch (special) {
      case 'Time':
        return time(numbers[1], numbers[2] ?? 0, 0);
      case 'MicroTime':
        return time(numbers[1], numbers[2] ?? 0, 6);
      case 'Quantity':
        return texts[0] ?? '0';
      case 'IntOrString':
        return numbers[1] === 1 ? (texts[0] ?? '') : (numbers[2] ?? 0);
      case 'StringList':
        return texts;
      default:
        return this.#embedded(found.bytes);
    }
  }

  /** RawExtension, FieldsV1: an object inside an object, as JSON or as an envelope of its own. */
  #embedded(bytes: Uint8Array | undefined): unknown {
    if (!bytes || bytes.length === 0) return undefined;
    if (hasMagic(bytes)) return this.envelope(bytes);
    try {
      return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      throw badRequest('an object inside the object is neither JSON nor protobuf');
    }
  }
}

const hasMagic = (bytes: Uint8Array) => bytes[0] === 0x6b && bytes[1] === 0x38 && bytes[2] === 0x73 && bytes[3] === 0;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const isNumeric = (field: Field): boolean =>
  'scalar' in field.type && field.type.scalar !== 'string' && field.type.scalar !== 'bytes';

/** What Go's `omitempty` leaves out of JSON. */
function isUnsaid(field: Field | undefined, value: unknown): boolean {
  if (value === undefined) return true;
  if (!field || field.required || field.pointer) return false;
  return value === '' || value === 0 || value === false;
}

/** Keys are data, `__proto__` among them: never plain assignment. */
const set = (object: Plain, key: string, value: unknown) =>
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });

function child<T extends object>(object: Plain, name: string, fresh: T): T {
  if (!Object.hasOwn(object, name)) set(object, name, fresh);
  return object[name] as T;
}

/** Seconds and nanoseconds as RFC 3339; undefined for Go's zero time, which JSON writes as null. */
function time(seconds: number | undefined, nanoseconds: number, digits: number): string | undefined {
  if (seconds === undefined || seconds <= -62_135_596_800) return undefined;
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return digits === 0 ? `${whole}Z` : `${whole}.${String(Math.trunc(nanoseconds / 1000)).padStart(6, '0')}Z`;
}
