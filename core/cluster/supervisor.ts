// Supervisor: stands outside all components and changes them while the cluster runs.
//   swap(name, plugin)   build and start the new one, hand over, stop the old one; roll back when that fails
//   undo()               the last swap, the other way round
//   cut(name)            end it as a lost machine ends: nothing is drained, nobody is told; `mend(name)` starts it again
// How a component is handed over depends on what it is for:
//   Scheduler, Controller   one at a time, as under a leader's lease: prepare new, stop old, start new
//   Proxy                   no gap: start new, then stop old
//   ContainerRuntime        the node is drained before, and takes pods again after
//   Store                   no gap: open the new one, copy everything while writes wait, then close the old one
//   ApiFace                 not while the cluster runs: everybody speaks to it
// Always true: one swap at a time; after a failed one the old plugin runs, and the component's message says why; a part
// that does not come back from start() or stop() is named, and never waited for without limit.

import type { Clock } from '../contracts/clock.ts';
import { findComponent } from './component-names.ts';
import { type ComponentPlan, notFor, type Role, roleOf } from './composition.ts';
import { ConfigurationError } from './configuration-error.ts';
import { checkOptions } from './options.ts';
import type { Part } from './part.ts';
import type { ConfiguredPlugin } from './plugin.ts';
import { type ComponentState, pluginName, RunningComponent } from './running-component.ts';
import { inTime, late, startPatience, stopPatience, within } from './within.ts';

export interface SupervisorOptions {
  readonly clock: Clock;
  /** Makes the part of a plan; it is not started yet. `report` tells how the part fares from then on. */
  build(plan: ComponentPlan, report: (state: ComponentState, message?: string) => void): Part;
  /** Moves a node's pods away, before its runtime changes; gives up when the signal says so. */
  drain(node: string, signal: AbortSignal): Promise<void>;
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
  readonly #ending = new AbortController();
  /** Of a swap under way: the part that is not in its place yet. */
  #coming: Part | undefined;
  #busy: Promise<unknown> = Promise.resolve();

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
    return findComponent(name, this.components);
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

