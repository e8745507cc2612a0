// VolumeRestrictions: a claim with access mode ReadWriteOncePod is for one pod in the whole cluster.
// Kubernetes: plugins/volumerestrictions. In real Kubernetes: disks of some clouds are for one node at a time as well.

import type { ClusterView, PodQuery } from '../../../contracts/scheduler.ts';
import type { FilterPlugin } from '../../../contracts/scheduling-framework.ts';
import type { Pod } from '../../../model/pod.ts';
import { claimNames, hasClaims } from '../../../volumes/claims-of.ts';

const refusal = {
  reasons: ['node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode'],
  resolvable: true,
};

export const volumeRestrictions: FilterPlugin = {
  name: 'VolumeRestrictions',
  retryOn: ['PodGone', 'ClaimChanged'],
  preFilter(pod, view) {
    if (!hasClaims(pod)) return undefined;
    const exclusive = claimNames(pod).filter((name) => isExclusive(pod, name, view));
    if (exclusive.length === 0) return undefined;
    const queries = exclusive.map((name) => usersOf(pod.metadata.namespace ?? '', name));
    let users = queries.reduce((sum, query) => sum + view.count(query).total, 0);
    const change = (other: Pod, times: 1 | -1) => {
      for (const query of queries) users += times * query.weigh(other);
    };
    return {
      scope: 'cluster',
      filter: () => (users > 0 ? refusal : undefined),
      addPod: (other) => change(other, 1),
      removePod: (other) => change(other, -1),
    };
  },
};

const isExclusive = ({ metadata }: Pod, name: string, { storage }: ClusterView): boolean =>
  storage.claim(metadata.namespace ?? '', name)?.spec.accessModes?.includes('ReadWriteOncePod') === true;

/** Pods that use the claim. */
const usersOf = (namespace: string, name: string): PodQuery => ({
  key: `claim ${namespace}/${name}`,
  weigh: (pod) => (pod.metadata.namespace === namespace && claimNames(pod).includes(name) ? 1 : 0),
});
