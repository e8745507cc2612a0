// Component objects: the cluster's composition, shown in its own API (`kubectl get components`).
//   show(component)    what runs, into spec and status; many changes in a row are written once
//   flush()            waits until all of it is written
// Always true: the objects say what runs, not what somebody wrote; clients that write at the same time only make it write
// again. What clients write is carried out by component-wishes.ts.

import type { ApiClient } from '../contracts/api-client.ts';
import { type Clock, timestamp } from '../contracts/clock.ts';
import { type ComponentSpec, Components } from '../model/component.ts';
import { ApiError } from '../model/status.ts';
import type { RunningComponent } from './running-component.ts';

export class ComponentObjects {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, RunningComponent>();
  readonly #startedAt = new Map<string, string>();
  /** Names of objects that there are, as far as is known. */
  readonly #there = new Set<string>();
  #writing: Promise<void> | undefined;
  #stopped = false;

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Writes the component's object soon; `flush` tells when. */
  show(component: RunningComponent): void {
    // Noted at once: a short stop between two writes is a new start all the same.
    if (component.state !== 'Running') this.#startedAt.delete(component.name);
    else if (!this.#startedAt.has(component.name)) this.#startedAt.set(component.name, timestamp(this.#clock));
    this.#waiting.set(component.name, component);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when everything shown so far is written. */
  async flush(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  /** Nothing is written any more: the cluster ends. */
  stop(): void {
    this.#stopped = true;
  }

  /** Removes objects of components that a former run left in a kept store. */
  async prune(names: ReadonlySet<string>): Promise<void> {
    const { items } = await this.#client.of(Components).list();
    for (const { metadata } of items) {
      if (names.has(metadata.name)) this.#there.add(metadata.name);
      else await this.#client.of(Components).delete(metadata.name);
    }
  }

  /** Says in the status of an object that no component stands behind it. */
  async disown(name: string, message: string): Promise<void> {
    try {
      await this.#client.of(Components).status.patch(name, { status: { state: 'Failed', message } });
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'NotFound')) throw error;
    }
  }

  async #write(): Promise<void> {
    await undefined; // what is shown in the same turn is written together
    for (let next = this.#take(); next; next = this.#take()) {
      if (this.#stopped) continue;
      try {
        await this.#put(next);
      } catch (error) {
        // Somebody deleted or created the object between two of our requests: once more, it differs by now.
        if (error instanceof ApiError && inBetween.has(error.reason)) this.#waiting.set(next.name, next);
        else console.error(`the object of component ${next.name} could not be written:`, wordsOf(error));
      }
    }
  }

  #take(): RunningComponent | undefined {
    const [first] = this.#waiting.values();
    if (first) this.#waiting.delete(first.name);
    return first;
  }

  async #put(component: RunningComponent): Promise<void> {
    const objects = this.#client.of(Components);
    const spec = specOf(component);
    const { name, state, message, restarts } = component;
    // An absent field of a merge patch stays as it is; null takes it away.
    const status = { state, message: message || null, restarts, startedAt: this.#startedAt.get(name) ?? null };
    if (this.#there.delete(name)) {
      // Where it is not found, it is made the next time.
      await objects.patch(name, { spec: { ...spec, options: spec.options ?? null, path: spec.path ?? null } });
      this.#there.add(name);
    } else {
      this.#there.add(name);
      await objects.create({ metadata: { name }, spec });
    }
    await objects.status.patch(name, { status });
  }
}

/** What the spec of the component's object says. */
export function specOf(component: RunningComponent): ComponentSpec {
  const { plan, plugin } = component;
  const options = plan.plugin.options;
  return {
    slot: plan.role,
    plugin,
    ...(Object.keys(options).length > 0 && { options }),
    ...(plan.plugin.path !== undefined && { path: plan.plugin.path }),
  };
}

/** A refusal says all in its message; anything else is a bug, and wants its stack. */
const wordsOf = (error: unknown): unknown => (error instanceof ApiError ? error.message : error);

const inBetween: ReadonlySet<string> = new Set(['NotFound', 'AlreadyExists', 'Conflict']);
