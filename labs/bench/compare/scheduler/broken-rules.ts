// Broken rules: pods that were put where they must not be: on a node that Kubernetes' own filters would have refused, for its
// room, taints, affinity or spreading. A scheduler that looks at little is fast; this says what that costs.
// Counted after the run, by living through the placements once more in their order, so that it takes no time of the run.

import type { Pod } from '../../../../core/model/pod.ts';
import { defaultProfile } from '../../../../core/scheduling/framework/default-profile.ts';
import { Snapshot } from '../../../../core/scheduling/snapshot.ts';
import { nextTurn } from '../../../../core/time/turn.ts';

/** Pods looked at before the event loop gets a turn. */
const turnAfter = 100;

type Placed = { readonly pod: Pod; readonly node: string } | { readonly gone: string };

export class PlacementLog {
  readonly #placed: Placed[] = [];

  bound(pod: Pod, node: string): void {
    this.#placed.push({ pod, node });
  }

  /** @param uid of a pod that was there, or never was */
  gone(uid: string): void {
    this.#placed.push({ gone: uid });
  }

  /** @param after the cluster after the run: its nodes are those that it was about */
  async broken(after: Snapshot): Promise<number> {
    const view = new Snapshot();
    for (const { node } of after.nodes) view.setNode(node);
    const namespaces = new Set(this.#placed.flatMap((one) => ('pod' in one ? (one.pod.metadata.namespace ?? []) : [])));
    for (const name of namespaces) view.setNamespace(name, after.namespaceLabels(name) ?? {});
    const { filters } = defaultProfile();
    let count = 0;
    for (const [at, placed] of this.#placed.entries()) {
      if (at % turnAfter === 0) await nextTurn();
      if ('gone' in placed) {
        view.removePod(placed.gone);
        continue;
      }
      const { pod, node } = placed;
      const entry = view.node(node);
      if (!entry) continue;
      const isRefused = filters.some((plugin) => {
        const filter = plugin.preFilter(pod, view);
        if (!filter) return false;
        if ('reasons' in filter) return true;
        return (filter.only && !filter.only.has(node)) || filter.filter(entry) !== undefined;
      });
      if (isRefused) count += 1;
      view.setPod(pod, node);
    }
    return count;
  }
}
