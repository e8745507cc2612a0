// The pods of a node: one cache of all pods, filed by node.

import type { Informer, Informers } from '../../core/contracts/controller.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';

/** Ask it `by('node', name)`. */
export const byNode = (informers: Informers): Informer<Pod> =>
  informers.of(Pods, { indexes: { node: (pod) => (pod.spec.nodeName ? [pod.spec.nodeName] : []) } });
