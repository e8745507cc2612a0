// The finalizer of what must not go while it is in use: there as long as the object is not deleted, or is still in use.

import type { KubeObject } from '../../core/model/meta.ts';

/** The finalizers that the object should have; undefined: those that it has. */
export function finalizersAfter(
  { metadata }: KubeObject,
  finalizer: string,
  isInUse: boolean,
): readonly string[] | undefined {
  const { finalizers = [], deletionTimestamp } = metadata;
  const has = finalizers.includes(finalizer);
  if (deletionTimestamp === undefined) return has ? undefined : [...finalizers, finalizer];
  return has && !isInUse ? finalizers.filter((one) => one !== finalizer) : undefined;
}
