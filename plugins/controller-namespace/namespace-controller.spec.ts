import { expect } from 'chai';
import { findCondition } from '../../core/model/conditions.ts';
import { ConfigMaps } from '../../core/model/config-map.ts';
import { builtinResources } from '../../core/model/index.ts';
import type { Draft } from '../../core/model/meta.ts';
import { type Namespace, Namespaces } from '../../core/model/namespace.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import type { ControlPlane } from '../../core/testing/control-plane.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { pretendKubelet } from '../../core/testing/pretend-kubelet.ts';
import { eachTestRuns } from '../running-controller.fixture.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { NamespaceController } from './namespace-controller.ts';

const make = ({ faulty: client, clock }: ControlPlane) =>
  new NamespaceController({ client, clock, resources: builtinResources });

const namespace: Draft<Namespace> = { metadata: { name: 'room' }, spec: { finalizers: ['kubernetes'] } };
const pod = (name: string) =>
  ({
    metadata: { name, namespace: 'room' },
    spec: { containers: [{ name: 'main', image: 'kubelab/sleep' }] },
  }) as unknown as Draft<Pod>;

const fill = async ({ client }: ControlPlane) => {
  await client.of(Namespaces).create(namespace);
  await client.of(Namespaces).create({ metadata: { name: 'next-door' }, spec: { finalizers: ['kubernetes'] } });
  await client.of(Pods).create(pod('a'));
  await client.of(Pods).create(pod('b'));
  await client.of(ConfigMaps).create({ metadata: { name: 'settings', namespace: 'room' } });
  await client.of(ConfigMaps).create({ metadata: { name: 'settings', namespace: 'next-door' } });
};

const namespaces = async ({ client }: ControlPlane) =>
  (await client.of(Namespaces).list()).items.map(({ metadata }) => metadata.name);

describeController('namespace', () => ({
  store: (clock) => new MemoryStore(clock),
  make,
  begin: async (plane) => {
    await fill(plane);
    await pretendKubelet(plane);
    await plane.client.of(Namespaces).delete('room');
  },
  others: pretendKubelet,
  holds: async (plane) =>
    (await namespaces(plane)).join() === 'next-door' &&
    (await plane.client.of(Pods).list()).items.length === 0 &&
    (await plane.client.of(ConfigMaps).list()).items.length === 1,
}));

describe('NamespaceController', () => {
  let plane: ControlPlane;
  eachTestRuns(make, (one) => {
    plane = one;
  });
  beforeEach(() => fill(plane));

  const room = () => plane.client.of(Namespaces).get('room');
  const condition = async (type: string) => {
    const found = findCondition((await room()).status?.conditions, type);
    return found && `${found.status} ${found.reason}: ${found.message}`;
  };

  it('waits for pods to end, says so, then lets the namespace go with all that is in it', async () => {
    await pretendKubelet(plane);
    await plane.client.of(Namespaces).delete('room');
    await plane.clock.advance(1000);
    expect((await room()).status?.phase).to.equal('Terminating');
    expect(await condition('NamespaceContentRemaining')).to.equal(
      'True SomeResourcesRemain: Some resources are remaining: pods has 2 resource instances',
    );
    expect(await condition('NamespaceFinalizersRemaining')).to.match(/^False ContentHasNoFinalizers/);
    expect(await plane.client.of(ConfigMaps).in('room').list())
      .to.have.property('items')
      .with.length(1);
    await pretendKubelet(plane);
    await plane.clock.advance(30_000);
    expect(await namespaces(plane)).to.deep.equal(['next-door']);
    expect((await plane.client.of(ConfigMaps).in('next-door').list()).items).to.have.length(1);
  });

  it('names the finalizers that hold it, and goes when they are gone', async () => {
    const maps = plane.client.of(ConfigMaps).in('room');
    await maps.patch('settings', { metadata: { finalizers: ['example.com/hold'] } });
    await plane.client.of(Namespaces).delete('room');
    await plane.clock.advance(10_000);
    expect(await condition('NamespaceFinalizersRemaining')).to.equal(
      'True SomeFinalizersRemain: Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
    );
    await maps.patch('settings', { metadata: { finalizers: [] } });
    await plane.clock.advance(20_000);
    expect(await namespaces(plane)).to.deep.equal(['next-door']);
  });

  it('leaves alone what nobody deletes', async () => {
    await plane.clock.advance(60_000);
    expect(await namespaces(plane)).to.deep.equal(['next-door', 'room']);
  });
});
