// Scheduling queue: pods that wait for a node, in Kubernetes' three rooms (pkg/scheduler/backend/queue).
//   active          to be tried now, higher priority first, then whoever came first
//   back-off        to be tried when its time has come: 1 s, 2 s, 4 s, ... 10 s
//   unschedulable   refused; waits for something in the cluster to change, or for five minutes
// Pods with scheduling gates wait outside until the last gate is gone.
// Always true: a pod is in one room at most, or out being tried; a pod removed never comes out; what changes in the
// cluster while a pod is being tried is not lost on it.

import type { Cancel, Clock } from '../contracts/clock.ts';
import type { ClusterEvent } from '../contracts/scheduler.ts';
import type { Pod } from '../model/pod.ts';
import { Heap } from '../time/heap.ts';

export interface QueueOptions {
  /** Milliseconds of the first back-off, and the most it grows to. */
  readonly initialBackoff: number;
  readonly maxBackoff: number;
  /** Milliseconds after which a refused pod is tried again although nothing changed. */
  readonly flushAfter: number;
}

const kubernetes: QueueOptions = { initialBackoff: 1000, maxBackoff: 10_000, flushAfter: 300_000 };

type Room = 'active' | 'backoff' | 'unschedulable' | 'gated' | 'out';

/** A pod on its way to a node. */
export interface QueuedPod {
  pod: Pod;
  /** How often it was tried. */
  attempts: number;
  room: Room;
  /** When it came; earlier ones go first among equals. */
  readonly order: number;
  /** When the last attempt ended, in milliseconds. */
  triedAt: number;
  /** How many changes of the cluster there had been when the attempt began. */
  changesSeen: number;
  /** What can make it fit, once it was refused. */
  retryOn?: readonly ClusterEvent[] | undefined;
}

/** Where a pod waits, as it is told to people. */
export interface Waiting {
  readonly room: Room;
  /** When it is tried whatever happens, in milliseconds; undefined: it is being tried, or does not wait for a time. */
  readonly until?: number;
  readonly retryOn?: readonly ClusterEvent[];
}

/** An entry of a heap; worth nothing once its pod has left the room. */
interface Place {
  readonly queued: QueuedPod;
  readonly at: number;
}

