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
import type { Scheduler } from '../contracts/scheduler.ts';
import type { EventRecorder } from '../control/event-recorder.ts';
import { keyOf } from '../model/meta.ts';
import { Namespaces } from '../model/namespace.ts';
import { Nodes } from '../model/node.ts';
import { PersistentVolumes } from '../model/persistent-volume.ts';
import { PersistentVolumeClaims } from '../model/persistent-volume-claim.ts';
import { Pods } from '../model/pod.ts';
import { PodDisruptionBudgets } from '../model/pod-disruption-budget.ts';
import { StorageClasses } from '../model/storage-class.ts';
import { nextTurn } from '../time/turn.ts';
import { claimNames } from '../volumes/claims-of.ts';
import { AssumedPods } from './assumed-pods.ts';
import { type AttemptResult, resultOf } from './attempts.ts';
import type { CyclePlugins } from './binding-cycle.ts';
import { checkPlacement } from './check-placement.ts';
import { ClusterWatch } from './cluster-watch.ts';
import { type WhyAnswer, type WhyQuestion, why } from './explain-attempt.ts';
import type { QueuedPod } from './queue.ts';
import { RefusedPods } from './refused-pods.ts';
import { SchedulingState, textOf } from './scheduling-state.ts';
import { AssumedStorage } from './volumes/assumed-storage.ts';
import { VolumeBinder } from './volumes/volume-binder.ts';

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

/** Pods placed before the event loop gets a turn, so that a long queue does not starve everybody else. */
const turnAfter = 32;
/** Writes on their way at the same time. */
const writesAtOnce = 128;

export class SchedulerLoop implements Part {
  readonly #parts: SchedulerLoopParts;
  readonly #state: SchedulingState;
  readonly #watch: ClusterWatch;
  readonly #assumed: AssumedPods;
  readonly #refused: RefusedPods;
  #subscriptions: Subscription[] = [];
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: SchedulerLoopParts) {
    const { schedulerName = 'default-scheduler', scheduler, plugins = {}, client, clock } = parts;
    this.#parts = parts;
    this.#state = new SchedulingState(parts);
    const { snapshot } = this.#state;
    const storage = new AssumedStorage(snapshot.storage);
    const volumes = new VolumeBinder({ client, clock, view: snapshot, assumed: storage });
    const { reserve = [], preBind = [] } = plugins;
    const all = { ...plugins, reserve: [volumes, ...reserve], preBind: [volumes, ...preBind] };
    this.#watch = new ClusterWatch({
      snapshot,
      storage,
      onStorage: (key) => volumes.changed(key),
      queue: this.#state.queue,
      nominations: this.#state.nominations,
      isOurs: (pod) => pod.spec.schedulerName === schedulerName,
      retryOn: scheduler.retryOn,
      onGone: (uid) => this.#assumed.reject(uid, 'the pod is gone'),
    });
    this.#assumed = new AssumedPods(this.#state, all, (queued) => this.#released(queued));
    this.#refused = new RefusedPods(this.#state, this.#assumed, schedulerName);
  }

  async start(): Promise<void> {
    const { informers } = this.#parts;
    const followed = [
      informers.of(Namespaces),
      informers.of(PodDisruptionBudgets),
      informers.of(StorageClasses),
      informers.of(PersistentVolumes),
      informers.of(PersistentVolumeClaims),
      informers.of(Nodes),
      informers.of(Pods),
    ] as const;
    const [namespaces, budgets, classes, volumes, claims, nodes, pods] = followed;
    this.#subscriptions = [
      namespaces.changes.subscribe((change) => this.#watch.namespace(change)),
      budgets.changes.subscribe((change) => this.#watch.budget(change)),
      classes.changes.subscribe((change) => this.#watch.storageClass(change)),
      volumes.changes.subscribe((change) => this.#watch.volume(change)),
      claims.changes.subscribe((change) => this.#watch.claim(change)),
      nodes.changes.subscribe((change) => this.#watch.node(change)),
      pods.changes.subscribe((change) => this.#watch.pod(change)),
    ];
    await Promise.all(followed.map((informer) => informer.whenSynced(this.#state.signal)));
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#state.stop();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    await this.#loop;
    await this.#assumed.settled();
    await Promise.all(this.#state.writes);
  }

  /** Why a pod is where it is, or nowhere. */
  async why(question: WhyQuestion): Promise<WhyAnswer> {
    const { scheduler, schedulerName = 'default-scheduler' } = this.#parts;
    return why({ state: this.#state, scheduler, schedulerName }, question);
  }

  async #run(): Promise<void> {
    const { queue, writes, signal } = this.#state;
    for (let placed = 1; !signal.aborted; placed += 1) {
      const next = queue.pop();
      if (next) this.#scheduleOne(next);
      else await queue.whenReady();
      if (writes.size >= writesAtOnce) await Promise.race(writes);
      if (placed % turnAfter === 0) await nextTurn();
    }
  }

  #scheduleOne(queued: QueuedPod): void {
    const { scheduler } = this.#parts;
    const { snapshot, nominations } = this.#state;
    const { pod } = queued;
    let memory: unknown;
    try {
      nominations.showTo(pod);
      memory = scheduler.memory;
      const placement = checkPlacement(scheduler.place(pod, snapshot), snapshot);
      this.#keep(queued, memory, resultOf(placement));
      if ('unschedulable' in placement) this.#refused.refuse(queued, placement);
      else this.#assumed.assume(queued, placement.node);
    } catch (error) {
      this.#keep(queued, memory, { error: textOf(error) });
      this.#state.fail(queued, `scheduler ${scheduler.name} failed on pod ${keyOf(pod)}: ${textOf(error)}`);
    }
  }

  /** A pod does not stay where it was assumed: its room is free again, and its volumes are. */
  #released(queued: QueuedPod): void {
    this.#watch.tell('PodGone', queued);
    if (claimNames(queued.pod).length > 0) this.#watch.tell('VolumeChanged', queued);
  }

  /** Before anything follows from it: the snapshot is still what the scheduler saw. */
  #keep(queued: QueuedPod, memory: unknown, result: AttemptResult): void {
    const { attempts, journal, snapshot } = this.#state;
    const at = this.#parts.clock.now();
    attempts.add(queued, { at, position: journal.position, nodes: snapshot.columns.count, memory, result });
  }
}
