// Binding cycle: the way of one pod from "assumed on a node" to "bound", through the plugins of the component.
//   begin    Reserve, each in turn; then Permit, each in turn (still in the scheduler's own turn)
//   allowed  waits for the permits that were not given at once, each at most as long as it said; then PreBind, each in turn
//   bind     the first BindPlugin that does it, else the API's binding
// Always true: whatever goes wrong, `unreserve` is called on all reservations in reverse order, once, before the error
// comes out. Rejected: a plugin said no, so the pod is unschedulable; any other error is a failure.
// Kubernetes: schedulingCycle and bindingCycle in pkg/scheduler/schedule_one.go.

import type { Clock } from '../contracts/clock.ts';
import type {
  BindPlugin,
  Permit,
  PermitPlugin,
  PreBindPlugin,
  ReservePlugin,
} from '../contracts/scheduling-framework.ts';
import type { Pod } from '../model/pod.ts';

export interface CyclePlugins {
  readonly reserve: readonly ReservePlugin[];
  readonly permit: readonly PermitPlugin[];
  readonly preBind: readonly PreBindPlugin[];
  readonly bind: readonly BindPlugin[];
}

/** A plugin does not let the pod onto the node. */
export class Rejected extends Error {}

/** Longest time that a permit may take, in milliseconds; as in Kubernetes. */
const longestWait = 15 * 60_000;

type Waiting = Extract<Permit, { readonly wait: number }> & { readonly plugin: string };

export class BindingCycle {
  readonly pod: Pod;
  readonly node: string;
  readonly #plugins: CyclePlugins;
  readonly #onBug: (error: unknown) => void;
  readonly #waits: Waiting[] = [];
  #preBinds: readonly PreBindPlugin[] = [];
  #reject: ((reason: Rejected) => void) | undefined;

  constructor(plugins: CyclePlugins, pod: Pod, node: string, onBug: (error: unknown) => void) {
    this.#plugins = plugins;
    this.#onBug = onBug;
    this.pod = pod;
    this.node = node;
  }

  /** Whether a permit is still to come, or something has to be done before the pod is bound. */
  get waits(): boolean {
    return this.#waits.length + this.#preBinds.length > 0;
  }

  /** @throws Rejected, or what a plugin threw */
  begin(): void {
    try {
      for (const plugin of this.#plugins.reserve) plugin.reserve(this.pod, this.node);
      for (const plugin of this.#plugins.permit) this.#take(plugin.permit(this.pod, this.node), plugin.name);
      this.#preBinds = this.#plugins.preBind.filter((plugin) => plugin.preBindPreFlight(this.pod, this.node));
    } catch (error) {
      this.#undo();
      throw error;
    }
  }

  /** Resolves when all permits are there and all is done. @throws Rejected; the signal's reason; what a plugin threw */
  async allowed(clock: Clock, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const rejected = new Promise<never>((_, reject) => {
      this.#reject = reject;
    });
    try {
      const until = AbortSignal.any([signal, over.signal]);
      await Promise.race([Promise.all(this.#waits.map((wait) => settle(wait, clock, until))), rejected]);
      for (const plugin of this.#preBinds) await Promise.race([plugin.preBind(this.pod, this.node, until), rejected]);
    } catch (error) {
      this.#undo();
      throw error;
    } finally {
      this.#reject = undefined;
      over.abort();
    }
  }

  /** Ends the wait for permits: the pod is gone, or has to give way to another. */
  reject(reason: string): void {
    this.#reject?.(new Rejected(reason));
  }

  /** @param bindByApi what is done when no plugin binds. @throws ApiError */
  async bind(bindByApi: (pod: Pod, node: string) => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      for (const plugin of this.#plugins.bind) if ((await plugin.bind(this.pod, this.node, signal)) === 'bound') return;
      await bindByApi(this.pod, this.node);
    } catch (error) {
      this.#undo();
      throw error;
    }
  }

  #take(permit: Permit, plugin: string): void {
    if (permit === 'allow') return;
    if ('reject' in permit) throw new Rejected(permit.reject);
    this.#waits.push({ ...permit, plugin });
  }

  #undo(): void {
    for (const plugin of [...this.#plugins.reserve].reverse()) {
      try {
        plugin.unreserve(this.pod, this.node);
      } catch (error) {
        this.#onBug(error);
      }
    }
  }
}

async function settle({ wait, settled, plugin }: Waiting, clock: Clock, signal: AbortSignal): Promise<void> {
  const atMost = Math.min(wait, longestWait);
  const timeOut = clock.sleep(atMost, signal).then(() => {
    throw new Rejected(`rejected due to timeout after waiting ${atMost / 1000}s at plugin ${plugin}`);
  });
  const answer = await Promise.race([settled, timeOut]);
  if (answer !== 'allow') throw new Rejected(answer.reject);
}
