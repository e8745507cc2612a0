import { expect } from 'chai';
import fc from 'fast-check';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import type { Change } from '../contracts/controller.ts';
import { type ConfigMap, ConfigMaps } from '../model/config-map.ts';
import { type KubeObject, keyOf } from '../model/meta.ts';
import { ApiError, expired } from '../model/status.ts';
import { ControlPlane } from '../testing/control-plane.ts';
import { runs } from '../testing/runs.ts';
import { SeededRandom } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { InformerCache } from './informer-cache.ts';
import { SharedInformers } from './shared-informers.ts';

const app = (object: KubeObject) => [object.metadata.labels?.app ?? ''];
const text = ({ type, object }: Change) => `${type} ${object.metadata.name} ${app(object)}`;
const namesOf = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name);

describe('InformerCache', () => {
  let plane: ControlPlane;
  let clock: VirtualClock;
  let informer: InformerCache<ConfigMap>;

  beforeEach(() => {
    clock = new VirtualClock();
    plane = new ControlPlane(new MemoryStore(clock), clock);
    informer = new InformerCache(plane.faulty, ConfigMaps, { indexes: { app } }, clock, new SeededRandom(1));
  });

  afterEach(async () => {
    informer.stop();
    await clock.settle();
    expect(plane.faulty.openWatches).to.equal(0);
    await plane.stop();
    expect(clock.next).to.equal(undefined);
  });

  const maps = () => plane.client.of(ConfigMaps).in('default');
  const put = (name: string, value = '') => maps().create({ metadata: { name, labels: { app: value } } });
  const label = (name: string, value: string) => maps().patch(name, { metadata: { labels: { app: value } } });

  it('shows what there is once it is synced, and files it by its indexes', async () => {
    await put('a', 'x');
    await put('b', 'y');
    expect(informer.synced).to.equal(false);
    informer.start();
    await informer.whenSynced();
    expect(informer.synced).to.equal(true);
    expect(informer.get('default/a')?.metadata.name).to.equal('a');
    expect(namesOf(informer.by('app', 'x'))).to.deep.equal(['a']);
    expect(namesOf(informer.inNamespace('default'))).to.deep.equal(['a', 'b']);
    await label('a', 'y');
    await maps().delete('b');
    await clock.settle();
    expect(informer.by('app', 'x')).to.deep.equal([]);
    expect(namesOf(informer.by('app', 'y'))).to.deep.equal(['a']);
    informer.index('late', ({ metadata }) => [metadata.name]);
    expect(namesOf(informer.by('late', 'a'))).to.deep.equal(['a']);
    expect(() => informer.by('none', '')).to.throw(
      'there is no index "none" (there are: app, metadata.namespace, late)',
    );
  });

  it('begins changes with what there is', async () => {
    await put('a');
    informer.start();
    await informer.whenSynced();
    const seen: string[] = [];
    informer.changes.subscribe((change) => seen.push(`${text(change)}${change.previous ? ' again' : ''}`));
    expect(seen).to.deep.equal(['apply a ']);
    await label('a', 'x');
    await clock.settle();
    expect(seen).to.deep.equal(['apply a ', 'apply a x again']);
  });

  it('all subscribers see one order, though they subscribe, leave and write in their callbacks', async () => {
    const first: string[] = [];
    const late: string[] = [];
    const last: string[] = [];
    informer.start();
    await informer.whenSynced();
    informer.changes.subscribe((change) => {
      first.push(text(change));
      expect(informer.get(keyOf(change.object)), 'the cache shows it already').not.to.equal(undefined);
      if (change.object.metadata.name === 'a' && app(change.object)[0] === '1') void label('a', '2');
      if (first.length === 1) informer.changes.subscribe((other) => late.push(text(other)));
    });
    informer.changes.subscribe((change) => last.push(text(change)));
    const leaver = informer.changes.subscribe(() => leaver.unsubscribe());
    await put('a', '1');
    await put('b', '1');
    await clock.settle();
    const order = ['apply a 1', 'apply b 1', 'apply a 2'];
    expect([...first].sort()).to.deep.equal([...order].sort());
    expect(last).to.deep.equal(first);
    expect(late).to.deep.equal(first);
  });

  it('after a list that was needed, tells the difference only', async () => {
    await put('same');
    await put('changed', '1');
    await put('gone');
    informer.start();
    await informer.whenSynced();
    const seen: string[] = [];
    informer.changes.subscribe((change) => seen.push(text(change)));
    seen.length = 0;
    // Not before the watch is cut: else its last events would still come through.
    plane.faulty.cutWatches(expired('too old'));
    await label('changed', '2');
    await maps().delete('gone');
    await put('new');
    await clock.advance(5000);
    expect(seen.sort()).to.deep.equal(['apply changed 2', 'apply new ', 'delete gone ']);
  });

  it('a namesake made while nobody watched is told as a change', async () => {
    const before = await put('a');
    informer.start();
    await informer.whenSynced();
    const seen: Change<ConfigMap>[] = [];
    informer.changes.subscribe((change) => seen.push(change));
    plane.faulty.cutWatches(expired('too old'));
    await maps().delete('a');
    const after = await put('a');
    await clock.advance(5000);
    expect(seen.at(-1)?.object.metadata.uid).to.equal(after.metadata.uid);
    expect(after.metadata.uid).not.to.equal(before.metadata.uid);
  });

  it('completes its subscribers when it is stopped', async () => {
    informer.start();
    let completed = 0;
    informer.changes.subscribe({ complete: () => (completed += 1) });
    informer.stop();
    informer.changes.subscribe({ complete: () => (completed += 1) });
    expect(completed).to.equal(2);
  });
});

