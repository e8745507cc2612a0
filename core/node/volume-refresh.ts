// Volume refresh: once a minute, what pods have mounted from the API is read anew, and what has changed reaches the running
// containers: an edited ConfigMap, a rotated Secret, a token before it expires.
// Always true: one timer a node, none where the runtime has no files to refresh; one round at a time.
// In Kubernetes: the volume manager's reconciler, driven by the pod worker's sync (--sync-frequency, 1m); token_manager.go.

import type { Cancel, Clock } from '../contracts/clock.ts';
import type { Pod } from '../model/pod.ts';
import type { Volume } from '../model/volume.ts';

/** Milliseconds. */
const period = 60_000;
/** The part of a token's life after which it is replaced. */
const tokenLife = 0.8;

export class VolumeRefresh {
  readonly #clock: Clock;
  readonly #refresh: () => Promise<unknown>;
  #timer: Cancel | undefined;
  #round: Promise<unknown> | undefined;
  #stopped = false;

  /** @param refresh refreshes all pods' volumes; it does not throw */
  constructor(clock: Clock, refresh: () => Promise<unknown>) {
    this.#clock = clock;
    this.#refresh = refresh;
  }

  start(): void {
    this.#timer = this.#clock.schedule(period, () => {
      this.#round = this.#refresh().then(() => {
        if (!this.#stopped) this.start();
      });
    });
  }

  /** Resolves when the round that is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.();
    await this.#round;
  }
}

/** The volumes of a pod that are to be read anew. @param age of what is mounted, in milliseconds */
export function refreshed(pod: Pod, age: number): readonly Volume[] {
  return (pod.spec.volumes ?? []).filter(({ configMap, secret, downwardAPI, projected }) => {
    if (configMap || secret || downwardAPI) return true;
    const tokens = projected?.sources?.flatMap(({ serviceAccountToken }) => serviceAccountToken ?? []) ?? [];
    const shortest = Math.min(...tokens.map(({ expirationSeconds = 3600 }) => expirationSeconds * 1000));
    return projected !== undefined && (tokens.length === 0 || age > shortest * tokenLife);
  });
}
