// The admission plugins that every cluster has, in their order.

import type { AdmissionPlugin } from '../../contracts/api-server.ts';
import type { Random } from '../../contracts/random.ts';
import type { Store } from '../../contracts/store.ts';
import { StoredObjects } from '../stored-objects.ts';
import { DefaultStorageClass } from './default-storage-class.ts';
import { DefaultTolerationSeconds } from './default-toleration-seconds.ts';
import { NamespaceLifecycle } from './namespace-lifecycle.ts';
import { PersistentVolumeClaimResize } from './persistent-volume-claim-resize.ts';
import { Priority } from './priority.ts';
import { ServiceAccount } from './service-account.ts';
import { StorageObjectInUseProtection } from './storage-object-in-use-protection.ts';

/** @param random for the names of token volumes. */
export function standardAdmission(store: Pick<Store, 'get' | 'list'>, random: Random): AdmissionPlugin[] {
  const objects = new StoredObjects(store);
  return [
    new NamespaceLifecycle(objects),
    new ServiceAccount(objects, random.fork('admission')),
    new Priority(objects),
    new DefaultTolerationSeconds(),
    new DefaultStorageClass(objects),
    new StorageObjectInUseProtection(),
    new PersistentVolumeClaimResize(objects),
  ];
}
