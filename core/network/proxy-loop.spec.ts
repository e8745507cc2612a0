import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import type { NameRecord, Network } from '../contracts/network.ts';
import type { Proxy, ServiceTable, SyncFailure, TableChanges } from '../contracts/proxy.ts';
import { EndpointSlices } from '../model/endpoint-slice.ts';
import { Events } from '../model/event.ts';
import { Services } from '../model/service.ts';
import { TestWorld } from '../testing/test-world.ts';
import { ProxyLoop } from './proxy-loop.ts';

/** Writes down what it is told to sync. */
class RecordingProxy implements Proxy {
  readonly name = 'recording';
  readonly syncs: { readonly ids: readonly string[]; readonly changes: readonly string[] | 'all' }[] = [];
  table: ServiceTable | undefined;
  failing: SyncFailure[] = [];
  error: Error | undefined;
  stopped: { keepRules: boolean } | undefined;
  #busy = false;

  async sync(table: ServiceTable, changes: TableChanges) {
    expect(this.#busy, 'a second sync before the first one came back').to.equal(false);
    this.#busy = true;
    await Promise.resolve();
    this.#busy = false;
    this.syncs.push({ ids: [...table.frontends.keys()], changes: changes === 'all' ? 'all' : [...changes] });
    this.table = table;
    if (this.error) throw this.error;
    return { failed: this.failing };
  }

  trace() {
    return { steps: [], backends: [] };
  }

  async stop(options: { keepRules: boolean }) {
    this.stopped = options;
  }
}

class RecordingNetwork implements Network {
  readonly kind = 'none';
  records: readonly NameRecord[] = [];
  told = 0;

  resolve() {
    return undefined;
  }

  register() {
    return { close() {} };
  }

