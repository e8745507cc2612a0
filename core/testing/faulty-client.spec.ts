import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { ConfigMaps } from '../model/config-map.ts';
import { Namespaces } from '../model/namespace.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { ControlPlane } from './control-plane.ts';

describe('faulty client', () => {
  async function setUp() {
    const clock = new VirtualClock();
    const plane = new ControlPlane(new MemoryStore(clock), clock);
    await plane.client.of(Namespaces).create({ metadata: { name: 'default' }, spec: {} });
    return { clock, plane, faulty: plane.faulty };
  }

  it('keeps the order of a watch, however late its events are', async () => {
    const { clock, plane, faulty } = await setUp();
    const seen: string[] = [];
    faulty
      .of(ConfigMaps)
      .watch()
      .subscribe(({ object }) => seen.push(object.metadata.name));
    const create = (name: string) => plane.client.of(ConfigMaps).in('default').create({ metadata: { name } });
    faulty.lateness = 1000;
    await create('a');
    await clock.advance(500);
    faulty.lateness = 0;
    await create('b');
    await clock.advance(499);
    expect(seen).to.deep.equal([]);
    await clock.advance(1);
    await create('c');
    await clock.advance(1);
    expect(seen).to.deep.equal(['a', 'b', 'c']);
    await plane.stop();
  });

  it('says which object a call is about, and what came of it', async () => {
    const { plane, faulty } = await setUp();
    const told: string[] = [];
    faulty.before = ({ verb, namespace, name }) => void told.push(`${verb} ${namespace}/${name}`);
    faulty.after = (_, answer) => void told.push(`done ${(answer as { kind: string }).kind}`);
    faulty.failed = ({ verb }, error) => void told.push(`${verb} failed: ${(error as { reason: string }).reason}`);
    const maps = faulty.of(ConfigMaps).in('default');
    const map = await maps.create({ metadata: { name: 'a' } });
    expect(map).to.satisfy(Object.isFrozen);
    await maps.delete('b').catch(() => {});
    await maps.create({ metadata: { generateName: 'c-' } });
    expect(told).to.deep.equal([
      'create default/a',
      'done ConfigMap',
      'delete default/b',
      'delete failed: NotFound',
      'create default/undefined',
      'done ConfigMap',
    ]);
    await plane.stop();
  });
});
