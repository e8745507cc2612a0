// Schema: which fields each kind has, of what type, with what number in protobuf, merged how by a strategic merge patch.
// Facts of Kubernetes' API as data (core/model/schema/), read here. It serves: refusing unknown fields and wrong JSON
// types, protobuf bodies, strategic merge patches, `/openapi/v3`.

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
  /** Strategic merge patch: `merge`, `replace`, `retainKeys`; several joined by a comma. */
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
}

/** An object type. Types with a JSON form of their own (Time, Quantity, IntOrString, ...) have `special`. */
export interface MessageType {
  readonly name: string;
  readonly fields: ReadonlyMap<string, Field>;
  readonly special?: 'Time' | 'MicroTime' | 'Quantity' | 'IntOrString' | 'RawExtension' | 'FieldsV1' | 'JSON';
}

/** The type of a kind's objects; undefined for kinds that Kubernetes does not have. */
export function schemaOf(_group: string, _version: string, _kind: string): MessageType | undefined {
  return undefined;
}

/** The type of that name (`core.v1.PodSpec`). */
export function messageType(_name: string): MessageType | undefined {
  return undefined;
}
