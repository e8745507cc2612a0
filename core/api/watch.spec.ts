// Watches above the watch cache: whatever is written, whoever comes, goes and comes back, and whatever is compacted, each
// watcher's picture ends up as the store's.

import { expect } from 'chai';
import fc from 'fast-check';
import { firstValueFrom, type Subscription, toArray } from 'rxjs';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import type { ApiEvent, Selection, WatchOptions } from '../contracts/api-client.ts';
import { builtinResources } from '../model/index.ts';
import { type KubeObject, keyOf } from '../model/meta.ts';
import { type Pod, Pods } from '../model/pod.ts';
import type { ApiError } from '../model/status.ts';
import { runs } from '../testing/runs.ts';
import { SeededRandom } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { Api } from './api.ts';
import { standardAuthorizers } from './authorizers.ts';
import { EventRing } from './event-ring.ts';
import { LocalApiClient } from './local-api-client.ts';

const me = { name: 'me', groups: ['system:masters'] };

class Bench {
  readonly clock = new VirtualClock();
  readonly store = new MemoryStore(this.clock);
  api = this.#api();
  client = new LocalApiClient(this.api, me);

  #api(): Api {
    const { store, clock } = this;
    const random = new SeededRandom(1);
    return new Api({
      store,
      resources: builtinResources,
      admission: [],
      authorizers: standardAuthorizers(),
      clock,
      random,
    });
  }

  /** Another API server on the same store, which remembers nothing. */
  restart(): void {
    this.api.stop();
    this.api = this.#api();
    this.client = new LocalApiClient(this.api, me);
  }

  async close(): Promise<void> {
    this.api.stop();
    await this.store.close();
  }
}

/** A client that keeps a picture of the pods it selects, and comes back when its watch ends, as kubectl and informers do. */
class Picture {
  readonly pods = new Map<string, string>();
  readonly #bench: Bench;
  readonly #selection: Selection;
  readonly #namespace: string | undefined;
  #revision: string | undefined;
  #subscription: Subscription | undefined;

  constructor(bench: Bench, namespace: string | undefined, selection: Selection) {
    this.#bench = bench;
    this.#namespace = namespace;
    this.#selection = selection;
  }

  async connect(): Promise<void> {
    this.#subscription?.unsubscribe();
    const all = this.#bench.client.of(Pods);
    const pods = this.#namespace ? all.in(this.#namespace) : all;
    if (this.#revision === undefined) {
      const list = await pods.list(this.#selection);
      this.pods.clear();
      for (const pod of list.items) this.pods.set(keyOf(pod), said(pod));
      this.#revision = list.metadata.resourceVersion;
    }
    this.#subscription = pods
      .watch({ ...this.#selection, resourceVersion: this.#revision, allowWatchBookmarks: true })
      .subscribe({
        next: (event) => this.#take(event),
        error: (error: ApiError) => {
          expect(error.code).to.equal(410);
          this.#revision = undefined;
        },
      });
  }

  /** Whether it has to be connected again: its watch ended. */
  get isOut(): boolean {
    return this.#revision === undefined || this.#subscription?.closed !== false;
  }

  disconnect(): void {
    this.#subscription?.unsubscribe();
  }

  #take({ type, object }: ApiEvent<Pod>): void {
    expect(Number(object.metadata.resourceVersion)).to.be.at.least(Number(this.#revision));
    this.#revision = object.metadata.resourceVersion;
    if (type === 'BOOKMARK') return;
    const key = keyOf(object);
    expect(this.pods.has(key), `${type} ${key}`).to.equal(type !== 'ADDED');
    if (type === 'DELETED') this.pods.delete(key);
    else this.pods.set(key, said(object));
  }
}

const said = (pod: KubeObject): string =>
  JSON.stringify([pod.metadata.labels ?? {}, (pod as Pod).spec.nodeName, pod.metadata.annotations ?? {}]);

const selections: readonly (readonly [string | undefined, Selection])[] = [
  [undefined, {}],
  ['a', {}],
  [undefined, { labelSelector: 'app=x' }],
  [undefined, { fieldSelector: 'spec.nodeName=n1' }],
  ['a', { fieldSelector: 'spec.nodeName=n1', labelSelector: 'app in (x,y)' }],
  ['b', { fieldSelector: 'metadata.name=p1' }],
  [undefined, { fieldSelector: 'spec.nodeName!=n1' }],
];

const step = fc.record({
  do: fc.constantFrom('put', 'put', 'put', 'delete', 'compact', 'drop', 'restart', 'settle', 'pass'),
  key: fc.constantFrom('a/p1', 'a/p2', 'b/p1', 'b/p2'),
  label: fc.constantFrom(undefined, 'x', 'y'),
  node: fc.constantFrom(undefined, 'n1', 'n2'),
  who: fc.nat(selections.length - 1),
});

describe('watch', () => {
  it('shows every watcher what the store has, through disconnects, compactions and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const bench = new Bench();
        const pictures = selections.map(([namespace, selection]) => new Picture(bench, namespace, selection));
        for (const picture of pictures) await picture.connect();
        for (const [i, { do: what, key, label, node, who }] of steps.entries()) {
          const [namespace = '', name = ''] = key.split('/');
          const storeKey = `/registry/pods/${key}`;
          if (what === 'put') {
            const labels = label && { app: label };
            const metadata = { name, namespace, uid: 'u', annotations: { i: String(i) }, ...(labels && { labels }) };
            await bench.store.put(storeKey, { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: node } });
          } else if (what === 'delete') await bench.store.delete(storeKey).catch(() => undefined);
          else if (what === 'compact') await bench.store.compact(await bench.store.revision());
          else if (what === 'drop') pictures[who]?.disconnect();
          else if (what === 'restart') bench.restart();
          else if (what === 'settle') await bench.clock.settle();
          else for (const picture of pictures) if (picture.isOut) await picture.connect();
        }
        await bench.clock.settle();
        // A watch that was refused has to be begun anew, with a list.
        for (let again = 0; again < 2; again += 1) {
          for (const picture of pictures) if (picture.isOut) await picture.connect();
          await bench.clock.advance(61_000);
        }
        for (const [i, [namespace, selection]] of selections.entries()) {
          const pods = bench.client.of(Pods);
          const { items } = await (namespace ? pods.in(namespace) : pods).list(selection);
          const wanted = items.map((pod) => [keyOf(pod), said(pod)]);
          expect([...(pictures[i]?.pods ?? [])].sort(), `watcher ${i}`).to.deep.equal(wanted.sort());
        }
        for (const picture of pictures) picture.disconnect();
        expect(bench.clock.next, 'a timer is left').to.equal(undefined);
        await bench.close();
        expect(bench.store.watchers).to.equal(0);
      }),
      runs(60, 3),
    );
  });

