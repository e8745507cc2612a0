// Right, of another shape: a table that is kept. It has a chair for every node there is and for the one that was last, and
// is turned so that whoever is next stands in front. Before each pod, chairs of nodes that have gone are taken away and
// new nodes sit down where their name belongs.

import { type ClusterView, type Placement, type Pod, plugin, ReasonTally, refusals, Scheduler } from 'kubelab';

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  /** Names, the next one first. */
  #chairs: string[] = [];
  #last = '';

  place(pod: Pod, cluster: ClusterView): Placement {
    this.#seat(cluster);
    const tally = new ReasonTally();
    for (const [at, name] of this.#chairs.entries()) {
      const reasons = refusals(pod, cluster.node(name)!);
      tally.add(reasons);
      if (reasons.length > 0) continue;
      this.#chairs = [...this.#chairs.slice(at + 1), ...this.#chairs.slice(0, at + 1)];
      this.#last = name;
      return { node: name };
    }
    return { unschedulable: tally.counts };
  }

  /** Makes the chairs those of the nodes there are. */
  #seat(cluster: ClusterView): void {
    this.#chairs = this.#chairs.filter((name) => cluster.node(name));
    const seated = new Set(this.#chairs);
    for (const { name } of cluster.nodes) if (!seated.has(name)) this.#sitDown(name);
  }

  /** Before the first chair that is further on than the newcomer's, counted from the last one. */
  #sitDown(name: string): void {
    const at = this.#chairs.findIndex((other) => this.#isBefore(name, other));
    this.#chairs.splice(at === -1 ? this.#chairs.length : at, 0, name);
  }

  /** Whose turn comes first after the last one's. */
  #isBefore(a: string, b: string): boolean {
    const rounds = (name: string) => (name > this.#last ? 0 : 1);
    return rounds(a) === rounds(b) ? a < b : rounds(a) < rounds(b);
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'in turn, round a table that is kept',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
