// ControllerRunner: makes a Controller run. Changes become keys, keys wait in a work queue, workers take them.
//
//   const runner = new ControllerRunner({ client, controller, clock, random });
//   await runner.start();                 the controller's informers are synced, its workers run
//   await runner.stop();                  no watch, timer or worker is left
//
// What comes of a key:  done            its back-off is forgotten
//                       again(ms)       it is looked at again then
//                       ApiError        5 ms, 10 ms, ... later, as everything in a cluster fails now and then
//                       anything else   the same, and `onBug` is told: the controller is wrong, not the world

import type { Subscription } from 'rxjs';
import type { Part } from '../cluster/part.ts';
import type { ApiClient } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Change, Controller, Informer, InformerOptions, Informers, Source } from '../contracts/controller.ts';
import type { Random } from '../contracts/random.ts';
import type { KubeObject } from '../model/meta.ts';
import type { ResourceHandle } from '../model/resource.ts';
import { ApiError } from '../model/status.ts';
import { SharedInformers } from '../streams/shared-informers.ts';
import { WorkQueue } from './work-queue.ts';

export interface ControllerRunnerOptions {
  readonly client: ApiClient;
  readonly controller: Controller;
  readonly clock: Clock;
  readonly random: Random;
  /** The informers of a component that has several controllers; the runner's own unless told. */
  readonly informers?: Informers;
  /** An exception that is no ApiError. `key` is absent when a source threw it. Written to the console unless told. */
  readonly onBug?: (error: unknown, key?: string) => void;
  /** An ApiError that will be retried; silent unless told. */
  readonly onRetry?: (error: ApiError, key: string) => void;
  /** A list or watch that failed and will be tried again; silent unless told. */
  readonly onTrouble?: (error: unknown) => void;
}

/** Milliseconds that a reconcile has to end once its signal is aborted. */
const patience = 5000;

export class ControllerRunner implements Part {
  readonly #options: ControllerRunnerOptions;
  readonly #queue: WorkQueue;
  readonly #ending = new AbortController();
  readonly #own: SharedInformers | undefined;
  readonly #subscriptions: Subscription[] = [];
  readonly #handling = new Set<string>();
  #workers: Promise<void>[] = [];
  #stopped: Promise<void> | undefined;

  constructor(options: ControllerRunnerOptions) {
    this.#options = options;
    const { client, clock, random, controller, onTrouble } = options;
    this.#queue = new WorkQueue(clock);
    if (!options.informers) {
      this.#own = new SharedInformers(client, clock, random.fork(`informers of ${controller.name}`), onTrouble);
    }
  }

  /** Whether all keys known so far are handled (those that wait for a later time aside). */
  get isIdle(): boolean {
    return this.#queue.isIdle;
  }

  /** Comes back when the informers show the cluster and the workers run. Waits as long as the API is out of reach. */
  async start(): Promise<void> {
    const { controller } = this.#options;
    try {
      const asked = new Set<Informer>();
      const sources = controller.sources(this.#remembering(asked));
      for (const source of sources) this.#listen(source);
      const synced = [...asked].map((informer) => informer.whenSynced());
      await Promise.race([Promise.all(synced), aborted(this.#ending.signal)]);
    } catch (error) {
      const stopped = this.#ending.signal.aborted;
      await this.stop();
      if (stopped) return;
      throw error;
    }
    const count = controller.workers ?? 1;
    this.#workers = Array.from({ length: count }, () => this.#work());
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    this.#ending.abort(new Error(`controller ${this.#options.controller.name} stops`));
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#queue.end();
    this.#own?.stop();
    await this.#workersEnded();
    await this.#options.controller.stop?.();
  }

  /** Waits for what is under way, but not for ever for a reconcile that does not heed its signal. */
  async #workersEnded(): Promise<void> {
    const { clock, controller } = this.#options;
    let cancel = () => {};
    const late = new Promise<boolean>((resolve) => {
      cancel = clock.schedule(patience, () => resolve(true));
    });
    const isLate = await Promise.race([Promise.all(this.#workers).then(() => false), late]);
    cancel();
    if (isLate) {
      const held = [...this.#handling].join(', ');
      this.#bug(new Error(`${controller.name} did not end within ${patience} ms of stop(); still at ${held}`));
    }
  }

  #remembering(asked: Set<Informer>): Informers {
    const informers = this.#options.informers ?? this.#own!;
    return {
      of<T extends KubeObject>(resource: ResourceHandle<T>, options?: InformerOptions<T>): Informer<T> {
        const informer = informers.of(resource, options);
        asked.add(informer as unknown as Informer);
        return informer;
      },
    };
  }

  #listen({ informer, keys }: Source): void {
    const take = (change: Change) => {
      try {
        for (const key of keys(change)) this.#queue.add(key);
      } catch (error) {
        this.#bug(error);
      }
    };
    this.#subscriptions.push(informer.changes.subscribe(take));
  }

  async #work(): Promise<void> {
    for (let key = await this.#queue.next(); key !== undefined; key = await this.#queue.next()) {
      this.#handling.add(key);
      await this.#handle(key);
      this.#handling.delete(key);
      this.#queue.done(key);
    }
  }

  async #handle(key: string): Promise<void> {
    try {
      const { requeueAfter } = await this.#options.controller.reconcile(key, this.#ending.signal);
      this.#queue.forget(key);
      if (requeueAfter !== undefined) this.#queue.addAfter(key, requeueAfter);
    } catch (error) {
      // Whatever fails because we end is no news.
      if (this.#ending.signal.aborted) return;
      if (error instanceof ApiError) this.#options.onRetry?.(error, key);
      else this.#bug(error, key);
      this.#queue.addRateLimited(key);
    }
  }

  #bug(error: unknown, key?: string): void {
    const { onBug, controller } = this.#options;
    if (onBug) return onBug(error, key);
    const where = key === undefined ? 'in its sources' : `at ${key}`;
    console.error(`controller ${controller.name} failed ${where}; this is a bug in the controller:`, error);
  }
}

/** Rejects with the signal's reason when it is aborted. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
