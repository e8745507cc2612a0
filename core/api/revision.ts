// resourceVersion: the store's revision as clients see it, a text inside metadata. It is not part of the stored value;
// it is put on when an object leaves the store and taken off when it enters.

import type { Revision, Stored } from '../contracts/store.ts';
import type { KubeObject } from '../model/meta.ts';
import { revise } from '../model/revise.ts';
import { ApiError } from '../model/status.ts';

/** A copy that says which revision it is. */
export const stampAt = (value: KubeObject, revision: Revision): KubeObject =>
  revise(value, { metadata: revise(value.metadata, { resourceVersion: String(revision) }) });

/**
 * What is stored, with its revision. Whoever wrote it, the caches and whoever reads it next want the same within a moment:
 * the latest are remembered, so that all of them have one object.
 */
export function stamp(stored: Stored): KubeObject {
  const place = stored.modRevision % latest.length;
  const known = latest[place];
  if (known?.stored === stored) return known.object;
  const object = stampAt(stored.value as KubeObject, stored.modRevision);
  latest[place] = { stored, object };
  return object;
}

const latest: ({ readonly stored: Stored; readonly object: KubeObject } | undefined)[] = Array(512).fill(undefined);

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