  /** Ends a component and leaves it so, as when its machine loses power. Doing it twice is doing it once. */
  cut(name: string): Promise<void> {
    return this.#oneAtATime(async () => {
      const component = this.find(name);
      const { part } = component;
      component.part = undefined; // what it still reports is no news
      try {
        if (part) await inTime(this.#options.clock, component.name, 'stop', part.stop());
      } finally {
        this.#set(component, 'Stopped');
      }
    });
  }

  /** Starts again what was cut; what runs is left alone. Throws what its part throws. */
  mend(name: string): Promise<void> {
    return this.#oneAtATime(async () => {
      const component = this.find(name);
      if (component.state !== 'Stopped') return;
      try {
        await this.#begin(component, component.plan);
      } catch (error) {
        this.#set(component, 'Stopped', `it did not start: ${messageOf(error)}`);
        throw error;
      }
    });
  }

  /** Says something of a component without changing its state: why what a client wanted was not done. */
  note(component: RunningComponent, message: string): void {
    this.#set(component, component.state, message);
  }

  /** Stops all components, the last started first. @throws Error that names those that did not stop, after all the others have. */
  async stop(): Promise<void> {
    this.#ending.abort(new ConfigurationError('the cluster is stopping'));
    const troubles: string[] = [];
    const end = async (name: string, work: Promise<unknown> | undefined) => {
      try {
        if (work && !(await within(this.#options.clock, stopPatience, work))) troubles.push(late(name, 'stop'));
      } catch (error) {
        troubles.push(`${name} failed while it stopped: ${messageOf(error)}`);
      }
    };
    await end('the plugin that was being swapped in', this.#coming?.stop());
    await end('the swap under way', this.#busy);
    for (const component of [...this.components.values()].reverse()) {
      await end(component.name, component.part?.stop());
      this.#set(component, 'Stopped');
    }
    if (troubles.length > 0) throw new Error(troubles.join('\n'));
  }

  async #exchange(component: RunningComponent, next: ComponentPlan): Promise<SwapReport> {
    if (component.state === 'Stopped') {
      throw new ConfigurationError(`${component.name} is stopped: start it first, then it can be swapped`);
    }
    const before = component.plan;
    // The pods of a node that stands by run in another process: nothing to drain.
    const hasPods = before.role === 'ContainerRuntime' && component.state !== 'Standby';
    const node = hasPods ? before.node?.name : undefined;
    const { signal } = this.#ending;
    let part: Part | undefined;
    try {
      part = this.#build(component, next);
      this.#coming = part;
      await part.prepare?.();
      if (node !== undefined) await this.#options.drain(node, signal);
      signal.throwIfAborted();
      const keptUp = before.role === 'Proxy' || before.role === 'Store';
      if (keptUp) await this.#run(part);
      const trouble = await this.#handOver(component);
      if (!keptUp) await this.#runOrReturn(component, part, before);
      component.part = part;
      component.plan = next;
      this.#started(component, trouble);
    } catch (error) {
      if (part) await this.#abandon(part);
      this.#set(component, component.state, `${pluginName(next)} did not start: ${messageOf(error)}`);
      throw error;
    } finally {
      this.#coming = undefined;
      if (node !== undefined && !signal.aborted) await this.#options.resume(node);
    }
    return { component: component.name, role: next.role, from: pluginName(before), to: pluginName(next) };
  }

  /** Stops what runs for its successor. @returns what went wrong with that, or '': the successor starts all the same. */
  async #handOver({ name, part, plan }: RunningComponent): Promise<string> {
    try {
      const isInTime = !part || (await within(this.#options.clock, stopPatience, part.stop({ handOver: true })));
      return isInTime ? '' : late(`the former ${pluginName(plan)} of ${name}`, 'stop');
    } catch (error) {
      return `the former ${pluginName(plan)} of ${name} failed while it stopped: ${messageOf(error)}`;
    }
  }

  /** The predecessor is stopped already: if the new part fails, one like the old takes its place again. */
  async #runOrReturn(component: RunningComponent, part: Part, before: ComponentPlan): Promise<void> {
    try {
      await this.#run(part);
    } catch (error) {
      await this.#return(component, before).catch((second) => {
        component.state = 'Failed';
        throw new Error(`${messageOf(error)}; nor did ${pluginName(before)} start again: ${messageOf(second)}`);
      });
      throw error;
    }
  }

  /** Starts what ran before a swap that failed; what was in a crash loop is in a crash loop again, rather than gone. */
  async #return(component: RunningComponent, plan: ComponentPlan): Promise<void> {
    const part = this.#build(component, plan);
    if (!part.resume) return this.#begin(component, plan, part);
    component.part = part; // from now on it tells how it fares
    this.#set(component, 'Running');
    await within(this.#options.clock, startPatience, part.resume());
  }

  async #begin(component: RunningComponent, plan: ComponentPlan, part = this.#build(component, plan)): Promise<void> {
    try {
      await part.prepare?.();
      await this.#run(part);
    } catch (error) {
      await this.#abandon(part);
      throw error;
    }
    component.part = part;
    component.plan = plan;
    this.#started(component);
  }

  /** At work, or as one who stands by. */
  #started(component: RunningComponent, trouble = ''): void {
    const standsBy = component.part?.standsBy;
    if (standsBy === undefined) this.#set(component, 'Running', trouble);
    else this.#set(component, 'Standby', [standsBy, trouble].filter((text) => text !== '').join('; '));
  }

  /** Waits as long as a start may take; longer while the part gets further, as the copy of a large store does. */
  async #run(part: Part): Promise<void> {
    const started = part.start();
    let progress: number | undefined;
    do {
      progress = part.progress;
      if (await within(this.#options.clock, startPatience, started)) return;
    } while (part.progress !== progress);
    throw new Error(late('it', 'start'));
  }

  /** Ends a part that did not get as far as running. */
  async #abandon(part: Part): Promise<void> {
    await within(this.#options.clock, stopPatience, part.stop()).catch(() => {}); // why it did not start is what matters
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
      this.#ending.signal.throwIfAborted();
      return work();
    });
    this.#busy = result.catch(() => {});
    return result;
  }
}

function refuse(component: RunningComponent, plugin: ConfiguredPlugin): void {
  const { role, name } = component.plan;
  if (role === 'ApiFace') {
    throw new ConfigurationError(
      `component ${name} cannot be swapped while the cluster runs: everybody speaks to it. Stop the cluster and start it with ${pluginName({ ...component.plan, plugin })}`,
    );
  }
  if (roleOf(plugin) !== role) throw new ConfigurationError(notFor(plugin, `component ${name}`, role));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
