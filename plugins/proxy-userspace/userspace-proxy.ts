// Userspace proxy: a program between client and pod, as kube-proxy's first mode was. For each service port it listens on
// loopback, tells the network that the service's address leads there, takes each connection, chooses a pod, connects to it
// and carries the bytes both ways. Slower than rules in the kernel, and every step of it can be read:
//   userspace-proxy.ts   which frontends are served (here)
//   served-frontend.ts   one of them: its socket, its clients       balancer.ts   which pod is next
//   tcp-port.ts, udp-port.ts   listening and carrying               switchboard.ts   one proxy follows another
// Always true: a sync touches only what changed, and never a connection that is under way; a service without endpoints
// refuses connections; after `stop` no socket of ours is open, unless a successor has taken it over.

import type { Clock } from '../../core/contracts/clock.ts';
import type { Network } from '../../core/contracts/network.ts';
import type {
  Frontend,
  Packet,
  Proxy,
  Route,
  ServiceTable,
  SyncFailure,
  TableChanges,
} from '../../core/contracts/proxy.ts';
import type { Random } from '../../core/contracts/random.ts';
import { emptyTable } from '../../core/network/service-table.ts';
import { Connections } from './connections.ts';
import { frontendFor, routeOf } from './route.ts';
import { ServedFrontend, type Surroundings } from './served-frontend.ts';
import { Switchboard } from './switchboard.ts';

export interface UserspaceProxyOptions {
  /** Milliseconds after which a silent UDP flow ends; Linux' connection tracking waits 30 seconds. */
  readonly udpIdleTimeout?: number;
  /** The node whose packets come here, for traffic policy Local; absent: those of all nodes. */
  readonly nodeName?: string;
}

/** What the proxies of one network share: sockets and connections pass from one to the next. */
class Wire {
  readonly switchboard: Switchboard<ServedFrontend>;
  readonly connections = new Connections();
  readonly proxies = new Set<UserspaceProxy>();

  constructor(network: Network) {
    this.switchboard = new Switchboard(network);
  }
}
const wires = new WeakMap<Network, Wire>();

export class UserspaceProxy implements Proxy {
  readonly name = 'userspace';
  readonly #wire: Wire;
  readonly #around: Surroundings;
  readonly #served = new Map<string, ServedFrontend>();
  #table: ServiceTable = emptyTable;
  #syncing: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(network: Network, clock: Clock, random: Random, options: UserspaceProxyOptions = {}) {
    const wire = wires.get(network) ?? new Wire(network);
    wires.set(network, wire);
    this.#wire = wire;
    wire.proxies.add(this);
    this.#around = {
      network,
      clock,
      random,
      switchboard: wire.switchboard,
      connections: wire.connections,
      udpIdleTimeout: options.udpIdleTimeout ?? 30_000,
      nodeName: options.nodeName,
    };
  }

  /** Listening sockets and TCP sockets in use of all proxies on this network. */
  get open(): { readonly ports: number; readonly sockets: number } {
    return { ports: this.#wire.switchboard.size, sockets: this.#wire.connections.size };
  }

  async sync(table: ServiceTable, changes: TableChanges): Promise<{ readonly failed: readonly SyncFailure[] }> {
    this.#table = table;
    const ids = changes === 'all' ? new Set([...this.#served.keys(), ...table.frontends.keys()]) : changes;
    const syncing = Promise.all([...ids].map((id) => this.#apply(id, table.frontends.get(id))));
    this.#syncing = syncing;
    return { failed: (await syncing).flatMap((failure) => failure ?? []) };
  }

  trace(packet: Packet): Route {
    const frontend = frontendFor(this.#table, packet);
    return routeOf(packet, frontend, frontend && this.#served.get(frontend.id), this.#around.network);
  }

  async stop({ keepRules }: { readonly keepRules: boolean }): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#syncing;
    for (const served of this.#served.values()) served.release();
    this.#served.clear();
    this.#wire.proxies.delete(this);
    if (keepRules) return;
    await this.#wire.connections.end(this.#wire.proxies.size > 0 ? this : undefined);
  }

  async #apply(id: string, frontend: Frontend | undefined): Promise<SyncFailure | undefined> {
    const served = this.#served.get(id);
    if (!frontend || this.#stopped) {
      served?.release();
      this.#served.delete(id);
      return undefined;
    }
    const serving = served ?? new ServedFrontend(this.#around, this, id);
    this.#served.set(id, serving);
    try {
      await serving.update(frontend);
      return undefined;
    } catch (error) {
      return { frontend: id, reason: reasonOf(error, frontend) };
    }
  }
}

function reasonOf(error: unknown, { port, protocol }: Frontend): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `port ${port} (${protocol}) is in use by another program`;
  if (code === 'EACCES') return `port ${port} (${protocol}) may not be opened by this user`;
  if (code === 'EADDRNOTAVAIL') return `this machine does not have the address that port ${port} (${protocol}) is on`;
  if (code === 'EMFILE' || code === 'ENFILE') return `port ${port} (${protocol}) cannot be opened: too many open files`;
  return `port ${port} (${protocol}) cannot be opened: ${message}`;
}
