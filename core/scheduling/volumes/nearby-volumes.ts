// Nearby volumes: of the free volumes that will do for a claim, those that a node reaches, the smallest first, without looking at
// those of all other nodes: most local volumes say which host they are on.

import type { PersistentVolume } from '../../model/persistent-volume.ts';
import { reaches, type VolumeSite } from '../../volumes/match.ts';

const hostname = 'kubernetes.io/hostname';

export class NearbyVolumes {
  /** With their positions in the order of sizes. */
  readonly #anywhere: number[] = [];
  readonly #byHost = new Map<string, number[]>();
  readonly #volumes: readonly PersistentVolume[];

  /** @param volumes the smallest first */
  constructor(volumes: readonly PersistentVolume[]) {
    this.#volumes = volumes;
    volumes.forEach((volume, at) => {
      const hosts = hostsOf(volume);
      if (!hosts) this.#anywhere.push(at);
      for (const host of hosts ?? []) {
        const there = this.#byHost.get(host);
        if (there) there.push(at);
        else this.#byHost.set(host, [at]);
      }
    });
  }

  /** The smallest that the node reaches and nobody has taken. */
  best(site: VolumeSite, taken: ReadonlySet<string>): PersistentVolume | undefined {
    const first = (positions: readonly number[] = []) =>
      positions.find((at) => !taken.has(this.#volumes[at]!.metadata.name) && reaches(this.#volumes[at]!, site));
    const here = first(this.#byHost.get(site.labels[hostname] ?? ''));
    const anywhere = first(this.#anywhere);
    const best = Math.min(here ?? Number.POSITIVE_INFINITY, anywhere ?? Number.POSITIVE_INFINITY);
    return this.#volumes[best];
  }
}

/** The hosts that alone can reach it, if it names them; undefined: it takes a closer look. */
function hostsOf({ spec }: PersistentVolume): readonly string[] | undefined {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms;
  const [term] = terms ?? [];
  if (terms?.length !== 1) return undefined;
  return term?.matchExpressions?.find(({ key, operator }) => key === hostname && operator === 'In')?.values;
}