export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #options: QueueOptions;
  readonly #pods = new Map<string, QueuedPod>();
  readonly #refused = new Set<QueuedPod>();
  readonly #active = new Heap<QueuedPod>((a, b) => {
    const difference = (b.pod.spec.priority ?? 0) - (a.pod.spec.priority ?? 0);
    return difference < 0 || (difference === 0 && a.order < b.order);
  });
  readonly #waiting = new Heap<Place>((a, b) => a.at < b.at || (a.at === b.at && a.queued.order < b.queued.order));
  #order = 0;
  #changes = 0;
  #wake: (() => void) | undefined;
  #alarm: { readonly at: number; readonly cancel: Cancel } | undefined;

  constructor(clock: Clock, options: Partial<QueueOptions> = {}) {
    this.#clock = clock;
    this.#options = { ...kubernetes, ...options };
  }

  /** How many pods wait, gated ones included, those out being tried not. */
  get size(): number {
    let count = 0;
    for (const { room } of this.#pods.values()) if (room !== 'out') count += 1;
    return count;
  }

  /** Undefined: it does not wait for a node. */
  find(uid: string): Waiting | undefined {
    const queued = this.#pods.get(uid);
    if (!queued) return undefined;
    const { room, triedAt, attempts, retryOn } = queued;
    if (room === 'backoff') return { room, until: triedAt + this.#backoff(attempts) };
    if (room === 'unschedulable')
      return { room, until: triedAt + this.#options.flushAfter, ...(retryOn && { retryOn }) };
    return { room };
  }

  /** A pending pod appeared or changed. */
  set(pod: Pod): void {
    const known = this.#pods.get(pod.metadata.uid);
    const queued: QueuedPod = known ?? {
      pod,
      attempts: 0,
      room: 'gated',
      order: this.#order++,
      triedAt: 0,
      changesSeen: 0,
    };
    const changed = !known || !asksForTheSame(known.pod, pod);
    queued.pod = pod;
    this.#pods.set(pod.metadata.uid, queued);
    if (isGated(pod)) queued.room = queued.room === 'out' ? 'out' : 'gated';
    else if (queued.room === 'gated' || (changed && queued.room === 'unschedulable')) this.#admit(queued);
  }

  /** The pod is placed, gone, or not ours any more. */
  remove(uid: string): void {
    const queued = this.#pods.get(uid);
    if (!queued) return;
    queued.room = 'out';
    this.#refused.delete(queued);
    this.#pods.delete(uid);
  }

  /** The next pod to try, taken out; undefined when none is due. Give it back by `refused` or `failed`, or `remove` it. */
  pop(): QueuedPod | undefined {
    for (let next = this.#active.pop(); next; next = this.#active.pop()) {
      if (next.room !== 'active') continue;
      next.room = 'out';
      next.attempts += 1;
      next.changesSeen = this.#changes;
      return next;
    }
    return undefined;
  }

  /**
   * No node took the pod: it waits for the cluster to change.
   * @param retryOn what can help (Kubernetes: QueueingHints); anything unless told
   */
  refused(queued: QueuedPod, retryOn?: readonly ClusterEvent[]): void {
    if (!this.#comesBack(queued)) return;
    queued.retryOn = retryOn;
    if (queued.changesSeen !== this.#changes) return this.#admit(queued);
    queued.room = 'unschedulable';
    this.#refused.add(queued);
    this.#waitUntil(queued, this.#clock.now() + this.#options.flushAfter);
  }

  /** The attempt went wrong (a binding refused, an exception): again after a while. */
  failed(queued: QueuedPod): void {
    if (this.#comesBack(queued)) this.#admit(queued);
  }

  /** Something changed: the refused pods that it may help are tried again, each after its back-off; `except` is not. */
  clusterChanged(event?: ClusterEvent, except?: QueuedPod): void {
    this.#changes += 1;
    if (except) except.changesSeen += 1;
    for (const queued of [...this.#refused])
      if (!event || !queued.retryOn || queued.retryOn.includes(event)) this.#admit(queued);
  }

  /** This one refused pod is tried again, after its back-off. */
  retry(uid: string): void {
    const queued = this.#pods.get(uid);
    if (queued?.room === 'unschedulable') this.#admit(queued);
  }

  /** Resolves when `pop` may have something. */
  async whenReady(): Promise<void> {
    if (this.#active.size > 0) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Wakes whoever waits, for the last time, and gives back the timer. */
  stop(): void {
    this.#alarm?.cancel();
    this.#alarm = undefined;
    this.#pods.clear();
    this.#refused.clear();
    this.#wake?.();
  }

  #comesBack(queued: QueuedPod): boolean {
    queued.triedAt = this.#clock.now();
    return this.#pods.get(queued.pod.metadata.uid) === queued;
  }

  /** To the active room, or first through its back-off. */
  #admit(queued: QueuedPod): void {
    this.#refused.delete(queued);
    const ready = queued.attempts === 0 ? 0 : queued.triedAt + this.#backoff(queued.attempts);
    if (ready > this.#clock.now()) {
      queued.room = 'backoff';
      this.#waitUntil(queued, ready);
      return;
    }
    queued.room = 'active';
    this.#active.push(queued);
    this.#wake?.();
    this.#wake = undefined;
  }

  #backoff(attempts: number): number {
    return Math.min(this.#options.initialBackoff * 2 ** (attempts - 1), this.#options.maxBackoff);
  }

  #waitUntil(queued: QueuedPod, at: number): void {
    this.#waiting.push({ queued, at });
    this.#setAlarm();
  }

  /** One alarm for all who wait: the earliest. */
  #setAlarm(): void {
    const next = this.#waiting.peek();
    if (!next || (this.#alarm && this.#alarm.at <= next.at)) return;
    this.#alarm?.cancel();
    this.#alarm = { at: next.at, cancel: this.#clock.schedule(next.at - this.#clock.now(), () => this.#ring()) };
  }

  #ring(): void {
    this.#alarm = undefined;
    for (let next = this.#waiting.peek(); next && next.at <= this.#clock.now(); next = this.#waiting.peek()) {
      this.#waiting.pop();
      if (next.queued.room === 'backoff' || next.queued.room === 'unschedulable') this.#admit(next.queued);
    }
    this.#setAlarm();
  }
}

const isGated = (pod: Pod): boolean => (pod.spec.schedulingGates?.length ?? 0) > 0;

/** Whether nothing that a scheduler looks at differs; the pod's status, which we write ourselves, does not count. */
function asksForTheSame(a: Pod, b: Pod): boolean {
  const same = (one: unknown, other: unknown) => one === other || JSON.stringify(one) === JSON.stringify(other);
  return same(a.spec, b.spec) && same(a.metadata.labels, b.metadata.labels);
}
