// Retry hints: which events can make a refused pod fit. Only those of the filters that refused it: who lacks CPU is not
// helped by a label of a namespace. Kubernetes: UnschedulablePlugins and EventsToRegister.

import type { ClusterEvent, ClusterView, NodeInfo } from '../../contracts/scheduler.ts';
import type { FilterPlugin, Refusal } from '../../contracts/scheduling-framework.ts';
import type { Pod } from '../../model/pod.ts';

export class RetryHints {
  readonly #filters: readonly FilterPlugin[];
  /** Refusals are made once and given again and again, so each is traced once. */
  readonly #authors = new WeakMap<Refusal, FilterPlugin>();

  constructor(filters: readonly FilterPlugin[]) {
    this.#filters = filters;
  }

  of(
    pod: Pod,
    view: ClusterView,
    tally: ReadonlyMap<Refusal, number>,
    refusalOf: (node: NodeInfo) => Refusal | undefined,
  ): readonly ClusterEvent[] {
    // A new node may always be the right one.
    const events = new Set<ClusterEvent>(['NodeAdded']);
    for (const [refusal, nodes] of tally) {
      if (nodes === 0) continue;
      const author = this.#authors.get(refusal) ?? this.#trace(refusal, pod, view, refusalOf);
      for (const event of author?.retryOn ?? this.#filters.flatMap(({ retryOn }) => retryOn)) events.add(event);
    }
    return [...events];
  }

  /** Asks the filters anew on a node that was refused for this. */
  #trace(
    refusal: Refusal,
    pod: Pod,
    view: ClusterView,
    refusalOf: (node: NodeInfo) => Refusal | undefined,
  ): FilterPlugin | undefined {
    const node = view.nodes.find((each) => refusalOf(each) === refusal);
    const author = this.#filters.find((plugin) => {
      const filter = node && plugin.preFilter(pod, view);
      return filter && !('reasons' in filter) && filter.filter(node) === refusal;
    });
    if (author) this.#authors.set(refusal, author);
    return author;
  }
}
