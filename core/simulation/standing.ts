// Standing: the objects of a simulation as they stand, and a way to wait for how they shall stand. It follows the history, so
// that nobody asks the API, and asking leaves no mark.
//   standing.of<Pod>('pods')                       all, by key: default/web-1
//   await standing.until(() => ...)                looks after each change of what is followed
// Always true: who waits goes on within the instant at which the condition came true.

import type { KubeObject } from '../model/meta.ts';
import type { Change } from './history.ts';

/** What is followed: /registry/<kind>/. Leases and Events change all the time, and nobody asks for them. */
const followed = ['pods', 'minions', 'deployments'] as const;
type Followed = (typeof followed)[number];

export class Standing {
  readonly #objects = new Map<string, Map<string, KubeObject>>(followed.map((kind) => [kind, new Map()]));
  readonly #waiting = new Set<() => void>();
  readonly #waitingForPods = new Map<string, (pod: KubeObject | undefined) => void>();

  of<T extends KubeObject>(kind: Followed): ReadonlyMap<string, T> {
    return this.#objects.get(kind) as unknown as ReadonlyMap<string, T>;
  }

  take({ key, value }: Change): void {
    const kind = kindOf(key);
    const objects = this.#objects.get(kind);
    if (!objects) return;
    const name = key.slice(`/registry/${kind}/`.length);
    if (value) objects.set(name, value as KubeObject);
    else objects.delete(name);
    for (const look of [...this.#waiting]) look();
    if (kind === 'pods') this.#waitingForPods.get(name)?.(objects.get(name));
  }

  /** Calls once, when the condition holds of that pod or there is none any more. One may wait for each pod. */
  oncePod(key: string, condition: (pod: KubeObject) => boolean, then: () => void): void {
    this.#waitingForPods.set(key, (pod) => {
      if (pod && !condition(pod)) return;
      this.#waitingForPods.delete(key);
      then();
    });
  }

  /** Resolves once the condition holds; never, if it never does. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** `/registry/pods/default/web-1` -> `pods` */
const kindOf = (key: string): string => key.slice(10, key.indexOf('/', 10));
