import { expect } from 'chai';
import type { PropagationPolicy } from '../../core/contracts/api-client.ts';
import { type ConfigMap, ConfigMaps } from '../../core/model/config-map.ts';
import { builtinResources } from '../../core/model/index.ts';
import type { Draft, KubeObject, OwnerReference } from '../../core/model/meta.ts';
import { type Secret, Secrets } from '../../core/model/secret.ts';
import type { ControlPlane } from '../../core/testing/control-plane.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { eachTestRuns } from '../running-controller.fixture.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { GarbageCollector } from './garbage-collector.ts';

const make = ({ faulty: client }: ControlPlane) => new GarbageCollector({ client, resources: builtinResources });

const reference = (owner: KubeObject, blocks = false): OwnerReference => ({
  apiVersion: 'v1',
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  ...(blocks && { blockOwnerDeletion: true }),
});

const configMap = (name: string, ownerReferences: OwnerReference[] = [], metadata: object = {}): Draft<ConfigMap> => ({
  metadata: { name, namespace: 'default', ownerReferences, ...metadata },
});

const names = async ({ client }: ControlPlane) =>
  [...(await client.of(ConfigMaps).list()).items, ...(await client.of(Secrets).list()).items]
    .map(({ metadata }) => metadata.name)
    .sort();

describeController('garbage-collector', () => ({
  store: (clock) => new MemoryStore(clock),
  make,
  begin: async ({ client }) => {
    const maps = client.of(ConfigMaps).in('default');
    const root = await maps.create(configMap('root'));
    const child = await maps.create(configMap('child', [reference(root, true)]));
    await maps.create(configMap('grandchild', [reference(child, true)]));
    await client.of(Secrets).create({
      metadata: { name: 'other-kind', namespace: 'default', ownerReferences: [reference(root)] },
    } as Draft<Secret>);
    await maps.create(configMap('unrelated'));
    await maps.delete('root', { propagationPolicy: 'Foreground' });
  },
  holds: async (plane) => (await names(plane)).join() === 'unrelated',
}));

describe('GarbageCollector', () => {
  let plane: ControlPlane;
  eachTestRuns(make, (one) => {
    plane = one;
  });

  const maps = () => plane.client.of(ConfigMaps).in('default');
  const create = (name: string, owners: OwnerReference[] = [], metadata = {}) =>
    maps().create(configMap(name, owners, metadata));
  const remove = async (name: string, propagationPolicy: PropagationPolicy) => {
    await maps().delete(name, { propagationPolicy });
    await plane.clock.advance(2000);
  };

  it('background: the owner goes at once, dependents of all generations after it', async () => {
    const root = await create('root');
    const child = await create('child', [reference(root)]);
    await create('grandchild', [reference(child)]);
    await maps().delete('root');
    expect(await names(plane)).to.deep.equal(['child', 'grandchild']);
    await plane.clock.advance(2000);
    expect(await names(plane)).to.deep.equal([]);
  });

  it('keeps what has another owner left, and takes the dead one off it', async () => {
    const one = await create('one');
    const two = await create('two');
    await create('both', [reference(one), reference(two)]);
    await remove('one', 'Background');
    expect(await names(plane)).to.deep.equal(['both', 'two']);
    expect((await maps().get('both')).metadata.ownerReferences).to.deep.equal([reference(two)]);
  });

  it('foreground: the owner waits for dependents that block it', async () => {
    const root = await create('root');
    await create('held', [reference(root, true)], { finalizers: ['example.com/hold'] });
    await create('free', [reference(root, true)]);
    await remove('root', 'Foreground');
    expect(await names(plane)).to.deep.equal(['held', 'root']);
    expect((await maps().get('root')).metadata.finalizers).to.deep.equal(['foregroundDeletion']);
    await maps().patch('held', { metadata: { finalizers: [] } });
    await plane.clock.advance(2000);
    expect(await names(plane)).to.deep.equal([]);
  });

  it('foreground: a dependent that does not block is deleted without being waited for', async () => {
    const root = await create('root');
    await create('held', [reference(root)], { finalizers: ['example.com/hold'] });
    await remove('root', 'Foreground');
    expect(await names(plane)).to.deep.equal(['held']);
    expect((await maps().get('held')).metadata.deletionTimestamp).not.to.equal(undefined);
  });

  it('orphan: dependents stay, without the reference', async () => {
    const root = await create('root');
    await create('child', [reference(root)]);
    await remove('root', 'Orphan');
    expect(await names(plane)).to.deep.equal(['child']);
    expect((await maps().get('child')).metadata.ownerReferences ?? []).to.deep.equal([]);
  });

  it('a namesake of a dead owner is no owner', async () => {
    const root = await create('root');
    await maps().delete('root');
    await create('root');
    await create('late', [reference(root)]);
    await plane.clock.advance(2000);
    expect(await names(plane)).to.deep.equal(['root']);
  });

  it('leaves alone what belongs to a kind that is not served', async () => {
    await create('foreign', [{ apiVersion: 'example.com/v1', kind: 'Thing', name: 'x', uid: 'x' }]);
    await plane.clock.advance(2000);
    expect(await names(plane)).to.deep.equal(['foreign']);
  });

  it('a circle of owners goes, in foreground too', async () => {
    const one = await create('one');
    const two = await create('two', [reference(one, true)]);
    await maps().patch('one', { metadata: { ownerReferences: [reference(two, true)] } });
    await remove('one', 'Foreground');
    await plane.clock.advance(60_000);
    expect(await names(plane)).to.deep.equal([]);
  });

  it('keeps what belongs to an owner that its cache does not show yet', async () => {
    plane.faulty.lateness = 1000;
    const root = await create('root');
    await plane.clock.settle();
    plane.faulty.lateness = 0;
    await create('early', [reference(root)]);
    await plane.clock.advance(5000);
    expect(await names(plane)).to.deep.equal(['early', 'root']);
  });

  it('does not delete what got a new owner after it was judged', async () => {
    const root = await create('root');
    const saviour = await create('saviour');
    await create('child', [reference(root)]);
    let saved = false;
    plane.faulty.before = async ({ verb }) => {
      if (verb !== 'delete' || saved) return;
      saved = true;
      await maps().patch('child', { metadata: { ownerReferences: [reference(saviour)] } });
    };
    await maps().delete('root');
    await plane.clock.advance(5000);
    expect(await names(plane)).to.deep.equal(['child', 'saviour']);
  });
});
