import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { ConfigMaps } from '../model/config-map.ts';
import { ControlPlane } from '../testing/control-plane.ts';
import { SeededRandom } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { BorrowedInformers } from './borrowed-informers.ts';
import { SharedInformers } from './shared-informers.ts';

describe('BorrowedInformers', () => {
  let clock: VirtualClock;
  let plane: ControlPlane;
  let shared: SharedInformers;
  let one: BorrowedInformers;
  let two: BorrowedInformers;

  beforeEach(() => {
    clock = new VirtualClock();
    plane = new ControlPlane(new MemoryStore(clock), clock);
    shared = new SharedInformers(plane.faulty, clock, new SeededRandom(1));
    one = new BorrowedInformers(shared, 'one');
    two = new BorrowedInformers(shared, 'two');
  });

  afterEach(async () => {
    shared.stop();
    await clock.settle();
    expect(plane.faulty.openWatches).to.equal(0);
    await plane.stop();
  });

  const put = (name: string, app: string) =>
    plane.client.of(ConfigMaps).create({ metadata: { name, namespace: 'default', labels: { app } } });

  it('shares one watch, and gives one borrower the same informer for the same selection', async () => {
    expect(one.of(ConfigMaps)).to.equal(one.of(ConfigMaps));
    await two.of(ConfigMaps).whenSynced();
    await put('a', 'x');
    await clock.settle();
    expect(plane.faulty.openWatches).to.equal(1);
    for (const borrowed of [one, two]) {
      const maps = borrowed.of(ConfigMaps);
      expect(maps.synced).to.equal(true);
      expect(maps.get('default/a')?.metadata.name).to.equal('a');
      expect(maps.all()).to.have.length(1);
      expect(maps.inNamespace('default')).to.have.length(1);
    }
  });

  it('lets two call different indexes by the same name', async () => {
    const byApp = one.of(ConfigMaps, { indexes: { main: ({ metadata }) => [metadata.labels?.app ?? ''] } });
    const byName = two.of(ConfigMaps, { indexes: { main: ({ metadata }) => [metadata.name] } });
    await put('a', 'x');
    await clock.settle();
    expect(byApp.by('main', 'x')).to.have.length(1);
    expect(byApp.by('main', 'a')).to.have.length(0);
    expect(byName.by('main', 'a')).to.have.length(1);
    expect(() => byName.by('other', 'a')).to.throw('there is no index "other" (there are: main)');
  });

  it('ends for one borrower, and goes on for the other', async () => {
    const told: string[] = [];
    let completed = false;
    const tell = (who: string) => () => void told.push(who);
    one.of(ConfigMaps).changes.subscribe({ next: tell('one'), complete: () => (completed = true) });
    two.of(ConfigMaps).changes.subscribe({ next: tell('two') });
    one.stop();
    await put('a', 'x');
    await clock.settle();
    expect(told).to.deep.equal(['two']);
    expect(completed).to.equal(true);
    expect(() => one.of(ConfigMaps)).to.throw('the informers are stopped');
  });
});
