// Kubelet roads: which kubelets of this process can be asked for what only a node knows. Entered while they run.

import type { KubeletConnection, KubeletConnections } from '../contracts/kubelet-connection.ts';

export class KubeletRoads implements KubeletConnections {
  readonly #roads = new Map<string, KubeletConnection>();

  to(node: string): KubeletConnection | undefined {
    return this.#roads.get(node);
  }

  enter(node: string, connection: KubeletConnection): () => void {
    this.#roads.set(node, connection);
    return () => {
      // A successor may have entered meanwhile: that one stays.
      if (this.#roads.get(node) === connection) this.#roads.delete(node);
    };
  }
}
