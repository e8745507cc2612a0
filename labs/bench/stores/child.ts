// The process of one store: does what the parent asks, one thing after the other, and answers with numbers. Started with
// --expose-gc: memory is measured when nothing is left to be collected.

import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { WatchCaches } from '../../../core/api/watch-cache.ts';
import { Pods } from '../../../core/model/pod.ts';
import { type Name, type Open, open, processorTime, residentBytes } from './contestants.ts';
import { deliver, fill, gets, lists, writes } from './tasks.ts';
import { type Kind, namespacePrefix, Values } from './values.ts';

/** What is asked; `seconds`: for how long. */
export type Task =
  | { readonly do: 'open' | 'restart' | 'memory' | 'end' }
  | { readonly do: 'write'; readonly kind: Kind; readonly clients: number; readonly seconds: number }
  | {
      readonly do: 'get';
      readonly kind: Kind;
      readonly among: number;
      readonly clients: number;
      readonly seconds: number;
    }
  | { readonly do: 'list'; readonly seconds: number }
  | { readonly do: 'deliver'; readonly rate: number; readonly seconds: number }
  | { readonly do: 'fill'; readonly kind: Kind; readonly count: number };

/** `rate`: calls a second; `processor`: microseconds of processor time; else milliseconds or bytes. */
export type Numbers = Readonly<Record<string, number>>;

class StoreProcess {
  readonly #name: Name;
  readonly #folder: string;
  readonly #values: Values;
  #opened: Open | undefined;

  constructor(name: Name, folder: string, values: Values) {
    this.#name = name;
    this.#folder = folder;
    this.#values = values;
  }

  get #open(): Open {
    if (!this.#opened) throw new Error('the store is not open');
    return this.#opened;
  }

  async carryOut(task: Task): Promise<Numbers> {
    switch (task.do) {
      case 'open':
        return this.#start(() => open(this.#name, this.#folder));
      case 'restart': {
        const closed = await this.#open.close();
        return this.#start(closed);
      }
      case 'write':
        return this.#rate(task.seconds, (store) => writes(store, this.#values, task.kind, task.clients, task.seconds));
      case 'get':
        return this.#rate(task.seconds, (store) => gets(store, task.kind, task.among, task.clients, task.seconds));
      case 'list':
        return this.#rate(task.seconds, (store) => lists(store, task.seconds));
      case 'deliver':
        return { ...(await deliver(this.#open.store, this.#values, task.rate, task.seconds)) };
      case 'fill': {
        const before = processorTime(this.#open.server);
        const filled = await fill(this.#open.store, this.#values, task.kind, task.count);
        return { ...filled, processor: processorTime(this.#open.server) - before };
      }
      case 'memory':
        return this.#memory();
      case 'end':
        await this.#opened?.end();
        this.#opened = undefined;
        return {};
    }
  }

  /** Milliseconds from the beginning: until it is open, until a namespace is listed, until the API has all pods. */
  async #start(begin: () => Promise<Open>): Promise<Numbers> {
    const start = performance.now();
    const before = processorTime(undefined);
    this.#opened = await begin();
    const { store } = this.#opened;
    const opened = performance.now() - start;
    await store.list(namespacePrefix(0));
    const listed = performance.now() - start;
    const caches = new WatchCaches(store);
    await caches.of(Pods);
    const cached = performance.now() - start;
    caches.stop();
    return { opened, listed, cached, processor: processorTime(undefined) - before };
  }

  async #rate(seconds: number, work: (store: Open['store']) => Promise<number>): Promise<Numbers> {
    const { store, server } = this.#open;
    const before = processorTime(server);
    const rate = await work(store);
    return { rate, processor: (processorTime(server) - before) / (rate * seconds) };
  }

  #memory(): Numbers {
    // What has a finalizer is collected in the second round.
    for (let times = 0; times < 3; times += 1) globalThis.gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    const { server } = this.#open;
    return {
      heap: heapUsed + external,
      resident: rss,
      server: server ? residentBytes(server) : 0,
      disk: bytesOf(this.#folder),
    };
  }
}

/** Until the parent says `end`. */
export async function runStoreProcess(name: Name, folder: string): Promise<void> {
  const child = new StoreProcess(name, folder, await Values.make());
  process.on('message', async (task: Task) => {
    const answer = await child.carryOut(task).then(
      (numbers) => ({ numbers }),
      (error: Error) => ({ refused: error.stack }),
    );
    process.send?.(answer);
    if (task.do === 'end') process.disconnect();
  });
  process.once('disconnect', () => void child.carryOut({ do: 'end' }).finally(() => process.exit()));
  process.send?.({ numbers: {} });
}

/** What a folder takes on the disk: a file with holes takes less than it is long. */
function bytesOf(folder: string): number {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((name) => name.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).blocks * 512, 0);
}
