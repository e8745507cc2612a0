// Scheduler loop: takes pods out of the queue one by one, asks the Scheduler, and binds.
//   pop > place > assume (count the pod on its node at once) > Reserve > Permit > bind through the API > done
//               > no node: it waits for the cluster to change       > refused: undo, try again after a back-off
//               > no node, but room can be made: victims are evicted, and the pod waits for their node
// Always true: one pod is placed at a time, and the next placement sees all placements before it, bound or on their
// way; what the API does not confirm is undone. A scheduler that throws or names no node of the cluster is told of on
// the pod, and the loop goes on. Kubernetes: pkg/scheduler/schedule_one.go.

import type { Subscription } from 'rxjs';
import type { Part } from '../cluster/part.ts';
import type { ApiClient } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Informers } from '../contracts/controller.ts';
import type { Nomination, Placement, Scheduler } from '../contracts/scheduler.ts';
import type { EventRecorder } from '../control/event-recorder.ts';
import { keyOf } from '../model/meta.ts';
import { Namespaces } from '../model/namespace.ts';
import { Nodes } from '../model/node.ts';
import { type Pod, Pods } from '../model/pod.ts';
import { nextTurn } from '../time/turn.ts';
import { BindingCycle, type CyclePlugins, Rejected } from './binding-cycle.ts';
import { checkPlacement } from './check-placement.ts';
import { ClusterWatch } from './cluster-watch.ts';
import { clearNomination, evictVictims } from './make-room.ts';
import { Nominations } from './nominations.ts';
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
  /** What takes part between a placement and its binding. */
  readonly plugins?: Partial<CyclePlugins>;
  /** Is told of exceptions that are nobody's answer; on the console unless told. */
  readonly onBug?: (error: unknown) => void;
}

type Refused = Extract<Placement, { readonly unschedulable: unknown }>;

/** Pods placed before the event loop gets a turn, so that a long queue does not starve everybody else. */
const turnAfter = 32;
/** Bindings on their way at the same time. */
const bindingsAtOnce = 128;

