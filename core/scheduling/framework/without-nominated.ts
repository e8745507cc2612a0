// Nominated pods are not there yet, and may never be. A pod must not lean on them: "near such pods" must hold without them
// as well. So where any count, a filter that looks at the whole cluster is asked a second time, as if none were there.
// (What depends on a node alone is never easier with more pods on it.) Kubernetes: RunFilterPluginsWithNominatedPods.

import type { ClusterView } from '../../contracts/scheduler.ts';
import type { FilterPlugin, NodeFilter } from '../../contracts/scheduling-framework.ts';
import type { Pod } from '../../model/pod.ts';

/** @param filter what the plugin gave for the pod; undefined: no second look is needed */
export function filterWithoutNominated(
  plugin: FilterPlugin,
  filter: NodeFilter,
  pod: Pod,
  view: ClusterView,
): NodeFilter | undefined {
  if (view.nominated.size === 0 || filter.scope === 'node' || !filter.removePod) return undefined;
  const second = plugin.preFilter(pod, view);
  if (!second || 'reasons' in second) return undefined;
  for (const { pod: other, node } of view.nominated.values()) {
    const place = view.node(node);
    if (place) second.removePod?.(other, place);
  }
  return second;
}
