// A real etcd under clients, its connection cut, and its server killed by kill -9 and started again: what has no answer may
// have happened, and what has one, and what watchers see, is held to the promises.

import type { Random } from '../../core/contracts/random.ts';
import { describeHistory, type HistoryFault, type HistoryWorld } from '../../core/testing/history/describe-history.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { connect } from './connect.ts';
import { EtcdServers, hasEtcd, withoutEtcd } from './etcd-server.fixture.ts';
import { EtcdStore } from './etcd-store.ts';
import { Relay } from './relay.fixture.ts';

const clock = new RealClock();
/** Histories at the same time, each with a server of its own: compaction is of a whole etcd. */
const atOnce = 3;

/** A store of its own, in a server that had others before it. */
class EtcdWorld implements HistoryWorld {
  readonly servers: EtcdServers;
  readonly relay: Relay;
  readonly #store: EtcdStore;
  readonly #giveBack: () => void;

  constructor(servers: EtcdServers, relay: Relay, seed: number, giveBack: () => void) {
    this.servers = servers;
    this.relay = relay;
    this.#store = new EtcdStore(connect({ endpoints: [relay.endpoint], root: `/history-${seed}` }), clock);
    this.#giveBack = giveBack;
  }

  async open(): Promise<EtcdStore> {
    return this.#store;
  }

  pace(): Promise<void> {
    return clock.sleep(5);
  }

  async end(): Promise<void> {
    await this.#store.close();
    await this.relay.close();
    this.#giveBack();
  }
}

const cut: HistoryFault<EtcdWorld> = {
  name: 'the connection is cut',
  run: async ({ relay }) => relay.cut(),
};
const faults: HistoryFault<EtcdWorld>[] = [
  ...[cut, cut, cut],
  {
    name: 'the connection is cut for a while',
    async run({ relay }, random: Random) {
      relay.cut(true);
      await clock.sleep(random.int(300));
      relay.up();
    },
  },
  {
    name: 'kill -9 of etcd',
    async run({ servers }) {
      const [member] = servers.members;
      await member?.kill();
      member?.start();
      await servers.ready();
    },
  },
];

describe('a real etcd with faults', function () {
  this.timeout(60_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);
  const all: EtcdServers[] = [];
  const free: EtcdServers[] = [];
  before(async () => {
    all.push(...(await Promise.all(Array.from({ length: atOnce }, () => EtcdServers.start()))));
    free.push(...all);
  });
  after(() => Promise.all(all.map((servers) => servers.stop())));

  const make = async (seed: number): Promise<EtcdWorld> => {
    const servers = free.pop();
    if (!servers) throw new Error('more histories at once than servers');
    return new EtcdWorld(servers, await Relay.to(servers.endpoints[0] ?? ''), seed, () => free.push(servers));
  };
  describeHistory('etcd', make, faults, { clients: 5, calls: 20, patience: 15_000, atOnce });
});
