// Assumed pods: those that have a node in the scheduler's view, and not yet in the API. They go through the binding cycle;
// whoever waits for a permit waits here, and counts on his node meanwhile.
// Always true: a pod that does not get through is taken back: its room is free, and it is in the queue again.

import { keyOf } from '../model/meta.ts';
import type { Pod } from '../model/pod.ts';
import { BindingCycle, type CyclePlugins, Rejected } from './binding-cycle.ts';
import type { QueuedPod } from './queue.ts';
import { fitError } from './refusals.ts';
import { type SchedulingState, textOf } from './scheduling-state.ts';
import { bindPod } from './verdicts.ts';

export class AssumedPods {
  readonly #state: SchedulingState;
  readonly #plugins: CyclePlugins;
  /** Is told when a pod did not stay where it was assumed. */
  readonly #released: (queued: QueuedPod) => void;
  /** By uid. */
  readonly #waiting = new Map<string, BindingCycle>();
  readonly #waits = new Set<Promise<void>>();

  constructor(state: SchedulingState, plugins: Partial<CyclePlugins>, released: (queued: QueuedPod) => void) {
    this.#state = state;
    this.#plugins = { reserve: [], permit: [], preBind: [], bind: [], ...plugins };
    this.#released = released;
  }

  assume(queued: QueuedPod, node: string): void {
    const { snapshot, nominations, onBug, parts, signal } = this.#state;
    const { pod } = queued;
    const { uid } = pod.metadata;
    nominations.forget(uid);
    snapshot.setPod(pod, node);
    const cycle = new BindingCycle(this.#plugins, pod, node, onBug);
    try {
      cycle.begin();
    } catch (error) {
      return this.#takeBack(queued, cycle, error);
    }
    if (!cycle.waits) return this.#state.track(this.#bind(queued, cycle));
    this.#waiting.set(uid, cycle);
    const settled = cycle
      .allowed(parts.clock, signal)
      .finally(() => this.#waiting.delete(uid))
      .then(
        () => this.#state.track(this.#bind(queued, cycle)),
        (error) => this.#takeBack(queued, cycle, error),
      );
    const wait: Promise<void> = settled.finally(() => this.#waits.delete(wait));
    this.#waits.add(wait);
  }

  /** Turns away a pod that waits for a permit; false: this one does not. */
  reject(uid: string, reason: string): boolean {
    const cycle = this.#waiting.get(uid);
    cycle?.reject(reason);
    return cycle !== undefined;
  }

  /** Resolves when nobody waits any more: once the state has stopped. */
  async settled(): Promise<void> {
    await Promise.all(this.#waits);
  }

  async #bind(queued: QueuedPod, cycle: BindingCycle): Promise<void> {
    const { client, recorder } = this.#state.parts;
    const { pod, node } = cycle;
    try {
      await cycle.bind((bound: Pod, to) => bindPod(client, bound, to), this.#state.signal);
      const message = `Successfully assigned ${keyOf(pod)} to ${node}`;
      recorder.event(pod, 'Normal', 'Scheduled', message, 'Binding');
    } catch (error) {
      this.#takeBack(queued, cycle, new Error(`binding rejected: ${textOf(error)}`));
    }
  }

  #takeBack(queued: QueuedPod, { pod, node }: BindingCycle, error: unknown): void {
    const { snapshot, queue, signal } = this.#state;
    const { uid } = pod.metadata;
    if (snapshot.placeOf(uid) === node) snapshot.removePod(uid);
    this.#state.attempts.takenBack(pod, textOf(error));
    this.#released(queued);
    if (signal.aborted) return queue.failed(queued);
    if (!(error instanceof Rejected)) return this.#state.fail(queued, textOf(error));
    queue.refused(queued);
    this.#state.track(this.#state.tell(pod, 'Unschedulable', fitError(1, { [error.message]: 1 }), ''));
  }
}
