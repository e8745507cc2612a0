// Between memory and a real etcd, whose leases count by a clock of their own.

import { describeCopies } from '../../core/storage/copies.fixture.ts';
import { allTests } from '../../core/testing/runs.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { connect } from './connect.ts';
import { EtcdServers, hasEtcd, withoutEtcd } from './etcd-server.fixture.ts';
import { EtcdStore } from './etcd-store.ts';

(allTests ? describe : () => {})('memory and etcd', function () {
  this.timeout(60_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);
  let servers: EtcdServers;
  let made = 0;
  before(async () => {
    servers = await EtcdServers.start();
  });
  after(() => servers.stop());

  const etcd = (clock: ConstructorParameters<typeof EtcdStore>[1]) => {
    made += 1;
    return new EtcdStore(connect({ endpoints: servers.endpoints, root: `/copy-${made}` }), clock);
  };
  describeCopies({ memory: (clock) => new MemoryStore(clock), etcd }, { ownTime: ['etcd'] });
});
