// The clients checked: a store with one fault in it, of the kind that stores have had, is found out within a few histories.

import { expect } from 'chai';
import { filter, map, type Observable } from 'rxjs';
import type { Guard, PutOptions, ReadOptions, Store, Stored, StoreEvent } from '../../core/contracts/store.ts';
import { checkHistory } from '../../core/testing/history/check-history.ts';
import { recordHistory } from '../../core/testing/history/describe-history.ts';
import type { Entry } from '../../core/testing/history/record.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { MemoryStore } from './memory-store.ts';

/** What is planted, and the promise that it breaks. */
interface Fault {
  readonly promise: string;
  plant(store: MemoryStore, sometimes: () => boolean): Partial<Store>;
}

const events = (change: (stream: Observable<StoreEvent>, sometimes: () => boolean) => Observable<StoreEvent>) => ({
  plant: (store: MemoryStore, sometimes: () => boolean): Partial<Store> => ({
    watch: (prefix, options) => change(store.watch(prefix, options), sometimes),
  }),
});

const faults: Readonly<Record<string, Fault>> = {
  'acknowledges a write that it does not make': {
    promise: 'linearizable',
    plant: (store, sometimes) => ({
      async put(key: string, value: object, options?: PutOptions): Promise<Stored> {
        if (!sometimes()) return store.put(key, value, options);
        const revision = (await store.revision()) + 1;
        return { key, value, createRevision: revision, modRevision: revision, version: 1 };
      },
    }),
  },
  'refuses a write and makes it': {
    promise: 'real',
    plant: (store, sometimes) => ({
      async put(key: string, value: object, options?: PutOptions): Promise<Stored> {
        const stored = await store.put(key, value, options);
        if (sometimes()) throw new Error('the disk is full');
        return stored;
      },
    }),
  },
  'does not look at the guard': {
    promise: 'linearizable',
    plant: (store) => ({
      put: (key: string, value: object) => store.put(key, value),
      delete: (key: string, _: Guard = {}) => store.delete(key),
    }),
  },
  'reads from a copy that is behind': {
    promise: 'linearizable',
    plant: (store, sometimes) => ({
      async get(key: string, options?: ReadOptions): Promise<Stored | undefined> {
        const now = await store.revision();
        const stored = await store.get(key, options);
        if (!sometimes() || options?.at !== undefined) return stored;
        return store.get(key, { at: Math.max(1, now - 3) }).catch(() => stored);
      },
    }),
  },
  'reads the present where the past was asked for': {
    promise: 'snapshot',
    plant: (store) => ({ get: (key: string) => store.get(key) }),
  },
  'counts one more': {
    promise: 'snapshot',
    plant: (store) => ({ count: async (prefix: string) => (await store.count(prefix)) + 1 }),
  },
  'leaves out events': {
    promise: 'reliable',
    ...events((stream, sometimes) => stream.pipe(filter((event) => event.type === 'progress' || !sometimes()))),
  },
  'forgets what was there before': {
    promise: 'previous',
    ...events((stream) =>
      stream.pipe(map((event) => (event.type === 'put' ? { ...event, previous: undefined } : event))),
    ),
  },
  'begins a watch one change late': {
    promise: 'resumable',
    plant: (store) => ({ watch: (prefix, { after }) => store.watch(prefix, { after: after + 1 }) }),
  },
  'begins a watch one change early': {
    promise: 'resumable',
    plant: (store) => ({ watch: (prefix, { after }) => store.watch(prefix, { after: Math.max(1, after - 1) }) }),
  },
  'compacts more than it was asked to': {
    promise: 'compaction',
    plant: (store) => ({ compact: async () => store.compact(await store.revision()) }),
  },
  'does not compact': {
    promise: 'compaction',
    plant: () => ({ compact: async () => {} }),
  },
};

describe('the history checker and its clients', () => {
  for (const [name, { promise, plant }] of Object.entries(faults)) {
    it(`find a store that ${name}`, async () => {
      const broken = new Set<string>();
      for (let seed = 1; seed <= 10 && !broken.has(promise); seed += 1) {
        const random = new SeededRandom(`fault ${seed}`);
        const store = new MemoryStore(new VirtualClock());
        const faulty = planted(
          store,
          plant(store, () => random.int(10) === 0),
        );
        const record: Entry[] = [];
        const world = { open: async () => faulty, hasNotHappened: () => true, end: () => store.close() };
        await recordHistory(world, [], random, record, { patience: 50 });
        await world.end();
        for (const violation of checkHistory(record)) broken.add(violation.promise);
      }
      expect([...broken]).to.include(promise);
    });
  }
});

/** The store, with some of its methods replaced. */
const planted = (store: MemoryStore, replaced: Partial<Store>): Store =>
  new Proxy<Store>(store, {
    get(_, name) {
      const method = Reflect.get(replaced, name) ?? Reflect.get(store, name);
      return typeof method === 'function' ? method.bind(store) : method;
    },
  });
