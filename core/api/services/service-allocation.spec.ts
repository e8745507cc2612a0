// Addresses of Services: each its own, kept, given back, and known again after a restart.

import { expect } from 'chai';
import { MemoryStore } from '../../../plugins/store-memory/memory-store.ts';
import type { Resource } from '../../model/resource.ts';
import { type Service, Services } from '../../model/service.ts';
import { ApiError } from '../../model/status.ts';
import { SeededRandom } from '../../time/random.ts';
import { VirtualClock } from '../../time/virtual-clock.ts';
import { ServiceAllocation } from './service-allocation.ts';

const services = Services as Resource;

const service = (spec: object): Service =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' }, spec }) as unknown as Service;

const ports = [{ port: 80 }];

describe('service allocation', () => {
  const store = new MemoryStore(new VirtualClock());
  const allocation = (clusterIPs = '10.96.0.0/28') =>
    new ServiceAllocation(store, new SeededRandom(1), { clusterIPs, nodePorts: [30_000, 30_003] });
  const give = async (of: ServiceAllocation, spec: object, previous?: Service) =>
    (await of.allocate(services, service(spec), previous)).object as Service;
  const refusal = async (promise: Promise<unknown>): Promise<string> => {
    const error = await promise.catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ApiError);
    return (error as ApiError).message;
  };

  it('gives every address once, then none', async () => {
    const of = allocation();
    const given = new Set<string | undefined>();
    for (let i = 0; i < 14; i += 1) given.add((await give(of, { ports })).spec.clusterIP);
    expect(given.size).to.equal(14);
    expect(given).to.include('10.96.0.1').and.to.include('10.96.0.14');
    expect(await refusal(give(of, { ports }))).to.contain('range is full');
  });

  it('grants wishes, and says in Kubernetes words why not', async () => {
    const of = allocation();
    expect((await give(of, { ports, clusterIP: '10.96.0.7' })).spec).to.deep.include({
      clusterIP: '10.96.0.7',
      clusterIPs: ['10.96.0.7'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
    expect(await refusal(give(of, { ports, clusterIP: '10.96.0.7' }))).to.equal(
      'Service "web" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.7"]: failed to allocate IP 10.96.0.7: provided IP is already allocated',
    );
    expect(await refusal(give(of, { ports, clusterIP: '10.97.0.7' }))).to.contain(
      'the provided IP (10.97.0.7) is not in the valid range. The range of valid IPs is 10.96.0.0/28',
    );
    const taken = { ports: [{ port: 80, nodePort: 30_001 }], type: 'NodePort' };
    await give(of, taken);
    expect(await refusal(give(of, taken))).to.equal(
      'Service "web" is invalid: spec.ports[0].nodePort: Invalid value: 30001: provided port is already allocated',
    );
    expect(await refusal(give(of, { ports: [{ port: 80, nodePort: 99 }], type: 'NodePort' }))).to.contain(
      'provided port is not in the valid range. The range of valid ports is 30000-30003',
    );
  });

  it('takes nothing when a part cannot be had', async () => {
    const of = allocation();
    const many = Array.from({ length: 5 }, (_, i) => ({ port: i + 1 }));
    await refusal(give(of, { ports: many, type: 'NodePort', clusterIP: '10.96.0.9' }));
    const spec = (await give(of, { ports: many.slice(1), type: 'NodePort', clusterIP: '10.96.0.9' })).spec;
    expect(new Set(spec.ports?.map(({ nodePort }) => nodePort)).size).to.equal(4);
  });

  it('lets TCP and UDP of one port share a node port', async () => {
    const both = [
      { port: 53, protocol: 'TCP' },
      { port: 53, protocol: 'UDP' },
    ];
    const [tcp, udp] = (await give(allocation(), { ports: both, type: 'NodePort' })).spec.ports ?? [];
    expect(tcp?.nodePort).to.equal(udp?.nodePort).and.not.equal(undefined);
  });

  it('gives headless and external Services none', async () => {
    expect((await give(allocation(), { ports, clusterIP: 'None' })).spec.clusterIPs).to.deep.equal(['None']);
    expect((await give(allocation(), { type: 'ExternalName', externalName: 'x.y' })).spec.clusterIP).to.equal(
      undefined,
    );
  });

  it('keeps what an update leaves blank, and gives back what it no longer uses', async () => {
    const of = allocation();
    const first = await give(of, { ports, type: 'NodePort' });
    const blank = of.keep(services, service({ ports, type: 'NodePort' }), first) as Service;
    expect(blank.spec.clusterIP).to.equal(first.spec.clusterIP);
    expect(blank.spec.ports).to.deep.equal(first.spec.ports);
    const inner = of.keep(services, service({ ...first.spec, type: 'ClusterIP' }), first);
    const change = await of.allocate(services, inner, first);
    expect((change.object as Service).spec.ports).to.deep.equal(ports);
    const nodePort = first.spec.ports?.[0]?.nodePort;
    await refusal(give(of, { ports: [{ port: 81, nodePort }], type: 'NodePort' }));
    change.settle();
    await give(of, { ports: [{ port: 81, nodePort }], type: 'NodePort' });
    of.release(services, change.object);
    await give(of, { ports, clusterIP: first.spec.clusterIP });
  });

  it('knows after a restart what is taken', async () => {
    const first = await give(allocation(), { ports, clusterIP: '10.96.0.3' });
    await store.put('/registry/services/specs/default/web', first);
    expect(await refusal(give(allocation(), { ports, clusterIP: '10.96.0.3' }))).to.contain('already allocated');
  });
});
