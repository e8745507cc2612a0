// The pods of a node: one cache of all pods, filed by node.

import type { Informer, Informers } from '../../core/contracts/controller.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';

/** Ask it `by('node', name)`. */
export const byNode = (informers: Informers): Informer<Pod> => informers.of(Pods, { indexes: { node: nodesOf } });

/** One function for all who ask: they share one index. */
const nodesOf = ({ spec: { nodeName } }: Pod): readonly string[] => (nodeName ? [nodeName] : []);
