// The scheduler alone: its queue, its view of the cluster, and nothing else. A pod that it places is bound by being counted
// there; who has to give way is gone at once.
// Always true: an attempt takes a millisecond of the clock, so that the same workload and seed give the same placements,
// and the same quality, on every machine; only the speed is the machine's.

import type { Placement, Scheduler } from '../../../../core/contracts/scheduler.ts';
import type { KubeObject } from '../../../../core/model/meta.ts';
import type { Namespace } from '../../../../core/model/namespace.ts';
import type { Node } from '../../../../core/model/node.ts';
import type { Pod } from '../../../../core/model/pod.ts';
import { ClusterWatch } from '../../../../core/scheduling/cluster-watch.ts';
import { Nominations } from '../../../../core/scheduling/nominations.ts';
import { type QueuedPod, SchedulingQueue } from '../../../../core/scheduling/queue.ts';
import { Snapshot } from '../../../../core/scheduling/snapshot.ts';
import { AssumedStorage } from '../../../../core/scheduling/volumes/assumed-storage.ts';
import { nextTurn } from '../../../../core/time/turn.ts';
import { PlacementLog } from './broken-rules.ts';
import type { Meter } from './meter.ts';
import { StepClock } from './step-clock.ts';
import type { NewPods, Target } from './target.ts';
import { chooses, type PodChoice } from './workload.ts';

interface KnownPod extends NewPods {
  pod: Pod;
  isBound: boolean;
  isTried: boolean;
}

/** Milliseconds of the clock without a binding, after which nobody is waited for any more: six times the longest back-off. */
const patience = 60_000;
/** Real milliseconds after which the event loop gets a turn. */
const turnAfter = 50;

type Look = (pod: Pod, view: Snapshot, place: () => Placement) => Placement;

export class Alone implements Target {
  readonly view = new Snapshot();
  /** Pods that gave way. */
  evicted = 0;
  readonly log = new PlacementLog();
  readonly #clock = new StepClock();
  readonly #queue = new SchedulingQueue(this.#clock);
  readonly #nominations = new Nominations(this.view);
  readonly #watch: ClusterWatch;
  readonly #scheduler: Scheduler;
  readonly #meter: Meter;
  /** Looks at what happens to the view during an attempt. */
  readonly #look: Look | undefined;
  readonly #pods = new Map<string, KnownPod>();
  #chosen: PodChoice | undefined;
  #boundAt = this.#clock.now();
  #turnAt = 0;
  /** What a timer has set off: done before the next attempt. */
  #due: (() => Promise<void>)[] = [];

