// Component objects: the cluster's composition, shown in its own API (`kubectl get components`), and changed there.
//   show(component)    what runs, into spec and status; many changes in a row are written once
//   changes            a client wrote another plugin or other options into a spec
// Always true: spec.plugin is a name; what has not been registered with the supervisor is never loaded. An object that
// somebody deletes comes back, because its component still runs.

import { filter, map, type Observable } from 'rxjs';
import type { ApiClient } from '../contracts/api-client.ts';
import { type Clock, timestamp } from '../contracts/clock.ts';
import type { Informers } from '../contracts/controller.ts';
import { type ComponentSpec, Components } from '../model/component.ts';
import { ApiError } from '../model/status.ts';
import type { RunningComponent } from './running-component.ts';

/** A client wants another plugin in a component. */
export interface WantedChange {
  readonly component: string;
  readonly spec: ComponentSpec;
}

export class ComponentObjects {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, RunningComponent>();
  readonly #startedAt = new Map<string, string>();
  #writing: Promise<void> | undefined;

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

  /** Removes objects of components that a former run left in a kept store. */
  async prune(names: ReadonlySet<string>): Promise<void> {
    const { items } = await this.#client.of(Components).list();
    for (const { metadata } of items) {
      if (!names.has(metadata.name)) await this.#client.of(Components).delete(metadata.name);
    }
  }

  /** Specs that differ from what runs, as clients write them. */
  changes(informers: Informers, running: ReadonlyMap<string, RunningComponent>): Observable<WantedChange> {
    return informers.of(Components).changes.pipe(
      map((change) => {
        const component = running.get(change.object.metadata.name);
        if (!component) return undefined;
        if (change.type === 'delete') {
          this.show(component);
          return undefined;
        }
        const { spec } = change.object;
        if (change.previous && same(spec, change.previous.spec)) return undefined;
        return same(spec, specOf(component)) ? undefined : { component: component.name, spec };
      }),
      filter((wanted) => wanted !== undefined),
    );
  }

  async #write(): Promise<void> {
    await undefined; // what is shown in the same turn is written together
    for (let next = this.#take(); next; next = this.#take()) {
      if (next.state === 'Stopped') continue;
      await this.#put(next);
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
    try {
      await objects.patch(name, { spec: { ...spec, options: spec.options ?? null, path: spec.path ?? null } });
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'NotFound')) throw error;
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

const same = (a: ComponentSpec, b: ComponentSpec): boolean =>
  a.plugin === b.plugin && JSON.stringify(a.options ?? {}) === JSON.stringify(b.options ?? {});
