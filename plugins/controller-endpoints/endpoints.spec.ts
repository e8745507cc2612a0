import { expect } from 'chai';
import { type EndpointSlice, EndpointSlices } from '../../core/model/endpoint-slice.ts';
import { Endpointses } from '../../core/model/endpoints.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { Services } from '../../core/model/service.ts';
import type { ServiceSpec } from '../../core/model/service-spec.ts';
import type { ControlPlane } from '../../core/testing/control-plane.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { TestWorld } from '../../core/testing/test-world.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { EndpointSliceController } from './endpoint-slice-controller.ts';
import { EndpointsController } from './endpoints-controller.ts';

describe('endpoints controllers', () => {
  let world: TestWorld;

  beforeEach(async () => {
    world = new TestWorld((clock) => new MemoryStore(clock));
    await world.namespace('default');
    await world.run(new EndpointSliceController(world.faulty), new EndpointsController(world.faulty));
  });
  afterEach(() => world.close());

  const pods = () => world.client.of(Pods).in('default');
  const services = () => world.client.of(Services).in('default');
  const makeService = (spec: Partial<ServiceSpec> = {}, name = 'web') =>
    services().create({
      metadata: { name, labels: { team: 'blue' } },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }], ...spec },
    });
  const setStatus = (pod: Pod, address: string, ready: boolean, phase = 'Running') =>
    pods().status.update({
      ...pod,
      status: {
        phase,
        podIP: address,
        podIPs: [{ ip: address }],
        conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      },
    });
  const makePod = async (name: string, address: string, { ready = true, labels = { app: 'web' }, spec = {} } = {}) => {
    const containers = [{ name: 'main', image: 'kubelab/web' }];
    const pod = await pods().create({ metadata: { name, labels }, spec: { nodeName: 'node-0', containers, ...spec } });
    return setStatus(pod, address, ready);
  };
  const slices = async (service = 'web') =>
    (
      await world.client
        .of(EndpointSlices)
        .in('default')
        .list({ labelSelector: `kubernetes.io/service-name=${service}` })
    ).items;
  /** Each endpoint as `address state`. */
  const inSlices = (all: readonly EndpointSlice[]) =>
    all.flatMap(({ endpoints }) =>
      endpoints.map(({ addresses, conditions }) => {
        const states = ['ready', 'serving', 'terminating'] as const;
        return [addresses[0], ...states.filter((state) => conditions?.[state])].join(' ');
      }),
    );
  const endpoints = (name = 'web') => world.client.of(Endpointses).in('default').get(name);

  it('write down the pods of a Service, ready and not', async () => {
    await makeService();
    await makePod('web-1', '10.244.0.2');
    await makePod('web-2', '10.244.0.3', { ready: false });
    await makePod('other', '10.244.0.4', { labels: { app: 'other' } });
    await world.settle();
    const found = await slices();
    expect(inSlices(found)).to.have.members(['10.244.0.2 ready serving', '10.244.0.3']);
    expect(found).to.have.length(1);
    const [service] = (await services().list()).items;
    expect(found[0]?.metadata.ownerReferences).to.deep.equal([
      {
        apiVersion: 'v1',
        kind: 'Service',
        name: 'web',
        uid: service?.metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    expect(found[0]?.metadata.name).to.match(/^web-[a-z0-9]{5}$/);
    const { subsets, metadata } = await endpoints();
    expect(metadata.labels).to.deep.equal({ team: 'blue' });
    expect(
      subsets?.map(({ addresses, notReadyAddresses, ports }) => [
        addresses?.map(({ ip }) => ip),
        notReadyAddresses?.map(({ ip }) => ip),
        ports,
      ]),
    ).to.deep.equal([[['10.244.0.2'], ['10.244.0.3'], [{ port: 8080, protocol: 'TCP' }]]]);
  });

  it('follow a pod: it becomes ready, is relabelled, ends', async () => {
    await makeService();
    const pod = await makePod('web-1', '10.244.0.2', { ready: false });
    await world.settle();
    expect(inSlices(await slices())).to.deep.equal(['10.244.0.2']);
    const ready = await setStatus(pod, '10.244.0.2', true);
    await world.settle();
    expect(inSlices(await slices())).to.deep.equal(['10.244.0.2 ready serving']);
    const away = await pods().update({ ...ready, metadata: { ...ready.metadata, labels: { app: 'quarantine' } } });
    await world.settle();
    expect(inSlices(await slices())).to.deep.equal([]);
    expect((await endpoints()).subsets ?? []).to.deep.equal([]);
    const back = await pods().update({ ...away, metadata: { ...away.metadata, labels: { app: 'web' } } });
    await world.settle();
    expect(inSlices(await slices())).to.deep.equal(['10.244.0.2 ready serving']);
    await setStatus(back, '10.244.0.2', false, 'Succeeded');
    await world.settle();
    expect(inSlices(await slices())).to.deep.equal([]);
  });

  it('show a pod that is being deleted as terminating, and only in slices', async () => {
    await makeService();
    await makePod('web-1', '10.244.0.2');
    await makePod('web-2', '10.244.0.3');
    await world.settle();
    await pods().delete('web-1', { gracePeriodSeconds: 30 });
    await world.settle();
    expect(inSlices(await slices())).to.have.members(['10.244.0.2 serving terminating', '10.244.0.3 ready serving']);
    expect((await endpoints()).subsets?.flatMap(({ addresses }) => addresses?.map(({ ip }) => ip))).to.deep.equal([
      '10.244.0.3',
    ]);
    await pods().delete('web-1', { gracePeriodSeconds: 0 });
    await world.settle();
    expect(inSlices(await slices())).to.deep.equal(['10.244.0.3 ready serving']);
  });

  it('write nothing when nothing is different', async () => {
    await makeService();
    const pod = await makePod('web-1', '10.244.0.2');
    await world.settle();
    const before = [...(await slices()), await endpoints()].map(({ metadata }) => metadata.resourceVersion);
    await pods().update({ ...pod, metadata: { ...pod.metadata, annotations: { note: 'nothing for services' } } });
    await services().update({
      ...(await services().get('web')),
      metadata: { ...(await services().get('web')).metadata, annotations: { note: 'x' } },
    });
    await world.settle();
    expect([...(await slices()), await endpoints()].map(({ metadata }) => metadata.resourceVersion)).to.deep.equal(
      before,
    );
  });

  it('never make a second slice for pods that have one, however fast they come', async () => {
    await makeService();
    for (let number = 2; number < 60; number += 1) {
      void makePod(`web-${number}`, `10.244.0.${number}`);
      if (number % 7 === 0) await Promise.resolve();
    }
    await world.settle();
    const found = await slices();
    expect(found).to.have.length(1);
    expect(new Set(inSlices(found)).size).to.equal(58);
    expect(inSlices(found)).to.have.length(58);
  });

  it('give headless Services names for their pods, and those that are not ready when asked for', async () => {
    await makeService({ clusterIP: 'None', publishNotReadyAddresses: true });
    await makePod('web-0', '10.244.0.2', { ready: false, spec: { hostname: 'web-0', subdomain: 'web' } });
    await world.settle();
    const [slice] = await slices();
    expect(slice?.metadata.labels).to.include({ 'service.kubernetes.io/headless': '' });
    expect(slice?.endpoints[0]?.hostname).to.equal('web-0');
    expect(slice?.endpoints[0]?.conditions).to.deep.equal({ ready: true, serving: false, terminating: false });
    const { subsets, metadata } = await endpoints();
    expect(subsets?.[0]?.addresses?.map(({ ip, hostname }) => [ip, hostname])).to.deep.equal([['10.244.0.2', 'web-0']]);
    expect(metadata.labels).to.include({ 'service.kubernetes.io/headless': '' });
  });

  it('delete Endpoints with their Service, and write again what somebody deleted', async () => {
    await makeService();
    await makePod('web-1', '10.244.0.2');
    await world.settle();
    const [slice] = await slices();
    await world.client
      .of(EndpointSlices)
      .in('default')
      .delete(slice?.metadata.name ?? '');
    await world.client.of(Endpointses).in('default').delete('web');
    await world.settle();
    expect(inSlices(await slices())).to.deep.equal(['10.244.0.2 ready serving']);
    expect((await endpoints()).subsets).to.have.length(1);
    await services().delete('web');
    await world.settle();
    const left = await world.client.of(Endpointses).in('default').list();
    expect(left.items).to.deep.equal([]);
  });
});

const begin = async ({ client }: ControlPlane) => {
  const spec = { selector: { app: 'web' }, ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }] };
  await client
    .of(Services)
    .in('default')
    .create({ metadata: { name: 'web' }, spec });
  for (const number of [2, 3, 4]) {
    const pods = client.of(Pods).in('default');
    const pod = await pods.create({
      metadata: { name: `web-${number}`, labels: { app: 'web' } },
      spec: { nodeName: 'node-0', containers: [{ name: 'main', image: 'kubelab/web' }] },
    });
    const conditions = [{ type: 'Ready', status: 'True' }];
    await pods.status.update({ ...pod, status: { phase: 'Running', podIP: `10.244.0.${number}`, conditions } });
  }
};
const wanted = '10.244.0.2 10.244.0.3 10.244.0.4';

describeController('endpointslice', () => ({
  store: (clock) => new MemoryStore(clock),
  make: ({ faulty }) => new EndpointSliceController(faulty),
  begin,
  holds: async ({ client }) => {
    const { items } = await client.of(EndpointSlices).list();
    const addresses = items.flatMap(({ endpoints }) => endpoints.flatMap((endpoint) => endpoint.addresses));
    return addresses.sort().join(' ') === wanted;
  },
}));

describeController('endpoints', () => ({
  store: (clock) => new MemoryStore(clock),
  make: ({ faulty }) => new EndpointsController(faulty),
  begin,
  holds: async ({ client }) => {
    const { items } = await client.of(Endpointses).list();
    const addresses = items.flatMap(({ subsets }) => subsets?.flatMap((subset) => subset.addresses ?? []) ?? []);
    return addresses.map(({ ip }) => ip).join(' ') === wanted;
  },
}));
