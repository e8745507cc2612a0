// A real etcd under clients, its connection cut, and its server killed by kill -9 and started again; with all tests also a
// cluster of three, of which any member may lose its connection, or be killed. What has no answer may have happened, and what
// has one, and what watchers see, is held to the promises.

import type { Random } from '../../core/contracts/random.ts';
import {
  describeHistory,
  type HistoryFault,
  type HistoryOptions,
  type HistoryWorld,
} from '../../core/testing/history/describe-history.ts';
import { someHistorySeeds } from '../../core/testing/history/seeds.ts';
import { allTests } from '../../core/testing/runs.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { connect } from './connect.ts';
import { EtcdServers, hasEtcd, withoutEtcd } from './etcd-server.fixture.ts';
import { EtcdStore } from './etcd-store.ts';
import { Relay } from './relay.fixture.ts';

const clock = new RealClock();
/** Histories at the same time, each with servers of its own: compaction is of a whole etcd. */
const atOnce = 3;

/** A store of its own, in servers that had others before it; a relay before each member. */
class EtcdWorld implements HistoryWorld {
  readonly servers: EtcdServers;
  readonly relays: readonly Relay[];
  readonly #store: EtcdStore;
  readonly #giveBack: () => void;

  constructor(servers: EtcdServers, relays: readonly Relay[], seed: number, giveBack: () => void) {
    this.servers = servers;
    this.relays = relays;
    const endpoints = relays.map(({ endpoint }) => endpoint);
    this.#store = new EtcdStore(connect({ endpoints, root: `/history-${seed}` }), clock);
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
    await Promise.all(this.relays.map((relay) => relay.close()));
    this.#giveBack();
  }
}

/** What was cut is up again after that time. @param longest milliseconds; 0: at once */
async function cut(relays: readonly Relay[], random: Random, longest: number): Promise<number> {
  let connections = 0;
  for (const relay of relays) connections += relay.cut(longest > 0);
  if (longest > 0) await clock.sleep(random.int(longest));
  for (const relay of relays) relay.up();
  return connections;
}

const oneOf = <T>(all: readonly T[], random: Random): T[] => [random.pick(all)].filter((one) => one !== undefined);

const cuts: HistoryFault<EtcdWorld> = {
  name: 'the connection is cut',
  run: ({ relays }, random) => cut(relays, random, 0),
};
const cutsForAWhile: HistoryFault<EtcdWorld> = {
  name: 'the connection is cut for a while',
  run: ({ relays }, random) => cut(relays, random, 300),
};
const cutsOne: HistoryFault<EtcdWorld> = {
  name: 'the connection to one member is cut for a while',
  run: ({ relays }, random) => cut(oneOf(relays, random), random, 300),
};
const kills: HistoryFault<EtcdWorld> = {
  name: 'kill -9 of a member',
  async run({ servers }, random) {
    const members = oneOf(servers.members, random);
    for (const member of members) {
      await member.kill();
      member.start();
    }
    await servers.ready();
    return members.length;
  },
};

function describeEtcd(
  name: string,
  members: number,
  faults: readonly HistoryFault<EtcdWorld>[],
  options: HistoryOptions,
): void {
  describe(name, function () {
    this.timeout(60_000);
    if (!hasEtcd) return void it.skip(withoutEtcd);
    const all: EtcdServers[] = [];
    const free: EtcdServers[] = [];
    before(async () => {
      all.push(...(await Promise.all(Array.from({ length: options.atOnce ?? 1 }, () => EtcdServers.start(members)))));
      free.push(...all);
    });
    after(() => Promise.all(all.map((servers) => servers.stop())));

    const make = async (seed: number): Promise<EtcdWorld> => {
      const servers = free.pop();
      if (!servers) throw new Error('more histories at once than servers');
      const relays = await Promise.all(servers.endpoints.map((endpoint) => Relay.to(endpoint)));
      return new EtcdWorld(servers, relays, seed, () => free.push(servers));
    };
    describeHistory('etcd', make, faults, options);
  });
}

describeEtcd('a real etcd with faults', 1, [cuts, cuts, cuts, cutsForAWhile, kills], {
  ...{ clients: 5, calls: 20, patience: 15_000, atOnce },
});

if (allTests) {
  describeEtcd('a cluster of three etcds with faults', 3, [cuts, cutsForAWhile, cutsOne, cutsOne, kills], {
    ...{ clients: 5, calls: 20, patience: 30_000, seeds: someHistorySeeds(1 / 5) },
  });
}
