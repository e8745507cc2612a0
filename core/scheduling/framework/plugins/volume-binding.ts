// VolumeBinding: a node must reach the volumes that the pod's claims have, and have one for each claim that waits for its first
// pod. What it offers is promised to the pod once the node is chosen, and bound before the pod is (volumes/volume-binder.ts,
// which the scheduler loop runs for every scheduler). Kubernetes: plugins/volumebinding.
// In real Kubernetes: the free capacity that a driver tells of (CSIStorageCapacity) counts, too.

import type { FilterPlugin } from '../../../contracts/scheduling-framework.ts';
import { volumeFinderFor } from '../../volumes/volume-finder.ts';

export const volumeBinding: FilterPlugin = {
  name: 'VolumeBinding',
  retryOn: ['NodeAdded', 'NodeChanged', 'ClaimChanged', 'VolumeChanged', 'StorageClassChanged'],
  preFilter(pod, { storage }) {
    const finder = volumeFinderFor(pod, storage);
    if (finder === undefined) return undefined;
    if (typeof finder === 'string') return { reasons: [finder], resolvable: false };
    return { scope: 'cluster', filter: (node) => finder.refusal(node) };
  },
};