describe('SharedInformers', () => {
  it('gives one informer for one kind and selection, with the indexes of all who asked', async () => {
    const clock = new VirtualClock();
    const plane = new ControlPlane(new MemoryStore(clock), clock);
    const informers = new SharedInformers(plane.faulty, clock, new SeededRandom(1));
    const one = informers.of(ConfigMaps);
    const two = informers.of(ConfigMaps, { indexes: { app } });
    expect(two).to.equal(one);
    expect(informers.of(ConfigMaps, { namespace: 'default' })).not.to.equal(one);
    await plane.client.of(ConfigMaps).create({ metadata: { name: 'a', namespace: 'default', labels: { app: 'x' } } });
    await informers.whenSynced();
    await clock.settle();
    expect(plane.faulty.openWatches).to.equal(2);
    expect(namesOf(one.by('app', 'x'))).to.deep.equal(['a']);
    informers.stop();
    expect(plane.faulty.openWatches).to.equal(0);
    expect(() => informers.of(ConfigMaps)).to.throw('the informers are stopped');
    await plane.stop();
  });
});

/** One thing that may happen to a store and to those who watch it. */
type Step =
  | { readonly do: 'put' | 'delete'; readonly name: number; readonly app: number }
  | { readonly do: 'cut'; readonly how: number }
  | { readonly do: 'refuse'; readonly calls: number }
  | { readonly do: 'compact' }
  | { readonly do: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('put' as const), name: fc.nat(9), app: fc.nat(2) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('delete' as const), name: fc.nat(9), app: fc.constant(0) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('cut' as const), how: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const), calls: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'compact' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(100_000) }) },
);

describe('informers, whatever happens', () => {
  it('show in the end what the store has, and their changes add up to it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer(), async (steps, seed) => {
        const clock = new VirtualClock();
        const plane = new ControlPlane(new MemoryStore(clock), clock, seed);
        const informers = new SharedInformers(plane.faulty, clock, new SeededRandom(seed));
        const selections = [
          {},
          { labelSelector: 'app=1' },
          { fieldSelector: 'metadata.name=n-3' },
          { namespace: 'default' },
        ];
        const told = selections.map((selection) => {
          const sum = new Map<string, string>();
          informers.of(ConfigMaps, selection).changes.subscribe(({ type, object, previous }) => {
            const key = keyOf(object);
            expect(sum.get(key), 'previous is what was told before').to.equal(previous?.metadata.resourceVersion);
            if (type === 'delete') sum.delete(key);
            else sum.set(key, object.metadata.resourceVersion);
          });
          return sum;
        });
        for (const one of steps) await take(one, plane);
        plane.faulty.before = () => {};
        await clock.advance(200_000);
        for (const [at, selection] of selections.entries()) {
          const { items } = await plane.client.of(ConfigMaps).list(selection);
          const wanted = items.map((object) => [keyOf(object), object.metadata.resourceVersion]).sort();
          const informer = informers.of(ConfigMaps, selection);
          expect(
            informer
              .all()
              .map((object) => [keyOf(object), object.metadata.resourceVersion])
              .sort(),
          ).to.deep.equal(wanted);
          expect([...told[at]!].sort()).to.deep.equal(wanted);
        }
        informers.stop();
        await clock.settle();
        expect(plane.faulty.openWatches).to.equal(0);
        await plane.stop();
        expect(clock.next).to.equal(undefined);
      }),
      runs(150),
    );
  });
});

async function take(one: Step, plane: ControlPlane): Promise<void> {
  const maps = plane.client.of(ConfigMaps).in('default');
  switch (one.do) {
    case 'put': {
      const name = `n-${one.name}`;
      const labels = { app: String(one.app) };
      await maps.create({ metadata: { name, labels } }).catch(() => maps.patch(name, { metadata: { labels } }));
      return;
    }
    case 'delete':
      await maps.delete(`n-${one.name}`).catch(() => {});
      return;
    case 'cut':
      plane.faulty.cutWatches(
        [undefined, new Error('reset'), expired('too old'), new ApiError(504, 'Timeout', 'later')][one.how],
      );
      return;
    case 'refuse': {
      let left = one.calls;
      plane.faulty.before = () => {
        left -= 1;
        if (left >= 0) throw new Error('ECONNREFUSED');
      };
      return;
    }
    case 'compact':
      await plane.store.compact(await plane.store.revision());
      return;
    case 'wait':
      await plane.clock.advance(one.ms);
  }
}
