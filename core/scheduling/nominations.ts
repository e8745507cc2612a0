// Nominations: which pods wait for room on which node, while the victims of preemption go. Nobody else may take that room,
// unless he is more important; so a nominated pod counts on its node whenever one of equal or lower priority is placed.
//   set(pod, node)    room is being made for it there; undefined: no longer
//   showTo(pod)       before an attempt: what this pod has to make way for is put into the snapshot, the rest taken out
// Always true: a pod that is placed is not nominated any more; a pod never meets its own nomination.
// Kubernetes: the nominator of the scheduling queue. It asks each filter twice, with and without the nominated pods; here
// they are in the view, and FrameworkScheduler asks a second time where more pods could make a node fit.

import type { NominatedPod } from '../contracts/scheduler.ts';
import type { Pod } from '../model/pod.ts';
import type { Snapshot } from './snapshot.ts';

export class Nominations {
  readonly #snapshot: Snapshot;
  readonly #waiting = new Map<string, NominatedPod>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** The node on which the pod waits for room. */
  of(uid: string): string | undefined {
    return this.#waiting.get(uid)?.node;
  }

  set(pod: Pod, node: string | undefined): void {
    const { uid } = pod.metadata;
    this.forget(uid);
    // News of a nomination may come after the pod was placed.
    if (node && this.#snapshot.placeOf(uid) === undefined) this.#waiting.set(uid, { pod, node });
  }

  /** It is placed, gone, or waits no longer. */
  forget(uid: string): void {
    if (!this.#waiting.delete(uid)) return;
    if (this.#snapshot.nominated.has(uid)) this.#snapshot.removePod(uid);
  }

  showTo(pod: Pod): void {
    const { nominated } = this.#snapshot;
    for (const [uid, waiting] of this.#waiting) {
      const counts = uid !== pod.metadata.uid && priorityOf(waiting.pod) >= priorityOf(pod);
      if (counts === nominated.has(uid)) continue;
      if (counts) this.#snapshot.setNominated(waiting.pod, waiting.node);
      else this.#snapshot.removePod(uid);
    }
  }

  /** Pods that wait for room on the node and are less important than this one. */
  lessImportant(pod: Pod, node: string): readonly Pod[] {
    return [...this.#waiting.values()].flatMap((waiting) =>
      waiting.node === node && priorityOf(waiting.pod) < priorityOf(pod) ? [waiting.pod] : [],
    );
  }
}

/** Higher goes first; 0 unless told. */
export const priorityOf = (pod: Pod): number => pod.spec.priority ?? 0;