  constructor(scheduler: Scheduler, meter: Meter, look?: Look) {
    this.#scheduler = scheduler;
    this.#meter = meter;
    this.#look = look;
    this.#watch = new ClusterWatch({
      snapshot: this.view,
      storage: new AssumedStorage(this.view.storage),
      queue: this.#queue,
      nominations: this.#nominations,
      isOurs: () => true,
      retryOn: scheduler.retryOn,
    });
  }

  async createNodes(nodes: readonly Node[]): Promise<void> {
    for (const node of nodes) this.#watch.node({ type: 'apply', object: node, previous: undefined });
  }

  async createNamespace(namespace: KubeObject): Promise<void> {
    this.#watch.namespace({ type: 'apply', object: namespace as Namespace, previous: undefined });
  }

  async createPods(pods: readonly Pod[], how: NewPods): Promise<void> {
    if (how.measured) this.#meter.start();
    for (const pod of pods) this.#add(pod, how);
    // Those that are waited for are tried while they are.
    if (!how.waits) await this.#run(() => false, 'until nobody is due');
  }

  async create(object: KubeObject): Promise<void> {
    if (object.kind === 'Node') return this.createNodes([object as Node]);
    if (object.kind === 'Namespace') return this.createNamespace(object);
    if (object.kind === 'Pod') this.#add(object as Pod, { measured: false, waits: false });
    // Of all else a scheduler alone sees nothing.
  }

  async delete(object: KubeObject): Promise<void> {
    if (object.kind === 'Node') this.#watch.node({ type: 'delete', object: object as Node, previous: object as Node });
    if (object.kind === 'Pod') this.#remove(object as Pod);
  }

  pods(choice: PodChoice): readonly Pod[] {
    return [...this.#pods.values()].flatMap(({ pod }) => (chooses(choice, pod) ? [pod] : []));
  }

  async settled(choice: PodChoice, attempted: boolean): Promise<void> {
    const waited = [...this.#pods.values()].filter((known) => known.waits && chooses(choice, known.pod));
    let left = waited.length;
    const isDone = ({ pod, isBound, isTried }: KnownPod) =>
      isBound || (attempted && isTried) || !this.#pods.has(pod.metadata.uid);
    await this.#run(() => {
      // From the end: each is looked at again only until it is done.
      while (left > 0 && isDone(waited[left - 1]!)) left -= 1;
      return left === 0;
    });
    this.#meter.stop();
  }

  async sleep(milliseconds: number): Promise<void> {
    const end = this.#clock.now() + milliseconds;
    this.#clock.schedule(milliseconds, () => {});
    await this.#run(() => this.#clock.now() >= end, 'until it is over');
  }

  every(milliseconds: number, work: () => Promise<void>): () => void {
    let cancel = () => {};
    const next = () => {
      cancel = this.#clock.schedule(milliseconds, () => {
        this.#due.push(work);
        next();
      });
    };
    next();
    return () => cancel();
  }

  measure(choice: PodChoice | undefined): void {
    this.#chosen = choice;
    if (choice) this.#meter.start();
    else this.#meter.stop();
  }

  /** Pods that were waited for and have no node. */
  get leftOver(): number {
    return [...this.#pods.values()].filter(({ waits, isBound }) => waits && !isBound).length;
  }

  stop(): void {
    this.#meter.stop();
    this.#queue.stop();
  }

  #add(pod: Pod, { measured, waits }: NewPods): void {
    this.#pods.set(pod.metadata.uid, { measured, waits, pod, isBound: false, isTried: false });
    this.#watch.pod({ type: 'apply', object: pod, previous: undefined });
  }

  #remove(pod: Pod): void {
    this.#pods.delete(pod.metadata.uid);
    this.log.gone(pod.metadata.uid);
    this.#watch.pod({ type: 'delete', object: pod, previous: pod });
  }

  /** Attempts, one after the other, until it is done; or until no more pods are placed. */
  async #run(
    isDone: () => boolean,
    how: 'with patience' | 'until nobody is due' | 'until it is over' = 'with patience',
  ) {
    this.#boundAt = this.#clock.now();
    while (!isDone()) {
      const queued = this.#queue.pop();
      if (queued) this.#attempt(queued);
      else if (how === 'until nobody is due') return;
      const next = queued ? this.#clock.now() + 1 : this.#clock.next;
      if (next === undefined) return;
      if (how === 'with patience' && next > this.#boundAt + patience) return;
      this.#clock.moveTo(next);
      for (const work of this.#due.splice(0)) await work();
      if (performance.now() - this.#turnAt > turnAfter) {
        await nextTurn();
        this.#turnAt = performance.now();
      }
    }
  }

  #attempt(queued: QueuedPod): void {
    const { pod } = queued;
    const known = this.#pods.get(pod.metadata.uid)!;
    this.#nominations.showTo(pod);
    const place = () => this.#scheduler.place(pod, this.view);
    const began = performance.now();
    const placement = this.#look ? this.#look(pod, this.view, place) : place();
    const ended = performance.now();
    known.isTried = true;
    const isMeasured = known.measured || (this.#chosen !== undefined && chooses(this.#chosen, pod));
    if (isMeasured) this.#meter.took(ended - began);
    if ('node' in placement) {
      this.#bind(known, placement.node);
      if (isMeasured) this.#meter.bound(performance.now());
    } else this.#refuse(queued, placement);
  }

  #bind(known: KnownPod, node: string): void {
    const { uid } = known.pod.metadata;
    this.#nominations.forget(uid);
    this.view.setPod(known.pod, node);
    this.log.bound(known.pod, node);
    this.#queue.remove(uid);
    known.isBound = true;
    this.#boundAt = this.#clock.now();
    this.#watch.tell('PodBound');
  }

  #refuse(queued: QueuedPod, { nominate, retryOn }: Extract<Placement, { unschedulable: unknown }>): void {
    const { pod } = queued;
    const { uid } = pod.metadata;
    if (nominate === 'nowhere') this.#nominations.forget(uid);
    else if (nominate) {
      const less = this.#nominations.lessImportant(pod, nominate.node);
      for (const other of less) this.#nominations.forget(other.metadata.uid);
      const nominated = { ...pod, status: { ...pod.status, nominatedNodeName: nominate.node } } as Pod;
      this.#pods.get(uid)!.pod = nominated;
      queued.pod = nominated;
      this.#nominations.set(nominated, nominate.node);
      for (const victim of nominate.victims) this.#remove(victim);
      this.evicted += nominate.victims.length;
      for (const other of less) this.#queue.retry(other.metadata.uid);
    }
    this.#queue.refused(queued, retryOn);
  }
}
