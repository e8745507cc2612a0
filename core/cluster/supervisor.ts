// Supervisor: stands outside all components and changes them while the cluster runs.
//   swap(name, plugin)   build and start the new one, hand over, stop the old one; roll back when that fails
//   undo()               the last swap, the other way round
// How a component is handed over depends on what it is for:
//   Scheduler, Controller   one at a time, as under a leader's lease: prepare new, stop old, start new
//   Proxy                   no gap: start new, then stop old
//   ContainerRuntime        the node is drained before, and takes pods again after
//   Store, ApiFace          not while the cluster runs: everything else stands on them
// Always true: one swap at a time; after a failed one the old plugin runs, and the component's message says why.

import { type ComponentPlan, notFor, type Role, roleOf } from './composition.ts';
import { ConfigurationError } from './configuration-error.ts';
import { checkOptions } from './options.ts';
import type { Part } from './part.ts';
import type { ConfiguredPlugin } from './plugin.ts';
import { type ComponentState, pluginName, RunningComponent } from './running-component.ts';

export interface SupervisorOptions {
  /** Makes the part of a plan; it is not started yet. `report` tells how the part fares from then on. */
  build(plan: ComponentPlan, report: (state: ComponentState, message?: string) => void): Part;
  /** Moves a node's pods away, before its runtime changes. */
  drain(node: string): Promise<void>;
  /** Lets the node take pods again. */
  resume(node: string): Promise<void>;
  /** Called after each change of a component. */
  changed(component: RunningComponent): void;
}

/** What a swap did, to be told to a person. */
export interface SwapReport {
  readonly component: string;
  readonly role: Role;
  readonly from: string;
  readonly to: string;
}

export class Supervisor {
  readonly components = new Map<string, RunningComponent>();
  readonly #options: SupervisorOptions;
  readonly #done: { readonly component: string; readonly before: ComponentPlan }[] = [];
  #busy: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Builds and starts a component. Throws what its part throws. */
  async start(plan: ComponentPlan): Promise<RunningComponent> {
    const component = new RunningComponent(plan);
    this.components.set(plan.name, component);
    try {
      await this.#begin(component, plan);
    } catch (error) {
      this.#set(component, 'Failed', messageOf(error));
      throw error;
    }
    return component;
  }

  /** The component of that name, or the only one of that role: `scheduler`, `runtime`, `proxy`. */
  find(name: string): RunningComponent {
    const found = this.components.get(name);
    if (found) return found;
    if (name === 'clock') throw new ConfigurationError('the clock of a cluster never changes; start another cluster');
    const role = roleWords[name.toLowerCase()];
    const ofRole = [...this.components.values()].filter((component) => component.plan.role === role);
    if (ofRole.length === 1 && ofRole[0]) return ofRole[0];
    const names = (ofRole.length > 1 ? ofRole : [...this.components.values()]).map((component) => component.name);
    throw new ConfigurationError(
      ofRole.length > 1
        ? `there are ${ofRole.length} components for ${name}; name one of them: ${names.join(', ')}`
        : `no component is called ${name}; there are: ${names.join(', ')}`,
    );
  }

  /** @throws ConfigurationError when it cannot be; whatever the new part throws when it does not start. */
  swap(name: string, plugin: ConfiguredPlugin): Promise<SwapReport> {
    return this.#oneAtATime(async () => {
      const component = this.find(name);
      const before = component.plan;
      refuse(component, plugin);
      const report = await this.#exchange(component, { ...before, plugin, options: checkOptions(plugin) });
      this.#done.push({ component: component.name, before });
      return report;
    });
  }

  /** Takes back the last swap that is not taken back yet. */
  undo(): Promise<SwapReport> {
    return this.#oneAtATime(async () => {
      const last = this.#done.at(-1);
      if (!last) throw new ConfigurationError('no swap to undo: nothing was swapped since the cluster started');
      const report = await this.#exchange(this.find(last.component), last.before);
      this.#done.pop();
      return report;
    });
  }

  /** Says something of a component without changing its state: why what a client wanted was not done. */
  note(name: string, message: string): void {
    const component = this.find(name);
    this.#set(component, component.state, message);
  }

  /** Stops one component and forgets it (a node that leaves). */
  remove(name: string): Promise<void> {
    return this.#oneAtATime(async () => {
      const component = this.find(name);
      await component.part?.stop();
      this.components.delete(component.name);
      this.#set(component, 'Stopped');
    });
  }

  /** Stops all components, the last started first. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#busy.catch(() => {});
    for (const component of [...this.components.values()].reverse()) {
      await component.part?.stop();
      this.#set(component, 'Stopped');
    }
  }

  async #exchange(component: RunningComponent, next: ComponentPlan): Promise<SwapReport> {
    const before = component.plan;
    const old = component.part;
    const node = before.role === 'ContainerRuntime' ? before.node?.name : undefined;
    try {
      const part = this.#build(component, next);
      await part.prepare?.();
      if (node !== undefined) await this.#options.drain(node);
      if (before.role === 'Proxy') {
        await part.start();
        await old?.stop({ handOver: true });
      } else {
        await old?.stop({ handOver: true });
        await this.#startOrReturn(component, part, before);
      }
      component.part = part;
      component.plan = next;
      this.#set(component, 'Running');
    } catch (error) {
      this.#set(component, component.state, `${pluginName(next)} did not start: ${messageOf(error)}`);
      throw error;
    } finally {
      if (node !== undefined) await this.#options.resume(node);
    }
    return { component: component.name, role: next.role, from: pluginName(before), to: pluginName(next) };
  }

  /** The predecessor is stopped already: if the new part fails, one like the old takes its place again. */
  async #startOrReturn(component: RunningComponent, part: Part, before: ComponentPlan): Promise<void> {
    try {
      await part.start();
    } catch (error) {
      await this.#begin(component, before);
      throw error;
    }
  }

  async #begin(component: RunningComponent, plan: ComponentPlan): Promise<void> {
    const part = this.#build(component, plan);
    await part.prepare?.();
    await part.start();
    component.part = part;
    component.plan = plan;
    this.#set(component, 'Running');
  }

  #build(component: RunningComponent, plan: ComponentPlan): Part {
    const part: Part = this.#options.build(plan, (state, message = '') => {
      if (component.part !== part) return;
      if (state === 'CrashLoopBackOff') component.restarts += 1;
      this.#set(component, state, message);
    });
    return part;
  }

  #set(component: RunningComponent, state: ComponentState, message = ''): void {
    component.state = state;
    component.message = message;
    this.#options.changed(component);
  }

  #oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#busy.then(() => {
      if (this.#stopped) throw new ConfigurationError('the cluster is stopping');
      return work();
    });
    this.#busy = result.catch(() => {});
    return result;
  }
}

const roleWords: Readonly<Record<string, Role>> = {
  store: 'Store',
  api: 'ApiFace',
  scheduler: 'Scheduler',
  controller: 'Controller',
  runtime: 'ContainerRuntime',
  containerruntime: 'ContainerRuntime',
  kubelet: 'ContainerRuntime',
  proxy: 'Proxy',
};

function refuse(component: RunningComponent, plugin: ConfiguredPlugin): void {
  const { role, name } = component.plan;
  if (role === 'Store' || role === 'ApiFace') {
    throw new ConfigurationError(
      `component ${name} cannot be swapped while the cluster runs: everything else stands on it. Stop the cluster and start it with ${pluginName({ ...component.plan, plugin })}`,
    );
  }
  if (roleOf(plugin) !== role) throw new ConfigurationError(notFor(plugin, `component ${name}`, role));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
