// VolumeZone: a volume that is labelled with zones or regions is for nodes of these. Newer volumes say it by their node affinity,
// which VolumeBinding looks at. Kubernetes: plugins/volumezone.

import type { StorageView } from '../../../contracts/scheduler.ts';
import type { FilterPlugin } from '../../../contracts/scheduling-framework.ts';
import type { Pod } from '../../../model/pod.ts';
import { claimNames, hasClaims } from '../../../volumes/claims-of.ts';

const refusal = { reasons: ['node(s) had no available volume zone'], resolvable: false };

const labels = [
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
];

/** What one label of one volume asks of the node. */
interface Place {
  readonly label: string;
  readonly values: readonly string[];
}

export const volumeZone: FilterPlugin = {
  name: 'VolumeZone',
  retryOn: ['NodeAdded', 'NodeChanged', 'ClaimChanged', 'VolumeChanged', 'StorageClassChanged'],
  preFilter(pod, { storage }) {
    if (!hasClaims(pod)) return undefined;
    const places = placesOf(pod, storage);
    if (places.length === 0) return undefined;
    return {
      scope: 'cluster',
      filter: (node) => {
        // Nodes of a cluster without zones are everywhere.
        if (!labels.some((label) => node.labels[label] !== undefined)) return undefined;
        return places.every(({ label, values }) => values.includes(node.labels[label] ?? '')) ? undefined : refusal;
      },
    };
  },
};

const placesOf = (pod: Pod, storage: StorageView): Place[] =>
  claimNames(pod).flatMap((name) => {
    const volumeName = storage.claim(pod.metadata.namespace ?? '', name)?.spec.volumeName;
    const volume = volumeName ? storage.volume(volumeName) : undefined;
    return labels.flatMap((label) => {
      const value = volume?.metadata.labels?.[label];
      return value === undefined ? [] : [{ label, values: value.split('__') }];
    });
  });
