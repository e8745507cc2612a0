// Kinds that a plugin brings are collected, and leave with their namespace, as the built-in ones do.

import { expect } from 'chai';
import { type Cluster, createCluster } from '../../core/cluster/cluster.ts';
import { plugin } from '../../core/cluster/plugin.ts';
import { type ConfigMap, ConfigMaps } from '../../core/model/config-map.ts';
import { Namespaces } from '../../core/model/namespace.ts';
import { Resource } from '../../core/model/resource.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { standardControllers } from '../standard.ts';
import { storeMemory } from '../store-memory/plugin.ts';

const Notes = {
  ...(ConfigMaps as Resource<ConfigMap>),
  group: 'lab.test',
  plural: 'notes',
  singular: 'note',
  kind: 'Note',
  shortNames: [],
};
const notes = plugin({
  name: 'notes',
  description: 'a kind of somebody else',
  provides: [Resource],
  bind: ({ bind }) => {
    bind(Resource).toConstantValue(Notes as Resource);
  },
});

describe('kinds that plugins bring', () => {
  const clock = new VirtualClock();
  let cluster: Cluster;

  before(async () => {
    cluster = await createCluster({ plugins: [storeMemory(), ...standardControllers(), notes()], clock, seed: 1 });
  });
  after(() => cluster.stop());

  it('go when their owner goes, and when their namespace goes', async () => {
    const client = cluster.client();
    await client.of(Namespaces).create({ metadata: { name: 'lab' }, spec: {} });
    const owner = await client
      .of(ConfigMaps)
      .in('lab')
      .create({ metadata: { name: 'owner' } });
    const { uid, name } = owner.metadata;
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid }];
    await client
      .of(Notes)
      .in('lab')
      .create({ metadata: { name: 'owned', ownerReferences } });
    await client
      .of(Notes)
      .in('lab')
      .create({ metadata: { name: 'free' } });
    const left = async () => (await client.of(Notes).list()).items.map(({ metadata }) => metadata.name);
    await clock.advance(1000);
    expect(await left()).to.deep.equal(['free', 'owned']);
    await client.of(ConfigMaps).in('lab').delete('owner');
    await clock.advance(1000);
    expect(await left()).to.deep.equal(['free']);
    await client.of(Namespaces).delete('lab');
    await clock.advance(30_000);
    expect(await left()).to.deep.equal([]);
    expect((await client.of(Namespaces).list()).items.map(({ metadata }) => metadata.name)).to.not.include('lab');
  });
});
