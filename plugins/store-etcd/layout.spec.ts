// What a person with etcdctl sees: the keys of a real cluster, and objects that can be read.

import { execFileSync, spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { EndpointSlices } from '../../core/model/endpoint-slice.ts';
import { Endpointses } from '../../core/model/endpoints.ts';
import { Leases } from '../../core/model/lease.ts';
import { Namespaces } from '../../core/model/namespace.ts';
import { Nodes } from '../../core/model/node.ts';
import { Services } from '../../core/model/service.ts';
import { ControlPlane } from '../../core/testing/control-plane.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { connect } from './connect.ts';
import { EtcdServers, hasEtcd, withoutEtcd } from './etcd-server.fixture.ts';
import { EtcdStore } from './etcd-store.ts';

const hasEtcdctl = spawnSync('etcdctl', ['version']).status === 0;

describe('etcdctl', function () {
  this.timeout(60_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);
  if (!hasEtcdctl) return void it.skip('there is no etcdctl on the PATH (Debian: etcd-client)');
  let servers: EtcdServers;
  let plane: ControlPlane;
  before(async () => {
    servers = await EtcdServers.start();
    plane = new ControlPlane(
      new EtcdStore(connect({ endpoints: servers.endpoints }), new RealClock()),
      new VirtualClock(),
    );
  });
  after(async () => {
    await plane?.stop();
    await servers?.stop();
  });

  const etcdctl = (...args: readonly string[]): string =>
    execFileSync('etcdctl', ['--endpoints', servers.endpoints.join(), ...args], {
      env: { ...process.env, ETCDCTL_API: '3' },
      encoding: 'utf8',
    });

  it('shows the keys of a real cluster, and objects as JSON', async () => {
    const { client } = plane;
    const metadata = { name: 'web', namespace: 'default' };
    await client.of(Namespaces).create({ metadata: { name: 'default' }, spec: {} });
    await client.of(Nodes).create({ metadata: { name: 'node-1' }, spec: {} });
    await client.of(Services).create({ metadata, spec: { ports: [{ port: 80 }] } } as never);
    await client.of(Endpointses).create({ metadata });
    await client.of(EndpointSlices).create({ metadata, addressType: 'IPv4', endpoints: [] } as never);
    await client.of(Leases).create({ metadata, spec: {} });
    expect(etcdctl('get', '/registry', '--prefix', '--keys-only').split(/\n+/).filter(Boolean)).to.deep.equal([
      '/registry/endpointslices/default/web',
      '/registry/leases/default/web',
      '/registry/minions/node-1',
      '/registry/namespaces/default',
      '/registry/services/endpoints/default/web',
      '/registry/services/specs/default/web',
    ]);
    const node = JSON.parse(etcdctl('get', '/registry/minions/node-1', '--print-value-only'));
    expect(node).to.deep.include({ apiVersion: 'v1', kind: 'Node' });
    expect(node.metadata).not.to.have.property('resourceVersion');
    expect(etcdctl('get', 'kubelab.dev/', '--prefix')).to.equal(
      'kubelab.dev/store\n{"format":1,"cluster":"kubelab"}\n',
    );
  });
});
