// The suite that every Store passes, ours or a student's:
//
//   describeStore('memory', () => new MemoryStore(new RealClock()));
//
// It holds what docs/contracts/store.md promises, and lets a plain model and the store run side by side on random work.
// A store that needs files or sockets makes them in the factory and gives them back in `close`.

import { expect } from 'chai';
import fc from 'fast-check';
import { firstValueFrom, type Observable, type Subscription } from 'rxjs';
import {
  Compacted,
  Conflict,
  KeyNotFound,
  type Store,
  type Stored,
  type StoreEvent,
  TooLarge,
} from '../contracts/store.ts';
import { largestValue } from '../storage/value-size.ts';
import { RealClock } from '../time/real-clock.ts';
import { nextTurn } from '../time/turn.ts';
import { runs } from './runs.ts';

/** Real time, for how long to wait for a real store. */
const clock = new RealClock();

export interface StoreSuiteOptions {
  /** How long an event may take to arrive, in milliseconds of waiting in turns; 2000 unless told. */
  readonly patience?: number;
}

export function describeStore(
  name: string,
  make: () => Store | Promise<Store>,
  { patience = 2000 }: StoreSuiteOptions = {},
): void {
  describe(`store ${name}`, () => {
    let store: Store;
    /** Where the new store stands. */
    let origin = 0;
    const watchers: Watcher[] = [];

    beforeEach(async () => {
      store = await make();
      origin = await store.revision();
    });

    afterEach(async () => {
      for (const watcher of watchers.splice(0)) watcher.stop();
      await store.close();
    });

    const watch = (prefix: string, after: number): Watcher => {
      const watcher = new Watcher(store.watch(prefix, { after }), patience);
      watchers.push(watcher);
      return watcher;
    };

    describe('writes', () => {
      it('numbers every change, whatever the key', async () => {
        const a = await store.put('/a', { n: 1 });
        const b = await store.put('/b', { n: 1 });
        const again = await store.put('/a', { n: 2 });
        expect(b.modRevision).to.equal(a.modRevision + 1);
        expect(again).to.deep.include({ createRevision: a.modRevision, modRevision: b.modRevision + 1, version: 2 });
        expect(await store.revision()).to.equal(again.modRevision);
      });

      it('stands at a revision greater than 0 before its first change: 0 is no revision', async () => {
        const empty = await store.revision();
        expect(empty).to.be.greaterThan(0);
        expect((await store.list('/')).revision).to.equal(empty);
        expect((await store.put('/a', {})).modRevision).to.be.greaterThan(empty);
      });

      it('creates only what is not there with expect 0', async () => {
        const stored = await store.put('/a', { n: 1 }, { expect: 0 });
        const error = await failure(store.put('/a', { n: 2 }, { expect: 0 }));
        expect(error).to.be.instanceOf(Conflict);
        expect((error as Conflict).current).to.deep.equal(stored);
        expect((await store.get('/a'))?.value).to.deep.equal({ n: 1 });
      });

      it('updates only what stands where it is expected', async () => {
        const first = await store.put('/a', { n: 1 });
        await store.put('/a', { n: 2 }, { expect: first.modRevision });
        expect(await failure(store.put('/a', { n: 3 }, { expect: first.modRevision }))).to.be.instanceOf(Conflict);
        expect(await failure(store.put('/none', {}, { expect: 7 }))).to.be.instanceOf(Conflict);
        expect((await store.get('/a'))?.value).to.deep.equal({ n: 2 });
      });

      it('deletes, and gives what was there', async () => {
        const stored = await store.put('/a', { n: 1 });
        expect(await store.delete('/a')).to.deep.equal(stored);
        expect(await store.get('/a')).to.equal(undefined);
        expect(await store.revision()).to.equal(stored.modRevision + 1);
        expect(await failure(store.delete('/a'))).to.be.instanceOf(KeyNotFound);
      });

      it('deletes only what stands where it is expected', async () => {
        const first = await store.put('/a', { n: 1 });
        await store.put('/a', { n: 2 });
        expect(await failure(store.delete('/a', { expect: first.modRevision }))).to.be.instanceOf(Conflict);
        expect(await failure(store.delete('/none', { expect: 7 }))).to.be.instanceOf(Conflict);
      });

      it('starts a new life after a deletion', async () => {
        await store.put('/a', { n: 1 });
        await store.delete('/a');
        const born = await store.put('/a', { n: 2 }, { expect: 0 });
        expect(born).to.deep.include({ version: 1, createRevision: born.modRevision });
      });

      it('lets exactly one of many writers that expect the same win', async () => {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 10 }, (_, n) => store.put('/a', { n }, { expect: 0 })),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
      });

      it('takes values as large as etcd does, and no larger', async () => {
        const around = JSON.stringify({ text: '' }).length;
        // Escaped, each of these is six bytes; `ü` is two.
        const text = `\u0001\u0001ü${'x'.repeat(largestValue - around - 14)}`;
        const stored = await store.put('/a', { text });
        expect(await failure(store.put('/a', { text: `${text}x` }))).to.be.instanceOf(TooLarge);
        const refusal = await failure(store.put('/b', { parts: [text, text] }));
        expect(String(refusal)).to.equal('TooLarge: etcdserver: request is too large');
        expect(await store.get('/a')).to.deep.equal(stored);
        expect(await store.get('/b')).to.equal(undefined);
        expect(await store.revision()).to.equal(stored.modRevision);
      });

      it('keeps any JSON, and keys such as __proto__ in it', async () => {
        const value = JSON.parse('{"__proto__":{"a":1},"constructor":"x","list":[1,null,{"b":"ü😀"}],"n":1.5}');
        await store.put('/a', value);
        const back = (await store.get('/a'))?.value as object;
        expect(JSON.stringify(back)).to.equal(JSON.stringify(value));
        expect(Object.hasOwn(back, '__proto__')).to.equal(true);
      });
    });

    describe('reads', () => {
      it('gets a key as it was at a revision', async () => {
        const first = await store.put('/a', { n: 1 });
        const second = await store.put('/a', { n: 2 });
        const gone = (await store.delete('/a')) && (await store.revision());
        expect((await store.get('/a', { at: first.modRevision }))?.value).to.deep.equal({ n: 1 });
        expect((await store.get('/a', { at: second.modRevision }))?.version).to.equal(2);
        expect(await store.get('/a', { at: gone })).to.equal(undefined);
      });

      it('lists keys with a prefix in order of their code units', async () => {
        for (const key of ['/p/b', '/p/a', '/q/a', '/p/B', '/p/a/x', '/p/é']) await store.put(key, {});
        const { items, more, revision } = await store.list('/p/');
        expect(items.map(({ key }) => key)).to.deep.equal(['/p/B', '/p/a', '/p/a/x', '/p/b', '/p/é']);
        expect(more).to.equal(false);
        expect(revision).to.equal(await store.revision());
        expect(await store.count('/p/')).to.equal(5);
      });

      it('lists page by page as of one revision, whatever happens meanwhile', async () => {
        for (let n = 0; n < 7; n += 1) await store.put(`/p/${n}`, { n });
        const first = await store.list('/p/', { limit: 3 });
        expect(first.more).to.equal(true);
        await store.delete('/p/4');
        await store.put('/p/33', {});
        const at = first.revision;
        const second = await store.list('/p/', { at, limit: 3, after: '/p/2' });
        const third = await store.list('/p/', { at, limit: 3, after: '/p/5' });
        expect(second.items.map(({ key }) => key)).to.deep.equal(['/p/3', '/p/4', '/p/5']);
        expect(second.revision).to.equal(at);
        expect(third.items.map(({ key }) => key)).to.deep.equal(['/p/6']);
        expect(third.more).to.equal(false);
      });

      it('says that nothing follows when a page ends with the last key', async () => {
        await store.put('/p/1', {});
        await store.put('/p/2', {});
        await store.put('/q', {});
        expect((await store.list('/p/', { limit: 2 })).more).to.equal(false);
      });
    });

    describe('watches', () => {
      it('shows history after a revision, then what comes, without gap or repeat', async () => {
        const first = await store.put('/p/a', { n: 1 });
        await store.put('/p/a', { n: 2 });
        const watcher = watch('/p/', first.modRevision);
        await store.put('/q', {});
        await store.put('/p/b', { n: 3 });
        await store.delete('/p/a');
        expect((await watcher.take(3)).map(tell)).to.deep.equal(['put /p/a 2', 'put /p/b 3', 'delete /p/a']);
      });

      it('tells what was there before', async () => {
        const first = await store.put('/a', { n: 1 });
        const watcher = watch('/', origin);
        const second = await store.put('/a', { n: 2 });
        await store.delete('/a');
        const [born, changed, gone] = await watcher.take(3);
        expect(born).to.deep.include({ revision: first.modRevision, previous: undefined, stored: first });
        expect(changed).to.deep.include({ revision: second.modRevision, previous: first, stored: second });
        expect(gone).to.deep.include({ type: 'delete', key: '/a', previous: second });
      });

      it('never calls a watcher inside the write', async () => {
        let called = false;
        watchers.push(new Watcher(store.watch('/', { after: origin }), patience, () => (called = true)));
        await nextTurn();
        const write = store.put('/a', {});
        expect(called).to.equal(false);
        await write;
        await until(() => called, patience);
      });

      it('delivers in order to all, even when a watcher writes in its callback', async () => {
        const writer = new Watcher(store.watch('/', { after: origin }), patience, (event) => {
          if (event.type === 'put' && event.stored.key === '/a') void store.put('/b', {});
          if (event.type === 'put' && event.stored.key === '/b') void store.delete('/a');
        });
        watchers.push(writer);
        const before = watch('/', origin);
        await store.put('/a', {});
        const expected = ['put /a', 'put /b', 'delete /a'];
        const after = watch('/', origin);
        for (const watcher of [writer, before, after]) {
          expect((await watcher.take(3)).map((event) => tell(event).split(' undefined')[0])).to.deep.equal(expected);
        }
      });

      it('shows a watcher that joins from a callback its history once', async () => {
        let joined: Watcher | undefined;
        const watcher = new Watcher(
          store.watch('/', { after: origin }),
          patience,
          () => (joined ??= watch('/', origin)),
        );
        watchers.push(watcher);
        await store.put('/a', { n: 1 });
        await store.put('/b', { n: 2 });
        await watcher.take(2);
        expect((await joined?.take(2))?.map(tell)).to.deep.equal(['put /a 1', 'put /b 2']);
      });

      it('resumes after any revision', async () => {
        for (let n = 1; n <= 10; n += 1) await store.put(`/p/${n % 3}`, { n });
        const seen = await watch('/p/', origin).take(10);
        for (const [i, event] of seen.entries()) {
          const rest = await watch('/p/', event.revision).take(9 - i);
          expect(rest.map(tell)).to.deep.equal(seen.slice(i + 1).map(tell));
        }
      });

      it('waits when it is asked for what comes after a revision that is still to come', async () => {
        const { modRevision } = await store.put('/a', { n: 1 });
        const watcher = watch('/', modRevision + 1);
        await store.put('/a', { n: 2 });
        await store.put('/a', { n: 3 });
        expect((await watcher.take(1)).map(tell)).to.deep.equal(['put /a 3']);
      });

      it('says from time to time that there was nothing to see, so that a watcher can resume later', async () => {
        const { modRevision } = await store.put('/q', {});
        const progress = await firstValueFrom(store.watch('/p/', { after: modRevision - 1 }));
        expect(progress).to.deep.equal({ type: 'progress', revision: modRevision });
      });

      it('shows nothing after the subscriber has gone', async () => {
        const watcher = watch('/', origin);
        await store.put('/a', {});
        await watcher.take(1);
        watcher.stop();
        await store.put('/b', {});
        await nextTurn();
        expect(watcher.events).to.have.length(1);
      });

      it('completes when the store is closed', async () => {
        const watcher = watch('/', origin);
        await nextTurn();
        await store.close();
        await until(() => watcher.completed, patience);
      });
    });

    describe('compaction', () => {
      it('refuses reads and watches from before, and keeps everything since', async () => {
        for (let n = 1; n <= 5; n += 1) await store.put('/a', { n });
        await store.put('/b', {});
        const last = await store.revision();
        await store.compact(last - 2);
        expect(await failure(store.get('/a', { at: last - 3 }))).to.be.instanceOf(Compacted);
        expect(await failure(store.list('/', { at: last - 3 }))).to.be.instanceOf(Compacted);
        expect((await store.get('/a', { at: last - 2 }))?.value).to.deep.equal({ n: 4 });
        expect((await watch('/', last - 2).take(2)).map(tell)).to.deep.equal(['put /a 5', 'put /b undefined']);
        const late = watch('/', origin);
        await until(() => late.error !== undefined, patience);
        expect(late.error).to.be.instanceOf(Compacted);
        expect((late.error as Compacted).requested).to.equal(origin);
      });

      it('keeps what was not changed since, and does not disturb those who watch', async () => {
        await store.put('/old', { n: 1 });
        const watcher = watch('/', origin);
        await store.put('/a', { n: 2 });
        await store.delete('/a');
        await watcher.take(3);
        await store.compact(await store.revision());
        await store.put('/b', { n: 3 });
        expect((await store.list('/')).items.map(({ key }) => key)).to.deep.equal(['/b', '/old']);
        expect((await watcher.take(4)).map(tell).at(-1)).to.equal('put /b 3');
        expect(watcher.error).to.equal(undefined);
      });
    });

    describe('time to live', () => {
      /** What a snapshot says is left of it, in seconds; undefined: the key stays. */
      const left = async (key: string): Promise<number | undefined> => {
        for await (const item of store.snapshot()) if (item.key === key) return item.ttl;
        throw new Error(`${key} is not there`);
      };

      it('counts anew with each put, and ends with one that says none', async () => {
        await store.put('/a', { n: 1 }, { ttl: 1000 });
        expect(await left('/a')).to.be.greaterThan(900);
        await store.put('/a', { n: 2 }, { ttl: 5000 });
        expect(await left('/a')).to.be.greaterThan(4500);
        await store.put('/a', { n: 3 });
        expect(await left('/a')).to.equal(undefined);
      });

      it('stays as it was when a put is refused, and does not outlive its key', async () => {
        const stored = await store.put('/a', { n: 1 }, { ttl: 1000 });
        expect(await failure(store.put('/a', { n: 2 }, { expect: 0 }))).to.be.instanceOf(Conflict);
        expect(await left('/a')).to.be.greaterThan(900);
        await store.delete('/a', { expect: stored.modRevision });
        await store.put('/a', { n: 3 }, { expect: 0 });
        expect(await left('/a')).to.equal(undefined);
      });
    });

    describe('snapshot and restore', () => {
      it('moves everything into an empty store, with keys, values and order', async () => {
        for (const key of ['/b', '/a', '/c']) await store.put(key, { key });
        await store.delete('/c');
        const items: Stored[] = [];
        for await (const item of store.snapshot()) items.push(item);
        expect(items.map(({ key }) => key)).to.deep.equal(['/a', '/b']);
        const other = await make();
        try {
          await other.restore(items);
          expect((await other.list('/')).items.map(({ value }) => value)).to.deep.equal([{ key: '/a' }, { key: '/b' }]);
          const restored = await other.revision();
          expect(restored).to.be.at.least(Math.max(...items.map(({ modRevision }) => modRevision)));
          expect((await other.put('/d', {})).modRevision).to.be.greaterThan(restored);
        } finally {
          await other.close();
        }
      });
    });

    it('agrees with a plain model on random work, and every watcher with the store', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(operation, { maxLength: 60 }), async (operations) => {
          const own = await make();
          try {
            await agree(own, operations, patience);
          } finally {
            await own.close();
          }
        }),
        runs(40),
      );
    });
  });
}

