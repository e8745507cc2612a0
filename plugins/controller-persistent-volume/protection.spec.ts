import { expect } from 'chai';
import { Pods } from '../../core/model/pod.ts';
import { claimProtection, volumeProtection } from '../../core/model/storage.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { makePod } from '../../core/testing/objects.ts';
import { TestWorld } from '../../core/testing/test-world.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { ClaimProtection } from './claim-protection.ts';
import { VolumeProtection } from './volume-protection.ts';
import { Storage } from './world.fixture.ts';

describeController('persistentvolumeclaim-protection', () => ({
  store: (clock) => new MemoryStore(clock),
  make: ({ faulty }) => new ClaimProtection(faulty),
  begin: async ({ client }) => {
    const storage = new Storage(client);
    for (const name of ['a', 'b']) await storage.claim(name, '1Gi');
    await storage.claims.patch('b', { metadata: { finalizers: [claimProtection] } });
    await storage.claims.delete('b');
  },
  holds: async ({ client }) => {
    const { items } = await new Storage(client).claims.list();
    return items.length === 1 && items[0]?.metadata.finalizers?.[0] === claimProtection;
  },
}));

describeController('persistentvolume-protection', () => ({
  store: (clock) => new MemoryStore(clock),
  make: ({ faulty }) => new VolumeProtection(faulty),
  begin: ({ client }) => new Storage(client).volume('disk', '1Gi'),
  holds: async ({ client }) =>
    (await new Storage(client).volumes.get('disk')).metadata.finalizers?.[0] === volumeProtection,
}));

describe('protection of storage in use', () => {
  let world: TestWorld;
  let storage: Storage;

  beforeEach(async () => {
    world = new TestWorld((clock) => new MemoryStore(clock));
    storage = new Storage(world.client);
    await world.namespace('default');
    await world.run(new ClaimProtection(world.faulty), new VolumeProtection(world.faulty));
  });
  afterEach(() => world.close());

  const pods = () => world.client.of(Pods).in('default');
  const user = (name: string, nodeName?: string) => {
    const pod = makePod(name, {
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
      ...(nodeName && { nodeName }),
    });
    const { uid: _u, resourceVersion: _r, ...metadata } = pod.metadata;
    return pods().create({ ...pod, metadata });
  };
  const names = async () => (await storage.claims.list()).items.map(({ metadata }) => metadata.name);

  it('keeps a claim until its last pod is gone, running or not', async () => {
    await storage.claim('data', '1Gi');
    await user('runs', 'node-1');
    await user('has-ended', 'node-1');
    await pods().status.patch('has-ended', { status: { phase: 'Succeeded' } });
    await user('waits');
    await world.settle();
    await storage.claims.delete('data');
    await world.settle();
    expect((await storage.claims.get('data')).metadata).to.have.property('deletionTimestamp');
    await pods().delete('runs', { gracePeriodSeconds: 0 });
    await world.settle();
    expect(await names()).to.deep.equal(['data']);
    await pods().delete('has-ended');
    await world.settle();
    // A pod without node has not got it, and will not get it any more.
    expect(await names()).to.deep.equal([]);
  });

  it('keeps a volume until it is Bound no more', async () => {
    await storage.volume('disk', '1Gi');
    await storage.volumes.status.patch('disk', { status: { phase: 'Bound' } });
    await world.settle();
    await storage.volumes.delete('disk');
    await world.settle();
    const going = await storage.volumes.get('disk');
    expect(going.metadata.finalizers).to.deep.equal([volumeProtection]);
    await storage.volumes.status.patch('disk', { status: { phase: 'Released' } });
    await world.settle();
    expect((await storage.volumes.list()).items).to.deep.equal([]);
  });
});