  const pod = (name: string) => ({ metadata: { name }, spec: { containers: [{ name: 'a', image: 'x' }] } }) as never;

  it('keeps the order for all when a watcher writes in its callback', async () => {
    const bench = new Bench();
    const pods = bench.client.of(Pods).in('default');
    const seen: string[][] = [[], [], []];
    for (const [i, list] of seen.entries()) {
      pods.watch().subscribe(({ type, object }) => {
        list.push(`${type} ${object.metadata.name}`);
        if (i === 0 && type === 'ADDED' && object.metadata.name === 'a') void pods.create(pod('b'));
        if (i === 1 && type === 'ADDED' && object.metadata.name === 'b') void pods.delete('a');
      });
    }
    await bench.clock.settle();
    await pods.create(pod('a'));
    await bench.clock.settle();
    for (const list of seen) expect(list).to.deep.equal(['ADDED a', 'ADDED b', 'DELETED a']);
    await bench.close();
  });

  it('goes on from revisions that only the store still has', async () => {
    const bench = new Bench();
    const pods = bench.client.of(Pods).in('default');
    for (const name of ['a', 'b', 'c']) await pods.create(pod(name));
    bench.restart();
    const told: string[] = [];
    const watch = bench.client.of(Pods).in('default').watch({ resourceVersion: '2' });
    const subscription = watch.subscribe(({ type, object }) => told.push(`${type} ${object.metadata.name}`));
    await bench.clock.settle();
    await bench.client.of(Pods).in('default').create(pod('d'));
    await bench.clock.settle();
    expect(told).to.deep.equal(['ADDED b', 'ADDED c', 'ADDED d']);
    subscription.unsubscribe();
    await bench.close();
  });

  it('has none for a revision that never comes: the store has begun again from nothing since', async () => {
    const bench = new Bench();
    let error: unknown;
    bench.client
      .of(Pods)
      .in('default')
      .watch({ resourceVersion: '999' })
      .subscribe({ error: (reason) => (error = reason) });
    await bench.clock.advance(5000);
    expect(String(error)).to.match(/Too large resource version: 999, current: \d+$/);
    expect(bench.clock.next).to.equal(undefined);
    await bench.close();
  });

  it('sends a bookmark every minute to those who want one', async () => {
    const bench = new Bench();
    const pods = bench.client.of(Pods).in('default');
    const events: ApiEvent[] = [];
    const options: WatchOptions = { allowWatchBookmarks: true };
    const subscription = pods.watch(options).subscribe((event) => events.push(event));
    await bench.clock.settle();
    await pods.create(pod('a'));
    await bench.clock.advance(60_000);
    expect(events.at(-1)).to.deep.equal({
      type: 'BOOKMARK',
      object: { apiVersion: 'v1', kind: 'Pod', metadata: { resourceVersion: '2' } },
    });
    subscription.unsubscribe();
    expect(bench.clock.next).to.equal(undefined);
    await bench.close();
  });

  it('completes when its time is over, and when the server stops', async () => {
    const bench = new Bench();
    const pods = bench.client.of(Pods).in('default');
    const timed = firstValueFrom(pods.watch({ timeoutSeconds: 5 }).pipe(toArray()));
    await bench.clock.advance(5_000);
    expect(await timed).to.deep.equal([]);
    const stopped = firstValueFrom(pods.watch().pipe(toArray()));
    await bench.clock.settle();
    bench.api.stop();
    expect(await stopped).to.deep.equal([]);
    await bench.close();
  });
});

describe('event ring', () => {
  it('gives what came after a revision, as long as it has it', () => {
    const ring = new EventRing<{ revision: number }>(10, 200);
    for (let revision = 12; revision <= 1000; revision += 2) ring.add({ revision });
    expect(ring.after(600)?.map(({ revision }) => revision)).to.deep.equal(
      Array.from({ length: 200 }, (_, i) => 602 + 2 * i),
    );
    expect(ring.after(601)).to.have.length(200);
    expect(ring.after(599)).to.equal(undefined);
    expect(ring.after(998)).to.deep.equal([{ revision: 1000 }]);
    expect(ring.after(1000)).to.deep.equal([]);
    expect(ring.after(5000)).to.deep.equal([]);
  });

  it('is complete from its beginning while nothing was dropped', () => {
    const ring = new EventRing<{ revision: number }>(10);
    ring.add({ revision: 11 });
    expect(ring.after(10)).to.deep.equal([{ revision: 11 }]);
    expect(ring.after(9)).to.equal(undefined);
  });
});
