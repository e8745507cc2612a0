// Node images: which nodes have which image, by the names that their kubelets report.

import type { ImageState } from '../contracts/scheduler.ts';
import type { Node } from '../model/node.ts';

export class NodeImages {
  readonly byName = new Map<string, ImageState & { readonly on: Set<string> }>();

  set(before: Node | undefined, now: Node | undefined): void {
    if (before?.status?.images === now?.status?.images) return;
    for (const { names = [] } of before?.status?.images ?? []) for (const name of names) this.#remove(name, before!);
    for (const { names = [], sizeBytes: size = 0 } of now?.status?.images ?? []) {
      for (const name of names) {
        const on = this.byName.get(name)?.on ?? new Set();
        this.byName.set(name, { size, on: on.add(now!.metadata.name) });
      }
    }
  }

  #remove(name: string, { metadata }: Node): void {
    const image = this.byName.get(name);
    image?.on.delete(metadata.name);
    if (image?.on.size === 0) this.byName.delete(name);
  }
}
