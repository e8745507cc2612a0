// Free volumes of one class, kept in order of size and filed under the hosts that they name: most local volumes are within reach
// of one host alone, so who asks for a node is not shown those of all others.
// Always true: each list is sorted by size, then name; a volume is filed under each of its hosts, or once for anywhere.

import type { PersistentVolume } from '../../model/persistent-volume.ts';
import { bySize, type VolumeSite } from '../../volumes/match.ts';

const hostname = 'kubernetes.io/hostname';
const none: readonly PersistentVolume[] = [];

export class FreeVolumes {
  readonly #byHost = new Map<string, PersistentVolume[]>();
  /** Of which it takes a closer look to know who reaches them. */
  readonly #anywhere: PersistentVolume[] = [];

  add(volume: PersistentVolume): void {
    for (const list of this.#listsOf(volume)) list.splice(placeIn(list, volume), 0, volume);
  }

  /** @param volume as it was added */
  remove(volume: PersistentVolume): void {
    for (const list of this.#listsOf(volume)) list.splice(placeIn(list, volume), 1);
    for (const host of hostsOf(volume) ?? []) if (this.#byHost.get(host)?.length === 0) this.#byHost.delete(host);
  }

  /** Those that the node may reach, the smallest first. */
  near({ labels }: VolumeSite): readonly PersistentVolume[] {
    const here = this.#byHost.get(labels[hostname] ?? '') ?? none;
    if (this.#anywhere.length === 0) return here;
    return here.length === 0 ? this.#anywhere : [...here, ...this.#anywhere].sort(bySize);
  }

  #listsOf(volume: PersistentVolume): PersistentVolume[][] {
    const hosts = hostsOf(volume);
    if (!hosts) return [this.#anywhere];
    return hosts.map((host) => {
      const list = this.#byHost.get(host) ?? [];
      this.#byHost.set(host, list);
      return list;
    });
  }
}

/** Where the volume is in the sorted list, or belongs. */
function placeIn(list: readonly PersistentVolume[], volume: PersistentVolume): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const isBefore = list[middle]!.metadata.name !== volume.metadata.name && bySize(list[middle]!, volume) < 0;
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The hosts that alone can reach it, each once, if it names them. */
function hostsOf({ spec }: PersistentVolume): readonly string[] | undefined {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms;
  if (terms?.length !== 1) return undefined;
  const expressions = terms[0]!.matchExpressions;
  const hosts = expressions?.find(({ key, operator }) => key === hostname && operator === 'In')?.values;
  return hosts && [...new Set(hosts)];
}
