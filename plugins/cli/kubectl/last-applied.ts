// Last applied: the annotation in which `apply` keeps what it was given, byte for byte as the real kubectl writes it, so that
// the two can take turns on an object.

import { KubectlError } from './errors.ts';
import { goJson } from './go-json.ts';
import { type AnyObject, type JsonRecord, own } from './records.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object with the annotation that tells what it is. */
export function withLastApplied(object: AnyObject): AnyObject {
  const { [annotation]: _, ...annotations } = object.metadata.annotations ?? {};
  const applied = { ...object, metadata: { ...object.metadata, annotations } };
  const text = `${goJson(applied)}\n`;
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [annotation]: text } } };
}

/** What was applied the time before; undefined when the object was made otherwise. @throws KubectlError */
export function lastApplied(live: AnyObject): JsonRecord | undefined {
  const text = own(live.metadata.annotations, annotation);
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    return JSON.parse(text) as JsonRecord;
  } catch {
    throw new KubectlError(
      `the annotation ${annotation} of ${live.metadata.name} is no JSON; remove it and apply again`,
    );
  }
}
