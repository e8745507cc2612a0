// Component wishes: what clients write into Component objects, carried out.
//   another plugin or other options in a spec   a swap; if it cannot be, the spec goes back and the status says why
//   anything else in a spec                     goes back: slot and path tell something, they ask for nothing
//   an object is deleted                        it comes back: its component still runs
//   an object without a component is created    it stays, and its status says that nothing runs for it
// Always true: spec.plugin is a name of the registry; writing an object never loads code from a path.

import type { Subscription } from 'rxjs';
import type { Change, Informers } from '../contracts/controller.ts';
import { type Component, type ComponentSpec, Components } from '../model/component.ts';
import { type ComponentObjects, specOf } from './component-objects.ts';
import { nearest } from './nearest.ts';
import type { PluginRegistry } from './plugin-registry.ts';
import type { RunningComponent } from './running-component.ts';
import type { Supervisor } from './supervisor.ts';

export interface ComponentWishesOptions {
  readonly supervisor: Supervisor;
  readonly registry: PluginRegistry;
  readonly objects: ComponentObjects;
  /** Whether the objects are about this process: not while it stands by for another one on the same store. */
  areOurs(): boolean;
}

export class ComponentWishes {
  readonly #options: ComponentWishesOptions;

  constructor(options: ComponentWishesOptions) {
    this.#options = options;
  }

  /** Listens until the subscription, or the informers, end. */
  follow(informers: Informers): Subscription {
    return informers.of(Components).changes.subscribe((change) => this.#hear(change));
  }

  #hear(change: Change<Component>): void {
    const { spec, metadata } = change.object;
    const { supervisor, objects, areOurs } = this.#options;
    if (!areOurs()) return;
    const component = supervisor.components.get(metadata.name);
    if (change.type === 'delete') {
      if (component) objects.show(component);
      return;
    }
    if (change.previous && isSame(spec, change.previous.spec)) return;
    if (!component) void this.#disown(metadata.name);
    else if (!asksNothing(spec, component)) void this.#carryOut(component, spec);
    else if (!isSame(spec, specOf(component))) objects.show(component);
  }

  async #carryOut(component: RunningComponent, { plugin, options }: ComponentSpec): Promise<void> {
    const { supervisor, registry } = this.#options;
    try {
      const wanted = registry.find(plugin, component.plan.role, options ?? {});
      await supervisor.swap(component.name, wanted);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // A swap that was tried and failed has said more than that already.
      if (!component.message.includes(message)) supervisor.note(component, `${plugin} was not taken: ${message}`);
    }
  }

  async #disown(name: string): Promise<void> {
    const { supervisor, objects } = this.#options;
    const names = [...supervisor.components.keys()];
    const message = `this cluster has no component ${name}${nearest(name, names)}; components are listed where the cluster is started, and changed by the spec of: ${names.join(', ')}`;
    await objects.disown(name, message).catch((error) => console.error(`component ${name}:`, error));
  }
}

const asksNothing = (spec: ComponentSpec, component: RunningComponent): boolean => {
  const running = specOf(component);
  return spec.plugin === running.plugin && optionsOf(spec) === optionsOf(running);
};

const isSame = (a: ComponentSpec, b: ComponentSpec): boolean =>
  a.plugin === b.plugin && a.slot === b.slot && a.path === b.path && optionsOf(a) === optionsOf(b);

const optionsOf = ({ options = {} }: ComponentSpec): string => JSON.stringify(options);
