// The audit: each change that the store has taken is told once, with who asked for what; nothing else is.

import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { ConfigMaps } from '../model/config-map.ts';
import { Deployments } from '../model/deployment.ts';
import { builtinResources } from '../model/index.ts';
import { Pods } from '../model/pod.ts';
import type { Scale } from '../model/scale.ts';
import { makePod } from '../testing/objects.ts';
import { SeededRandom } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { Api } from './api.ts';
import type { AuditEntry } from './audit.ts';
import { LocalApiClient } from './local-api-client.ts';

describe('audit', () => {
  const clock = new VirtualClock();
  const store = new MemoryStore(clock);
  const told: AuditEntry[] = [];
  const api = new Api({
    store,
    resources: builtinResources,
    admission: [],
    authorizers: [{ name: 'everybody', authorize: () => 'allow' }],
    clock,
    random: new SeededRandom(1),
    audit: (entry) => void told.push(entry),
  });
  const client = new LocalApiClient(api, { name: 'ann', groups: [] }, 'spec');
  const maps = client.of(ConfigMaps).in('default');
  const pods = client.of(Pods).in('default');
  /** What was told since the last time, in short. */
  const lines = () =>
    told.splice(0).map(({ verb, resource, subresource, name, object, previous }) => {
      const what = subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`;
      const state = !previous ? 'new' : object ? 'changed' : 'gone';
      return `${verb} ${what} ${name}: ${state}`;
    });
  const pod = (name: string) => ({ metadata: { name }, spec: makePod(name).spec });

  after(async () => {
    api.stop();
    await store.close();
  });

  it('tells when, who, by what program, and the object before and after', async () => {
    await clock.advance(1500);
    const created = await maps.create({ metadata: { name: 'a' }, data: { x: '1' } });
    const changed = await maps.patch('a', { data: { x: '2' } });
    expect(told[0]).to.deep.include({ time: clock.now(), user: 'ann', userAgent: 'spec', namespace: 'default' });
    expect(told[0]?.object).to.equal(created);
    expect(told[1]).to.include({ uid: created.metadata.uid, resourceVersion: changed.metadata.resourceVersion });
    expect([told[1]?.previous, told[1]?.object]).to.deep.equal([created, changed]);
    expect(lines()).to.deep.equal(['create configmaps a: new', 'patch configmaps a: changed']);
  });

  it('names subresources as they were asked for, and tells marking and going of a pod apart', async () => {
    await pods.create(pod('p'));
    await pods.post('p', 'binding', { metadata: { name: 'p' }, target: { kind: 'Node', name: 'node-1' } });
    const bound = await pods.get('p');
    await pods.status.update({ ...bound, status: { ...bound.status, phase: 'Running' } });
    await pods.post('p', 'eviction', { metadata: { name: 'p' } });
    await pods.delete('p', { gracePeriodSeconds: 0 });
    expect(lines()).to.deep.equal([
      'create pods p: new',
      'create pods/binding p: changed',
      'update pods/status p: changed',
      'create pods/eviction p: changed',
      'delete pods p: gone',
    ]);
  });

  it('tells a scale, each object of a collection, and the update that lets an object go', async () => {
    const template = { metadata: { labels: { app: 'd' } }, spec: makePod('d').spec };
    const spec = { replicas: 1, selector: { matchLabels: { app: 'd' } }, template };
    await client
      .of(Deployments)
      .in('default')
      .create({ metadata: { name: 'd' }, spec });
    const scales = client.of(Deployments).in('default').subresource<Scale>('scale');
    await scales.patch('d', { spec: { replicas: 3 } });
    await maps.create({ metadata: { name: 'held', finalizers: ['example.com/hold'] } });
    lines();
    await scales.update({ ...(await scales.get('d')), spec: { replicas: 2 } });
    await maps.deleteCollection();
    await maps.patch('held', { metadata: { finalizers: null } });
    expect(lines()).to.deep.equal([
      'update deployments/scale d: changed',
      'deletecollection configmaps a: gone',
      'deletecollection configmaps held: changed',
      'patch configmaps held: gone',
    ]);
  });

  it('is silent about reads, refusals, dry runs and changes that change nothing', async () => {
    await maps.create({ metadata: { name: 'b' }, data: { x: '1' } });
    lines();
    await maps.list();
    await maps.create({ metadata: { name: 'b' } }).catch(() => {});
    await maps.create({ metadata: { name: 'c' } }, { dryRun: true });
    await maps.patch('b', { data: { x: '2' } }, { dryRun: true });
    await maps.delete('b', { dryRun: true });
    await maps.patch('b', { data: { x: '1' } });
    await maps.delete('none').catch(() => {});
    expect(lines()).to.deep.equal([]);
  });
});
