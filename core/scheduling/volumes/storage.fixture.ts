// Volumes, claims and classes as the API would hand them out, for specs of scheduling.

import type { StringMap } from '../../model/meta.ts';
import type { PersistentVolume } from '../../model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../model/persistent-volume-claim.ts';
import type { Pod } from '../../model/pod.ts';
import type { StorageClass } from '../../model/storage-class.ts';
import { makePod } from '../../testing/objects.ts';

const meta = (name: string, more: object = {}) => ({ name, uid: `uid-${name}`, resourceVersion: '1', ...more });

/** On the named hosts, or within reach of all. */
export const makeVolume = (
  name: string,
  storage: string,
  hosts: readonly string[] = [],
  spec: Partial<PersistentVolume['spec']> = {},
  labels: StringMap = {},
): PersistentVolume =>
  ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: meta(name, { labels }),
    spec: {
      capacity: { storage },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'local',
      volumeMode: 'Filesystem',
      local: { path: `/mnt/${name}` },
      ...(hosts.length > 0 && {
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: hosts }] },
            ],
          },
        },
      }),
      ...spec,
    },
    status: { phase: 'Available' },
  }) as PersistentVolume;

export const makeClaim = (
  name: string,
  storage: string,
  spec: Partial<PersistentVolumeClaim['spec']> = {},
  annotations: StringMap = {},
): PersistentVolumeClaim =>
  ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: meta(name, { namespace: 'default', annotations }),
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage } },
      storageClassName: 'local',
      volumeMode: 'Filesystem',
      ...spec,
    },
    status: { phase: 'Pending' },
  }) as PersistentVolumeClaim;

/** A claim that has its volume. */
export const makeBoundClaim = (name: string, volumeName: string): PersistentVolumeClaim =>
  makeClaim(name, '1Gi', { volumeName }, { 'pv.kubernetes.io/bind-completed': 'yes' });

export const makeClass = (
  name: string,
  volumeBindingMode = 'WaitForFirstConsumer',
  provisioner = 'kubernetes.io/no-provisioner',
  more: Partial<StorageClass> = {},
): StorageClass =>
  ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: meta(name),
    provisioner,
    volumeBindingMode,
    ...more,
  }) as StorageClass;

export const podWithClaims = (name: string, ...claims: string[]): Pod =>
  makePod(name, {
    volumes: claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })),
  });
