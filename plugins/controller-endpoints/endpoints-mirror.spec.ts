import { expect } from 'chai';
import { type EndpointSlice, EndpointSlices } from '../../core/model/endpoint-slice.ts';
import { Endpointses } from '../../core/model/endpoints.ts';
import { Services } from '../../core/model/service.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { TestWorld } from '../../core/testing/test-world.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { EndpointSliceController } from './endpoint-slice-controller.ts';
import { EndpointsController } from './endpoints-controller.ts';
import { EndpointsMirror } from './endpoints-mirror.ts';

describe('hand-made Endpoints', () => {
  let world: TestWorld;

  beforeEach(async () => {
    world = new TestWorld((clock) => new MemoryStore(clock));
    await world.namespace('default');
    const { faulty } = world;
    await world.run(new EndpointSliceController(faulty), new EndpointsController(faulty), new EndpointsMirror(faulty));
  });
  afterEach(() => world.close());

  const services = () => world.client.of(Services).in('default');
  const endpoints = () => world.client.of(Endpointses).in('default').get('web');
  const slices = async () =>
    (await world.client.of(EndpointSlices).in('default').list({ labelSelector: 'kubernetes.io/service-name=web' }))
      .items;
  /** Each endpoint as `address ready`. */
  const inSlices = (all: readonly EndpointSlice[]) =>
    all.flatMap((slice) =>
      slice.endpoints.map(({ addresses, conditions }) => `${addresses[0]}${conditions?.ready ? ' ready' : ''}`),
    );

  const handMade = (metadata: object = {}) =>
    world.client
      .of(Endpointses)
      .in('default')
      .create({
        metadata: { name: 'web', ...metadata },
        subsets: [
          {
            addresses: [{ ip: '192.0.2.1', hostname: 'one' }],
            notReadyAddresses: [{ ip: '192.0.2.2' }],
            ports: [{ name: 'http', port: 9376, protocol: 'TCP' }],
          },
          { addresses: [{ ip: '2001:db8::1' }], ports: [{ name: 'http', port: 9376, protocol: 'TCP' }] },
        ],
      });
  const makeIt = () =>
    services().create({ metadata: { name: 'web' }, spec: { ports: [{ name: 'http', port: 80, protocol: 'TCP' }] } });

  it('are left to whoever writes them, and mirrored into slices', async () => {
    await makeIt();
    const { metadata } = await handMade({
      labels: { team: 'red' },
      annotations: { note: 'mine', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    });
    await world.settle();
    expect((await endpoints()).subsets?.[0]?.addresses).to.deep.equal([{ ip: '192.0.2.1', hostname: 'one' }]);
    const [v4, v6] = [...(await slices())].sort((a, b) => (a.addressType < b.addressType ? -1 : 1));
    expect(v4?.endpoints).to.deep.equal([
      { addresses: ['192.0.2.1'], conditions: { ready: true }, hostname: 'one' },
      { addresses: ['192.0.2.2'], conditions: { ready: false } },
    ]);
    expect(v4?.ports).to.deep.equal([{ name: 'http', port: 9376, protocol: 'TCP' }]);
    expect(v4?.metadata.labels).to.deep.equal({
      team: 'red',
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
      'kubernetes.io/service-name': 'web',
    });
    expect(v4?.metadata.annotations).to.deep.equal({ note: 'mine' });
    expect(v4?.metadata.ownerReferences?.[0]).to.include({ kind: 'Endpoints', uid: metadata.uid, controller: true });
    expect(v6).to.include({ addressType: 'IPv6' });
  });

  it('are followed in their place', async () => {
    await handMade();
    await world.settle();
    expect(await slices(), 'nobody asks without a Service').to.deep.equal([]);
    await makeIt();
    await world.settle();
    const names = async () => (await slices()).map(({ metadata }) => metadata.name).sort();
    const before = await names();
    expect(before).to.have.length(2);
    const found = await endpoints();
    const [first, second] = found.subsets ?? [];
    const moved = { ...first, addresses: [{ ip: '192.0.2.9' }] };
    await world.client
      .of(Endpointses)
      .in('default')
      .update({ ...found, subsets: [moved, second!] } as never);
    await world.settle();
    expect(await names()).to.deep.equal(before);
    expect(inSlices(await slices())).to.include('192.0.2.9 ready');
    await world.client.of(Endpointses).in('default').delete('web');
    await world.settle();
    expect(await slices()).to.deep.equal([]);
  });

  it('are not mirrored when their writer says so, nor beside pods', async () => {
    await makeIt();
    await handMade({ labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } });
    await world.settle();
    expect(await slices()).to.deep.equal([]);
    const found = await endpoints();
    await world.client
      .of(Endpointses)
      .in('default')
      .update({ ...found, metadata: { ...found.metadata, labels: {} } });
    await world.settle();
    expect(await slices()).to.have.length(2);
    await services().patch('web', { spec: { selector: { app: 'web' } } });
    await world.settle();
    expect(inSlices(await slices())).to.deep.equal([]);
  });
});

describeController('endpointslice-mirroring', () => ({
  store: (clock) => new MemoryStore(clock),
  make: ({ faulty }) => new EndpointsMirror(faulty),
  begin: async ({ client }) => {
    const metadata = { name: 'web', namespace: 'default' };
    await client.of(Services).create({ metadata, spec: { ports: [{ port: 80, protocol: 'TCP' }] } });
    const ports = (port: number) => [{ port, protocol: 'TCP' }];
    await client.of(Endpointses).create({
      metadata,
      subsets: [
        { addresses: [{ ip: '10.244.0.2' }, { ip: '10.244.0.3' }], ports: ports(80) },
        { addresses: [{ ip: '10.244.0.4' }], ports: ports(8080) },
      ],
    });
  },
  holds: async ({ client }) => {
    const { items } = await client.of(EndpointSlices).list();
    const addresses = items.flatMap(({ endpoints }) => endpoints.flatMap((endpoint) => endpoint.addresses));
    return addresses.sort().join(' ') === '10.244.0.2 10.244.0.3 10.244.0.4';
  },
}));