type Operation =
  | { readonly do: 'put' | 'create' | 'delete'; readonly key: string; readonly n: number }
  | { readonly do: 'watch'; readonly key: string; readonly n: number }
  | { readonly do: 'compact' | 'settle'; readonly key: string; readonly n: number };

const operation: fc.Arbitrary<Operation> = fc.record({
  do: fc.constantFrom('put', 'put', 'create', 'delete', 'watch', 'compact', 'settle'),
  key: fc.constantFrom('/p/a', '/p/b', '/p/c', '/q/a', '/q/b'),
  n: fc.nat(100),
}) as fc.Arbitrary<Operation>;

/** Carries the operations out on the store and on a Map; then both, and every watcher's picture, must be the same. */
async function agree(store: Store, operations: readonly Operation[], patience: number): Promise<void> {
  const model = new Map<string, number>();
  const views: { readonly watcher: Watcher; readonly picture: Map<string, number>; readonly prefix: string }[] = [];
  for (const { do: what, key, n } of operations) {
    if (what === 'put') {
      await store.put(key, { n });
      model.set(key, n);
    } else if (what === 'create') {
      const outcome = await failure(store.put(key, { n }, { expect: 0 }));
      expect(outcome instanceof Conflict).to.equal(model.has(key));
      if (!outcome) model.set(key, n);
    } else if (what === 'delete') {
      const outcome = await failure(store.delete(key));
      expect(outcome instanceof KeyNotFound).to.equal(!model.delete(key));
    } else if (what === 'watch') {
      const prefix = key.slice(0, 3);
      const page = await store.list(prefix);
      const picture = new Map(page.items.map((item) => [item.key, (item.value as { n: number }).n]));
      views.push({ watcher: new Watcher(store.watch(prefix, { after: page.revision }), patience), picture, prefix });
    } else if (what === 'compact') {
      await store.compact((await store.revision()) - (n % 5));
    } else {
      await nextTurn();
    }
  }
  const { items } = await store.list('/');
  expect(items.map((item) => [item.key, (item.value as { n: number }).n])).to.deep.equal([...model].sort());
  for (const { watcher, picture, prefix } of views) {
    const wanted = [...model].filter(([key]) => key.startsWith(prefix)).sort();
    await until(() => {
      for (const event of watcher.events.splice(0)) {
        if (event.type === 'put') picture.set(event.stored.key, (event.stored.value as { n: number }).n);
        if (event.type === 'delete') picture.delete(event.key);
      }
      return JSON.stringify([...picture].sort()) === JSON.stringify(wanted);
    }, patience);
    watcher.stop();
  }
}

