// An object on its way out, and what the garbage collector still has to do before it may go.

import type { KubeObject } from '../../core/model/meta.ts';

/** Its dependents go first (`kubectl delete --cascade=foreground`). */
export const foreground = 'foregroundDeletion';
/** Its dependents are let go first (`--cascade=orphan`). */
export const orphan = 'orphan';

export const isGoing = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;

export const hasFinalizer = ({ metadata }: KubeObject, finalizer: string): boolean =>
  metadata.finalizers?.includes(finalizer) === true;
