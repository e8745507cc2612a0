// Scheduling state: what the parts of the scheduler loop share. The cluster as it is seen, who waits in which room, for whom
// room is being made, and the work that is on its way.

import type { ApiClient } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import type { EventRecorder } from '../control/event-recorder.ts';
import type { Pod } from '../model/pod.ts';
import { Attempts } from './attempts.ts';
import { Journal } from './journal.ts';
import { Nominations } from './nominations.ts';
import { type QueuedPod, SchedulingQueue } from './queue.ts';
import { Snapshot } from './snapshot.ts';
import { reportUnschedulable } from './verdicts.ts';

export interface StateParts {
  readonly client: ApiClient;
  readonly recorder: Pick<EventRecorder, 'event'>;
  readonly clock: Clock;
  readonly onBug?: (error: unknown) => void;
}

export class SchedulingState {
  readonly parts: StateParts;
  /** How the snapshot was before; what was tried: for those who ask why. */
  readonly journal = new Journal();
  readonly attempts = new Attempts();
  /** Since when they are kept, in milliseconds. */
  readonly since: number;
  readonly snapshot = new Snapshot(undefined, this.journal);
  readonly nominations = new Nominations(this.snapshot);
  readonly queue: SchedulingQueue;
  /** What is on its way to the API: bindings, evictions, conditions. */
  readonly writes = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  readonly onBug: (error: unknown) => void;

  constructor(parts: StateParts) {
    this.parts = parts;
    this.since = parts.clock.now();
    this.queue = new SchedulingQueue(parts.clock);
    this.onBug = parts.onBug ?? console.error;
  }

  /** Aborted once the loop stops. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  stop(): void {
    this.#abort.abort();
    this.queue.stop();
  }

  /** Keeps hold of work until it is done. */
  track(work: Promise<void>): void {
    const tracked: Promise<void> = work.catch(this.onBug).finally(() => this.writes.delete(tracked));
    this.writes.add(tracked);
  }

  /** Something went wrong: said on the pod, and tried again after a while. */
  fail(queued: QueuedPod, message: string): void {
    this.nominations.forget(queued.pod.metadata.uid);
    this.queue.failed(queued);
    this.track(this.tell(queued.pod, 'SchedulerError', message, ''));
  }

  /**
   * An event and a condition that say why the pod is on no node.
   * @param nominated where room is being made for it; '': nowhere; undefined: as before
   */
  async tell(pod: Pod, reason: 'Unschedulable' | 'SchedulerError', message: string, nominated?: string): Promise<void> {
    const { client, recorder, clock } = this.parts;
    recorder.event(pod, 'Warning', 'FailedScheduling', message, 'Scheduling');
    await reportUnschedulable(client, pod, reason, message, clock, nominated);
  }
}

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
