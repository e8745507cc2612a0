// Decode: from foreign JSON to an object of the kind that the path says, or 400. What is missing and can be told from
// the path (apiVersion, kind, namespace) is filled in; what contradicts the path is refused.

import type { WriteOptions } from '../contracts/api-client.ts';
import type { Caller, Target } from '../contracts/api-server.ts';
import type { KubeObject } from '../model/meta.ts';
import { apiVersionOf, type GroupVersionKind } from '../model/resource.ts';
import { revise } from '../model/revise.ts';
import { messageType, schemaOf } from '../model/schema.ts';
import { badRequest } from '../model/status.ts';
import { checkDepth, checkSize } from '../model/validation.ts';
import { sizeIfConforms } from './conforms.ts';
import { isRecord, type JsonRecord } from './json.ts';
import { type Findings, readBySchema } from './schema-reader.ts';

/** The body as an object of the kind, neither too deep nor too big. @throws ApiError 400 or 413 */
export function decode(of: GroupVersionKind, body: unknown, caller: Caller, options: WriteOptions = {}): KubeObject {
  if (!isRecord(body)) throw badRequest(`${of.kind}: the body must be a JSON object`);
  const wanted = apiVersionOf(of);
  const { apiVersion = wanted, kind = of.kind } = body;
  if (kind !== of.kind || apiVersion !== wanted) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${of.kind}): the API version in the data (${String(apiVersion)}, Kind=${String(kind)}) does not match the expected API version (${wanted}, Kind=${of.kind})`,
    );
  }
  const { metadata = {} } = body;
  if (!isRecord(metadata)) throw badRequest(`${describe(of)}: json: cannot unmarshal metadata: it is no object`);
  const object = revise<JsonRecord>(body, { apiVersion, kind, metadata });
  return checkFields(of, object as unknown as KubeObject, caller, options);
}

const describe = ({ kind, version }: GroupVersionKind): string =>
  `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}`;

/** Types by the schema always; unknown fields as `fieldValidation` says. Null is absent, as in Go. @throws ApiError 400 */
function checkFields(of: GroupVersionKind, object: KubeObject, caller: Caller, options: WriteOptions): KubeObject {
  const schema = schemaOf(of.group, of.version, of.kind);
  const size = schema ? sizeIfConforms(schema, object as unknown as JsonRecord) : -1;
  if (size >= 0) {
    checkSize(size);
    return object;
  }
  checkDepth(object);
  const findings: Findings = { unknown: [] };
  if (!schema) return { ...object, metadata: readMetadata(of, object, findings) };
  const read = readBySchema(schema, object as unknown as JsonRecord, findings) as unknown as KubeObject;
  if (findings.mismatch) throw badRequest(`${describe(of)}: ${findings.mismatch}`);
  const [first] = findings.unknown;
  if (first === undefined) return read;
  if (options.fieldValidation === 'Strict') {
    throw badRequest(`${describe(of)}: strict decoding error: ${findings.unknown.join(', ')}`);
  }
  if (options.fieldValidation === 'Warn') for (const unknown of findings.unknown) caller.warn?.(unknown);
  return read;
}

/** metadata is the same for all kinds, also for those without a schema. @throws ApiError 400 */
function readMetadata(of: GroupVersionKind, { metadata }: KubeObject, findings: Findings): KubeObject['metadata'] {
  const type = messageType('meta.v1.ObjectMeta');
  if (!type) return metadata;
  const read = readBySchema(type, metadata as unknown as JsonRecord, findings);
  if (findings.mismatch) throw badRequest(`${describe(of)}: ${findings.mismatch}`);
  return read as unknown as KubeObject['metadata'];
}

/** Agrees on the namespace of body and path. @throws ApiError 400 */
export function placeInNamespace({ resource, namespace }: Target, object: KubeObject): KubeObject {
  const own = object.metadata.namespace;
  if (!resource.namespaced) {
    if (own) throw badRequest(`namespace may not be set on ${resource.plural}, which are cluster-scoped`);
    return object;
  }
  if (!namespace) throw badRequest('an empty namespace may not be set during creation');
  if (own && own !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return own ? object : { ...object, metadata: { ...object.metadata, namespace } };
}