type Change = Exclude<StoreEvent, { type: 'progress' }>;

const tell = (event: Change): string =>
  event.type === 'put' ? `put ${event.stored.key} ${(event.stored.value as { n?: number }).n}` : `delete ${event.key}`;

/** Collects what a watch shows. */
class Watcher {
  readonly events: Change[] = [];
  completed = false;
  error: unknown;
  readonly #subscription: Subscription;
  readonly #patience: number;

  constructor(stream: Observable<StoreEvent>, patience: number, onEvent: (event: Change) => void = () => undefined) {
    this.#patience = patience;
    this.#subscription = stream.subscribe({
      next: (event) => {
        if (event.type === 'progress') return;
        this.events.push(event);
        onEvent(event);
      },
      error: (error) => {
        this.error = error;
      },
      complete: () => {
        this.completed = true;
      },
    });
  }

  /** The first so many events, once they are there; revisions must grow. */
  async take(count: number): Promise<Change[]> {
    await until(() => this.events.length >= count || this.error !== undefined, this.#patience);
    const revisions = this.events.map(({ revision }) => revision);
    expect(revisions).to.deep.equal([...new Set(revisions)].sort((a, b) => a - b));
    return this.events.slice(0, count);
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }
}

/** Waits turn by turn; real stores answer from disks and sockets. */
async function until(condition: () => boolean, patience: number): Promise<void> {
  const end = clock.now() + patience;
  while (!condition()) {
    if (clock.now() > end) throw new Error(`not within ${patience} ms: ${condition}`);
    await nextTurn();
  }
}

/** The error of a promise that fails; undefined if it does not. */
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
