// The stores that are compared, each opened in a folder of its own as a cluster opens it. etcd is the one of this
// machine, one member with the flags that it has by itself: it answers a write when it is flushed.

import { readFileSync } from 'node:fs';
import type { Store } from '../../../core/contracts/store.ts';
import { RealClock } from '../../../core/time/real-clock.ts';
import { connect } from '../../../plugins/store-etcd/connect.ts';
import { EtcdServers } from '../../../plugins/store-etcd/etcd-server.fixture.ts';
import { EtcdStore } from '../../../plugins/store-etcd/etcd-store.ts';
import { Ledger } from '../../../plugins/store-lmdb/ledger.ts';
import { LmdbStore } from '../../../plugins/store-lmdb/lmdb-store.ts';
import { MemoryStore } from '../../../plugins/store-memory/memory-store.ts';

export const names = ['memory', 'LMDB', 'etcd'] as const;
export type Name = (typeof names)[number];

/** A store that is open, and what belongs to it. */
export interface Open {
  readonly store: Store;
  /** The process of its server, where it has one. */
  readonly server?: number;
  /** Closes it, and gives what opens it again: the server is started anew too. */
  close(): Promise<() => Promise<Open>>;
  /** Closes it for good. */
  end(): Promise<void>;
}

const clock = new RealClock();

export async function open(name: Name, folder: string): Promise<Open> {
  if (name === 'etcd') return openEtcd(await EtcdServers.start());
  const store = name === 'memory' ? new MemoryStore(clock) : new LmdbStore(new Ledger(folder, 'bench'), clock);
  return {
    store,
    close: async () => {
      await store.close();
      return () => open(name, folder);
    },
    end: () => store.close(),
  };
}

function openEtcd(servers: EtcdServers): Open {
  const [member] = servers.members;
  const store = new EtcdStore(connect({ endpoints: servers.endpoints }), clock);
  return {
    store,
    ...(member?.pid !== undefined && { server: member.pid }),
    close: async () => {
      await store.close();
      await member?.kill();
      return async () => {
        member?.start();
        await servers.ready();
        return openEtcd(servers);
      };
    },
    end: async () => {
      await store.close();
      await servers.stop();
    },
  };
}

/** Microseconds of processor time that this process and a server have had; 0 of the server where /proc is missing. */
export function processorTime(server: number | undefined): number {
  const { user, system } = process.cpuUsage();
  return user + system + (server === undefined ? 0 : serverTime(server));
}

/** In ticks of 10 ms: fields 14 and 15, counted from behind the program's name. */
function serverTime(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return 0;
  }
}

/** Bytes resident. */
export function residentBytes(pid: number): number {
  const [, kibibytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}