export class SchedulerLoop implements Part {
  readonly #parts: SchedulerLoopParts;
  readonly #schedulerName: string;
  readonly #plugins: CyclePlugins;
  readonly #snapshot = new Snapshot();
  readonly #nominations = new Nominations(this.#snapshot);
  readonly #queue: SchedulingQueue;
  readonly #watch: ClusterWatch;
  readonly #bindings = new Set<Promise<void>>();
  /** Pods that are assumed on a node and wait for a permit, by uid. */
  readonly #waiting = new Map<string, BindingCycle>();
  readonly #waits = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #subscriptions: Subscription[] = [];
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: SchedulerLoopParts) {
    const { schedulerName = 'default-scheduler', plugins } = parts;
    this.#parts = parts;
    this.#schedulerName = schedulerName;
    this.#plugins = { reserve: [], permit: [], bind: [], ...plugins };
    this.#queue = new SchedulingQueue(parts.clock);
    this.#watch = new ClusterWatch({
      snapshot: this.#snapshot,
      queue: this.#queue,
      nominations: this.#nominations,
      isOurs: (pod) => pod.spec.schedulerName === schedulerName,
      retryOn: parts.scheduler.retryOn,
      onGone: (uid) => this.#waiting.get(uid)?.reject('the pod is gone'),
    });
  }

  async start(): Promise<void> {
    const { informers } = this.#parts;
    const followed = [informers.of(Namespaces), informers.of(Nodes), informers.of(Pods)] as const;
    const [namespaces, nodes, pods] = followed;
    this.#subscriptions = [
      namespaces.changes.subscribe((change) => this.#watch.namespace(change)),
      nodes.changes.subscribe((change) => this.#watch.node(change)),
      pods.changes.subscribe((change) => this.#watch.pod(change)),
    ];
    await Promise.all(followed.map((informer) => informer.whenSynced(this.#abort.signal)));
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#queue.stop();
    await this.#loop;
    await Promise.all(this.#waits);
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
      this.#nominations.showTo(pod);
      const placement = checkPlacement(scheduler.place(pod, this.#snapshot), this.#snapshot);
      if ('unschedulable' in placement) this.#refuse(queued, placement);
      else this.#assume(queued, placement.node);
    } catch (error) {
      this.#fail(queued, `scheduler ${scheduler.name} failed on pod ${keyOf(pod)}: ${textOf(error)}`);
    }
  }

  #refuse(queued: QueuedPod, { unschedulable, nominate, retryOn }: Refused): void {
    const { pod } = queued;
    const message = fitError(this.#snapshot.nodes.length, unschedulable);
    if (nominate === undefined || nominate === 'nowhere') {
      if (nominate) this.#nominations.forget(pod.metadata.uid);
      this.#queue.refused(queued, retryOn);
      this.#track(this.#tell(pod, 'Unschedulable', message, nominate && ''));
      return;
    }
    const less = this.#nominations.lessImportant(pod, nominate.node);
    for (const { metadata } of less) this.#nominations.forget(metadata.uid);
    this.#nominations.set(pod, nominate.node);
    this.#track(this.#makeRoom(queued, nominate, less, message, retryOn));
  }

  async #makeRoom(
    queued: QueuedPod,
    nomination: Nomination,
    less: readonly Pod[],
    message: string,
    retryOn: Refused['retryOn'],
  ): Promise<void> {
    const { client, recorder, clock } = this.#parts;
    const { pod } = queued;
    const rejectWaiting = ({ metadata }: Pod, reason: string) => {
      const cycle = this.#waiting.get(metadata.uid);
      cycle?.reject(reason);
      return cycle !== undefined;
    };
    const by = { client, recorder, clock, schedulerName: this.#schedulerName, rejectWaiting };
    try {
      await evictVictims(by, pod, nomination);
      await Promise.all(less.map((other) => clearNomination(client, other)));
      for (const { metadata } of less) this.#queue.retry(metadata.uid);
      await this.#tell(pod, 'Unschedulable', message, nomination.node);
      this.#queue.refused(queued, retryOn);
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#fail(queued, `preemption for pod ${keyOf(pod)}: ${textOf(error)}`);
    }
  }

  #assume(queued: QueuedPod, node: string): void {
    const { pod } = queued;
    const { clock, onBug = console.error } = this.#parts;
    this.#nominations.forget(pod.metadata.uid);
    this.#snapshot.setPod(pod, node);
    const cycle = new BindingCycle(this.#plugins, pod, node, onBug);
    try {
      cycle.begin();
    } catch (error) {
      return this.#takeBack(queued, cycle, error);
    }
    if (!cycle.waits) return this.#track(this.#bind(queued, cycle));
    const { uid } = pod.metadata;
    this.#waiting.set(uid, cycle);
    const settled = cycle
      .allowed(clock, this.#abort.signal)
      .finally(() => this.#waiting.delete(uid))
      .then(
        () => this.#track(this.#bind(queued, cycle)),
        (error) => this.#takeBack(queued, cycle, error),
      );
    const wait: Promise<void> = settled.finally(() => this.#waits.delete(wait));
    this.#waits.add(wait);
  }

  async #bind(queued: QueuedPod, cycle: BindingCycle): Promise<void> {
    const { client, recorder } = this.#parts;
    const { pod, node } = cycle;
    try {
      await cycle.bind((bound, to) => bindPod(client, bound, to), this.#abort.signal);
      const message = `Successfully assigned ${keyOf(pod)} to ${node}`;
      recorder.event(pod, 'Normal', 'Scheduled', message, 'Binding');
    } catch (error) {
      this.#takeBack(queued, cycle, new Error(`binding rejected: ${textOf(error)}`));
    }
  }

  /** The pod does not stay where it was assumed: its room is free again. */
  #takeBack(queued: QueuedPod, { pod, node }: BindingCycle, error: unknown): void {
    const { uid } = pod.metadata;
    if (this.#snapshot.placeOf(uid) === node) this.#snapshot.removePod(uid);
    this.#watch.tell('PodGone', queued);
    if (this.#abort.signal.aborted) return this.#queue.failed(queued);
    if (!(error instanceof Rejected)) return this.#fail(queued, textOf(error));
    this.#queue.refused(queued);
    this.#track(this.#tell(pod, 'Unschedulable', fitError(1, { [error.message]: 1 }), ''));
  }

  /** Something went wrong: said on the pod, and tried again after a while. */
  #fail(queued: QueuedPod, message: string): void {
    this.#nominations.forget(queued.pod.metadata.uid);
    this.#queue.failed(queued);
    this.#track(this.#tell(queued.pod, 'SchedulerError', message, ''));
  }

  async #tell(
    pod: Pod,
    reason: 'Unschedulable' | 'SchedulerError',
    message: string,
    nominated: string | undefined,
  ): Promise<void> {
    this.#parts.recorder.event(pod, 'Warning', 'FailedScheduling', message, 'Scheduling');
    await reportUnschedulable(this.#parts.client, pod, reason, message, this.#parts.clock, nominated);
  }

  #track(work: Promise<void>): void {
    const { onBug = console.error } = this.#parts;
    const tracked: Promise<void> = work.catch(onBug).finally(() => this.#bindings.delete(tracked));
    this.#bindings.add(tracked);
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
