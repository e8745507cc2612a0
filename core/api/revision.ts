// resourceVersion: the store's revision as clients see it, a text inside metadata. It is not part of the stored value;
// it is put on when an object leaves the store and taken off when it enters.

import type { Revision, Stored } from '../contracts/store.ts';
import type { KubeObject } from '../model/meta.ts';
import { revise } from '../model/revise.ts';
import { ApiError } from '../model/status.ts';

/** A copy that says which revision it is. */
export const stampAt = (value: KubeObject, revision: Revision): KubeObject =>
  revise(value, { metadata: revise(value.metadata, { resourceVersion: String(revision) }) });

export const stamp = (stored: Stored): KubeObject => stampAt(stored.value as KubeObject, stored.modRevision);

/** A copy as it is stored: without resourceVersion. */
export function unstamped(object: KubeObject): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as KubeObject['metadata'] };
}

/** The number in a client's resourceVersion; undefined when it gave none. @throws ApiError 400 */
export function parseRevision(text: string | undefined): Revision | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const why = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw new ApiError(400, 'BadRequest', `resourceVersion: Invalid value: ${JSON.stringify(text)}: ${why}`);
}
