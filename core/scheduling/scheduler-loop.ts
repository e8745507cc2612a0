// Scheduler loop: takes pods out of the queue one by one, asks the Scheduler, and binds.
//   pop > place > assume (count the pod on its node at once) > bind through the API > done
//                                                             > refused: undo, try again after a back-off
// Always true: one pod is placed at a time, and the next placement sees all placements before it, bound or on their
// way; what the API does not confirm is undone. A scheduler that throws or names no node of the cluster is told of on
// the pod, and the loop goes on. Kubernetes: pkg/scheduler/schedule_one.go.

import type { Subscription } from 'rxjs';
import type { Part } from '../cluster/part.ts';
import type { ApiClient } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Informers } from '../contracts/controller.ts';
import type { Scheduler } from '../contracts/scheduler.ts';
import type { EventRecorder } from '../control/event-recorder.ts';
import { keyOf } from '../model/meta.ts';
import { Nodes } from '../model/node.ts';
import { Pods } from '../model/pod.ts';
import { nextTurn } from '../time/turn.ts';
import { checkPlacement } from './check-placement.ts';
import { ClusterWatch } from './cluster-watch.ts';
import { type QueuedPod, SchedulingQueue } from './queue.ts';
import { fitError } from './refusals.ts';
import { Snapshot } from './snapshot.ts';
import { bindPod, reportUnschedulable } from './verdicts.ts';

export interface SchedulerLoopParts {
  readonly client: ApiClient;
  readonly scheduler: Scheduler;
  readonly informers: Informers;
  readonly recorder: Pick<EventRecorder, 'event'>;
  readonly clock: Clock;
  /** Pods with this `spec.schedulerName` are ours. */
  readonly schedulerName?: string;
  /** Is told of exceptions that are nobody's answer; on the console unless told. */
  readonly onBug?: (error: unknown) => void;
}

/** Pods placed before the event loop gets a turn, so that a long queue does not starve everybody else. */
const turnAfter = 32;
/** Bindings on their way at the same time. */
const bindingsAtOnce = 128;

export class SchedulerLoop implements Part {
  readonly #parts: SchedulerLoopParts;
  readonly #snapshot = new Snapshot();
  readonly #queue: SchedulingQueue;
  readonly #bindings = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #subscriptions: Subscription[] = [];
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: SchedulerLoopParts) {
    this.#parts = parts;
    this.#queue = new SchedulingQueue(parts.clock);
  }

  async start(): Promise<void> {
    const { informers, scheduler, schedulerName = 'default-scheduler' } = this.#parts;
    const watch = new ClusterWatch({
      snapshot: this.#snapshot,
      queue: this.#queue,
      isOurs: (pod) => pod.spec.schedulerName === schedulerName,
      retryOn: scheduler.retryOn,
    });
    const nodes = informers.of(Nodes);
    const pods = informers.of(Pods);
    this.#subscriptions = [
      nodes.changes.subscribe((change) => watch.node(change)),
      pods.changes.subscribe((change) => watch.pod(change)),
    ];
    await Promise.all([nodes.whenSynced(this.#abort.signal), pods.whenSynced(this.#abort.signal)]);
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#queue.stop();
    await this.#loop;
    await Promise.all(this.#bindings);
  }

  async #run(): Promise<void> {
    for (let placed = 1; !this.#abort.signal.aborted; placed += 1) {
      const next = this.#queue.pop();
      if (next) this.#scheduleOne(next);
      else await this.#queue.whenReady();
      if (this.#bindings.size >= bindingsAtOnce) await Promise.race(this.#bindings);
      if (placed % turnAfter === 0) await nextTurn();
    }
  }

  #scheduleOne(queued: QueuedPod): void {
    const { scheduler } = this.#parts;
    const { pod } = queued;
    try {
      const placement = checkPlacement(scheduler.place(pod, this.#snapshot), this.#snapshot);
      if ('unschedulable' in placement) {
        this.#queue.refused(queued);
        this.#report(queued, 'Unschedulable', fitError(this.#snapshot.nodes.length, placement.unschedulable));
        return;
      }
      this.#snapshot.setPod(pod, placement.node);
      this.#track(this.#bind(queued, placement.node));
    } catch (error) {
      this.#queue.failed(queued);
      const message = error instanceof Error ? error.message : String(error);
      this.#report(queued, 'SchedulerError', `scheduler ${scheduler.name} failed on pod ${keyOf(pod)}: ${message}`);
    }
  }

  async #bind(queued: QueuedPod, node: string): Promise<void> {
    const { pod } = queued;
    try {
      await bindPod(this.#parts.client, pod, node);
      const message = `Successfully assigned ${keyOf(pod)} to ${node}`;
      this.#parts.recorder.event(pod, 'Normal', 'Scheduled', message, 'Binding');
    } catch (error) {
      if (this.#snapshot.placeOf(pod.metadata.uid) === node) this.#snapshot.removePod(pod.metadata.uid);
      this.#queue.failed(queued);
      if (!this.#abort.signal.aborted) {
        const message = error instanceof Error ? error.message : String(error);
        await this.#tell(pod, 'SchedulerError', `binding rejected: ${message}`);
      }
    }
  }

  #report({ pod }: QueuedPod, reason: 'Unschedulable' | 'SchedulerError', message: string): void {
    this.#track(this.#tell(pod, reason, message));
  }

  async #tell(pod: QueuedPod['pod'], reason: 'Unschedulable' | 'SchedulerError', message: string): Promise<void> {
    this.#parts.recorder.event(pod, 'Warning', 'FailedScheduling', message, 'Scheduling');
    await reportUnschedulable(this.#parts.client, pod, reason, message, this.#parts.clock);
  }

  #track(work: Promise<void>): void {
    const { onBug = console.error } = this.#parts;
    const tracked: Promise<void> = work.catch(onBug).finally(() => this.#bindings.delete(tracked));
    this.#bindings.add(tracked);
  }
}