  names(records: readonly NameRecord[]) {
    this.records = records;
    this.told += 1;
  }
}

describe('proxy loop', () => {
  let world: TestWorld;
  let proxy: RecordingProxy;
  let network: RecordingNetwork;
  let loop: ProxyLoop;
  let bugs: unknown[];

  beforeEach(async () => {
    world = new TestWorld((clock) => new MemoryStore(clock));
    await world.namespace('default');
    proxy = new RecordingProxy();
    network = new RecordingNetwork();
    bugs = [];
    const { faulty: client, clock, random } = world;
    loop = new ProxyLoop({ client, proxy, network, clock, random, onBug: (error) => bugs.push(error) });
  });
  afterEach(() => world.close());

  const makeService = (name: string, address: string) =>
    world.client
      .of(Services)
      .in('default')
      .create({
        metadata: { name },
        spec: { clusterIP: address, clusterIPs: [address], ports: [{ port: 80, protocol: 'TCP' }] },
      });
  const makeSlice = (service: string, ...addresses: string[]) =>
    world.client
      .of(EndpointSlices)
      .in('default')
      .create({
        metadata: { name: `${service}-1`, labels: { 'kubernetes.io/service-name': service } },
        addressType: 'IPv4',
        endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
        ports: [{ name: '', port: 8080, protocol: 'TCP' }],
      });
  const backends = (id: string) => proxy.table?.frontends.get(id)?.backends.map(({ address }) => address);

  it('hands over the whole table at first, then what changed', async () => {
    await makeService('web', '10.96.0.10');
    await makeSlice('web', '10.244.0.2');
    await world.start(loop);
    expect(proxy.syncs).to.deep.equal([{ ids: ['default/web ClusterIP'], changes: 'all' }]);
    expect(backends('default/web ClusterIP')).to.deep.equal(['10.244.0.2']);
    expect(network.records).to.deep.equal([{ name: 'web.default.svc.cluster.local', addresses: ['10.96.0.10'] }]);

    await makeService('db', '10.96.0.11');
    await world.settle();
    await makeSlice('db', '10.244.0.3');
    await world.settle();
    await world.client.of(Services).in('default').delete('web');
    await world.settle();
    expect(proxy.syncs.slice(1).map(({ changes }) => changes)).to.deep.equal([
      ['default/db ClusterIP'],
      ['default/db ClusterIP'],
      ['default/web ClusterIP'],
    ]);
    expect(proxy.syncs.at(-1)?.ids).to.deep.equal(['default/db ClusterIP']);
    expect(network.records.map(({ name }) => name)).to.deep.equal(['db.default.svc.cluster.local']);
  });

  it('makes one sync of a burst of changes', async () => {
    await world.start(loop);
    for (let number = 1; number <= 20; number += 1) {
      await makeService(`web-${number}`, `10.96.0.${number}`);
      await makeSlice(`web-${number}`, `10.244.0.${number}`);
    }
    await world.settle();
    expect(proxy.syncs).to.have.length(2);
    expect(proxy.syncs[1]?.changes).to.have.length(20);
    expect(network.told).to.equal(1);
  });

  it('does not trouble the proxy with changes that are none to it', async () => {
    await makeService('web', '10.96.0.10');
    const slice = await makeSlice('web', '10.244.0.2');
    await world.start(loop);
    const metadata = { ...slice.metadata, annotations: { note: 'nothing for proxies' } };
    await world.client
      .of(EndpointSlices)
      .in('default')
      .update({ ...slice, metadata });
    await world.settle();
    expect(proxy.syncs).to.have.length(1);
  });

  it('tries again with the whole table after a failure, ever more slowly, and says so on the Service', async () => {
    await makeService('web', '10.96.0.10');
    proxy.failing = [{ frontend: 'default/web ClusterIP', reason: 'port 80 (TCP) is in use by another program' }];
    await world.start(loop);
    await world.clock.advance(60_000);
    const attempts = proxy.syncs.length;
    expect(attempts).to.be.within(4, 8);
    expect(proxy.syncs.every(({ changes }) => changes === 'all')).to.equal(true);
    const { items } = await world.client.of(Events).in('default').list();
    expect(
      items.map(({ type, reason, message, count, involvedObject }) => ({
        type,
        reason,
        message,
        count,
        of: involvedObject.name,
      })),
    ).to.deep.equal([
      {
        type: 'Warning',
        reason: 'SyncProxyRulesFailed',
        message: "can't open port for default/web ClusterIP, skipping it: port 80 (TCP) is in use by another program",
        count: 1,
        of: 'web',
      },
    ]);
    proxy.failing = [];
    await world.clock.advance(60_000);
    expect(proxy.syncs.length).to.equal(attempts + 1);
    await makeSlice('web', '10.244.0.2');
    await world.settle();
    expect(proxy.syncs.at(-1)?.changes).to.deep.equal(['default/web ClusterIP']);
  });

  it('outlives a proxy that throws, and gives it the whole table again', async () => {
    await world.start(loop);
    proxy.error = new Error('a bug of the proxy');
    await makeService('web', '10.96.0.10');
    await world.settle();
    expect(bugs).to.include(proxy.error);
    proxy.error = undefined;
    await world.clock.advance(60_000);
    expect(proxy.syncs.at(-1)).to.deep.equal({ ids: ['default/web ClusterIP'], changes: 'all' });
  });

  it('does not start with a proxy that throws at once, and leaves nothing behind', async () => {
    proxy.error = new Error('a bug of the proxy');
    const starting = world.start(loop).then(
      () => 'started',
      (error: unknown) => error,
    );
    await world.settle();
    expect(await starting).to.equal(proxy.error);
    expect(proxy.stopped).to.deep.equal({ keepRules: false });
  });

  it('keeps the rules when a successor takes over', async () => {
    await world.start(loop);
    await loop.stop({ handOver: true });
    expect(proxy.stopped).to.deep.equal({ keepRules: true });
    const syncs = proxy.syncs.length;
    await makeService('web', '10.96.0.10');
    await world.settle();
    expect(proxy.syncs).to.have.length(syncs);
  });
});
