// ImageLocality: a node that has the pod's images already starts it sooner. An image that many nodes have counts for more,
// so that one node with a large image does not draw all pods. Kubernetes: plugins/imagelocality.

import type { ClusterView, NodeInfo } from '../../../contracts/scheduler.ts';
import type { ScorePlugin } from '../../../contracts/scheduling-framework.ts';
import type { Pod } from '../../../model/pod.ts';

const mebibyte = 1024 * 1024;
/** Bytes below which a pod's images do not matter, and above which more do not matter, the latter for each container. */
const least = 23 * mebibyte;
const most = 1000 * mebibyte;

export const imageLocality: ScorePlugin = {
  name: 'ImageLocality',
  weight: 1,
  preScore(pod: Pod, { images, nodes }: ClusterView) {
    if (images.size === 0) return undefined;
    const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    const wanted = containers.flatMap(({ image = '' }) => images.get(normalised(image)) ?? []);
    if (wanted.length === 0) return undefined;
    const enough = most * containers.length;
    return {
      scope: 'cluster',
      normalise: 'none',
      score({ name }: NodeInfo) {
        let sum = 0;
        for (const { size, on } of wanted) if (on.has(name)) sum += Math.floor((size * on.size) / nodes.length);
        return Math.floor((100 * (Math.min(Math.max(sum, least), enough) - least)) / (enough - least));
      },
    };
  },
};

/** Nodes name their images with a tag, pods need not. */
export const normalised = (image: string): string => (/[:@][^/]*$/.test(image) ? image : `${image}:latest`);
