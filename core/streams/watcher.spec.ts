import { expect } from 'chai';
import type { Subscription } from 'rxjs';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { type ConfigMap, ConfigMaps } from '../model/config-map.ts';
import { ApiError, expired, forbidden } from '../model/status.ts';
import { ControlPlane } from '../testing/control-plane.ts';
import { SeededRandom } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { type WatcherEvent, type WatcherOptions, watcher } from './watcher.ts';

describe('watcher', () => {
  let plane: ControlPlane;
  let clock: VirtualClock;
  let seen: string[];
  let troubles: unknown[];
  let subscription: Subscription | undefined;

  beforeEach(() => {
    clock = new VirtualClock();
    plane = new ControlPlane(new MemoryStore(clock), clock);
    seen = [];
    troubles = [];
  });

  afterEach(async () => {
    subscription?.unsubscribe();
    await clock.settle();
    expect(plane.faulty.openWatches).to.equal(0);
    await plane.stop();
    expect(clock.next).to.equal(undefined);
  });

  const maps = () => plane.client.of(ConfigMaps).in('default');
  const put = (name: string, labels: Record<string, string> = {}) => maps().create({ metadata: { name, labels } });
  const label = (name: string, app: string) => maps().patch(name, { metadata: { labels: { app } } });
  const text = (event: WatcherEvent<ConfigMap>): string => {
    if (event.type === 'init' || event.type === 'initDone') return event.type;
    const app = (object: ConfigMap | undefined) => object?.metadata.labels?.app ?? '-';
    const name = `${event.type} ${event.object.metadata.name}`;
    return event.type === 'initApply' ? name : `${name} ${app(event.previous)}>${app(event.object)}`;
  };
  const watch = (options: WatcherOptions<ConfigMap> = {}) => {
    const all = { ...options, onTrouble: (error: unknown) => troubles.push(error) };
    subscription = watcher(plane.faulty, ConfigMaps, all, clock, new SeededRandom(1)).subscribe((event) =>
      seen.push(text(event)),
    );
    return clock.settle();
  };
  const news = async () => {
    await clock.settle();
    return seen.splice(0);
  };
  let lists = 0;
  const countLists = () => {
    lists = 0;
    plane.faulty.before = ({ verb }) => {
      if (verb === 'list') lists += 1;
    };
  };

  it('lists, then tells what changes, with what was before', async () => {
    await put('a', { app: 'x' });
    await watch();
    expect(await news()).to.deep.equal(['init', 'initApply a', 'initDone']);
    await put('b');
    await label('a', 'y');
    await maps().delete('a');
    expect(await news()).to.deep.equal(['apply b ->-', 'apply a x>y', 'delete a y>y']);
  });

  it('keeps to namespace and selectors; what stops matching is gone', async () => {
    await put('a', { app: 'x' });
    await put('b', { app: 'y' });
    await plane.client.of(ConfigMaps).create({ metadata: { name: 'c', namespace: 'other', labels: { app: 'x' } } });
    await watch({ namespace: 'default', labelSelector: 'app=x' });
    expect(await news()).to.deep.equal(['init', 'initApply a', 'initDone']);
    await label('a', 'z');
    await label('b', 'x');
    expect(await news()).to.have.length(2);
  });

  it('lists in pages', async () => {
    for (let n = 0; n < 1201; n += 1) await put(`n-${n}`);
    let pages = 0;
    plane.faulty.before = ({ verb }) => {
      if (verb !== 'list') return;
      pages += 1;
      if (pages === 1) throw expired('the first list, from the cache, fails; the next one is read from the store');
    };
    await watch();
    const told = await news();
    expect(told.filter((line) => line.startsWith('initApply'))).to.have.length(1201);
    expect(told.at(-1)).to.equal('initDone');
    expect(pages).to.equal(4);
  });

  it('resumes where it was when the server ends the watch', async () => {
    countLists();
    await put('a');
    await watch();
    await news();
    await clock.advance(5000);
    plane.faulty.cutWatches();
    await put('b');
    expect(await news()).to.deep.equal(['apply b ->-']);
    expect(lists).to.equal(1);
    expect(troubles).to.deep.equal([]);
  });

  it('waits, longer each time, while the server is out of reach, then resumes', async () => {
    countLists();
    await watch();
    await news();
    const attempts: number[] = [];
    plane.faulty.before = ({ verb }) => {
      if (verb === 'watch') attempts.push(clock.now());
      throw new Error('ECONNREFUSED');
    };
    plane.faulty.cutWatches(new Error('ECONNRESET'));
    await clock.advance(600_000);
    const waits = attempts.slice(1).map((at, n) => at - attempts[n]!);
    for (const [n, wait] of waits.entries()) {
      const base = Math.min(30_000, 800 * 2 ** (n + 1));
      expect(wait, `wait ${n}`).to.be.within(base, 2 * base);
    }
    await put('b');
    countLists();
    await clock.advance(60_000);
    expect(await news()).to.deep.equal(['apply b ->-']);
    expect(lists).to.equal(0);
  });

  it('lists again when its revision is compacted: at once the first time', async () => {
    await put('a');
    await put('b');
    await watch();
    await news();
    plane.faulty.before = async ({ verb }) => {
      if (verb !== 'list') return;
      await maps().delete('a');
      await put('c');
    };
    plane.faulty.cutWatches(expired('too old resource version'));
    expect(await news()).to.deep.equal(['init', 'initApply b', 'initApply c', 'initDone']);
    expect(troubles).to.have.length(1);
  });

  it('does not spin when the server keeps saying no', async () => {
    let calls = 0;
    plane.faulty.before = ({ verb, resource }) => {
      calls += 1;
      if (verb === 'list') throw forbidden(resource, '', 'not yours');
    };
    await watch();
    await clock.advance(300_000);
    expect(calls).to.be.within(5, 30);
    plane.faulty.before = () => {};
    await clock.advance(61_000);
    expect(await news()).to.include('initDone');
    expect(troubles.every((error) => error instanceof ApiError)).to.equal(true);
  });

  it('does not spin when every watch ends at once', async () => {
    let watches = 0;
    plane.faulty.before = ({ verb }) => {
      if (verb === 'watch') {
        watches += 1;
        queueMicrotask(() => plane.faulty.cutWatches());
      }
    };
    await watch();
    await clock.advance(300_000);
    expect(watches).to.be.within(5, 30);
  });

  it('keeps its place fresh by bookmarks, although nothing of its own happens', async () => {
    const begins: number[] = [];
    plane.faulty.before = ({ verb, resourceVersion }) => {
      if (verb === 'watch') begins.push(Number(resourceVersion));
    };
    await watch({ labelSelector: 'app=rare' });
    for (let n = 0; n < 50; n += 1) await put(`other-${n}`);
    await clock.advance(61_000);
    plane.faulty.cutWatches();
    await clock.settle();
    expect(begins).to.deep.equal([begins[0], Number(await plane.store.revision())]);
    expect(begins[1]).to.be.greaterThan(begins[0] ?? 0);
  });

  it('is cold: each subscription lists and watches by itself', async () => {
    await put('a');
    const stream = watcher(plane.faulty, ConfigMaps, {}, clock, new SeededRandom(1));
    const first: string[] = [];
    const second: string[] = [];
    const one = stream.subscribe((event) => first.push(text(event)));
    await clock.settle();
    const two = stream.subscribe((event) => second.push(text(event)));
    await clock.settle();
    expect(second).to.deep.equal(first);
    one.unsubscribe();
    await put('b');
    await clock.settle();
    expect(first).to.have.length(3);
    expect(second).to.have.length(4);
    two.unsubscribe();
  });
});
