// Served frontend: one address and port of a service, as this proxy serves it. It claims its place while there is a pod
// to send clients to, and answers for each client: which pod, and what if that pod does not answer.
// Always true: `update` leaves connections alone; a place that could not be claimed is claimed again by the next `update`.

import type { Socket } from 'node:net';
import type { Cancel, Clock } from '../../core/contracts/clock.ts';
import type { HostAddress, Network, Protocol } from '../../core/contracts/network.ts';
import type { Backend, Frontend } from '../../core/contracts/proxy.ts';
import type { Random } from '../../core/contracts/random.ts';
import { eligible } from '../../core/network/service-table.ts';
import { Balancer, placeOf } from './balancer.ts';
import type { Connections } from './connections.ts';
import type { Claim, Claimant, Place, Switchboard } from './switchboard.ts';
import { dial, join } from './tcp-port.ts';

/** Milliseconds that each try to reach a pod may take (kube-proxy, pkg/proxy/userspace: EndpointDialTimeouts). */
const dialTimeouts = [250, 500, 1000, 2000];

export interface Surroundings {
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly switchboard: Switchboard<ServedFrontend>;
  readonly connections: Connections;
  readonly udpIdleTimeout: number;
  /** The node whose packets these are; undefined: all of them (one proxy for the whole cluster). */
  readonly nodeName: string | undefined;
}

export class ServedFrontend implements Claimant {
  readonly balancer: Balancer;
  readonly #around: Surroundings;
  /** The proxy that takes the connections. */
  readonly #owner: object;
  #protocol: Protocol = 'TCP';
  #place: Place | undefined;
  #claim: Claim<ServedFrontend> | undefined;

  constructor(around: Surroundings, owner: object, id: string) {
    this.#around = around;
    this.#owner = owner;
    this.balancer = new Balancer(around.clock, around.random.fork(id));
  }

  /** Where the socket is; undefined when none is open. */
  get at(): HostAddress | undefined {
    return this.#claim?.port.at;
  }

  get clock(): Clock {
    return this.#around.clock;
  }

  get udpIdleTimeout(): number {
    return this.#around.udpIdleTimeout;
  }

  /** Serves the frontend as it is now. @throws Error with `code` when its socket cannot be opened. */
  async update(frontend: Frontend): Promise<void> {
    const { network, nodeName, switchboard } = this.#around;
    const endpoints = eligible(frontend, nodeName);
    this.#protocol = frontend.protocol;
    this.balancer.update(endpoints, frontend.affinity);
    // Where nobody listens, connections are refused: what the kernel's REJECT rule does for a service without endpoints.
    const place = endpoints.length > 0 && network.kind !== 'none' ? placeFor(frontend) : undefined;
    if (place && this.#claim && samePlace(place, this.#place)) {
      const known = new Set(endpoints.map(placeOf));
      this.#claim.port.endFlows((backend) => !known.has(backend));
      return;
    }
    const claim = place && (await this.#claimed(switchboard, place));
    this.#claim?.release();
    this.#claim = claim;
    this.#place = place;
  }

  release(): void {
    this.#claim?.release();
    this.#claim = undefined;
    this.#place = undefined;
  }

  connected(client: Socket): void {
    this.#around.connections.add(client, this.#owner);
    // Until a backend is found nobody else listens for what goes wrong with the client.
    client.on('error', () => {});
    const { remoteAddress: host, remotePort: port } = client;
    if (host === undefined || port === undefined) client.destroy();
    else void this.#connect(client, this.#identityOf({ host, port }));
  }

  backendFor(client: HostAddress, reset: boolean): { readonly backend: string; readonly at: HostAddress } | undefined {
    const who = this.#identityOf(client);
    for (const _ of this.balancer.endpoints) {
      const backend = this.balancer.next(who, reset);
      const at = backend && this.#reach(backend);
      if (at) return { backend: placeOf(backend), at };
      reset = true;
    }
    return undefined;
  }

  async #claimed(switchboard: Switchboard<ServedFrontend>, place: Place): Promise<Claim<ServedFrontend>> {
    const claim = await switchboard.claim(place, this);
    if (claim.predecessor && claim.predecessor !== this) this.balancer.inherit(claim.predecessor.balancer);
    return claim;
  }

  /** Tries one pod after the other; the client that waits too long gives up by itself, and we with it. */
  async #connect(client: Socket, who: string): Promise<void> {
    const tries = Math.max(dialTimeouts.length, this.balancer.endpoints.length);
    for (let tried = 0; tried < tries && !client.destroyed; tried += 1) {
      const backend = this.balancer.next(who, tried > 0);
      const at = backend && this.#reach(backend);
      if (!at) continue;
      const socket = await this.#dial(at, client, dialTimeouts[Math.min(tried, dialTimeouts.length - 1)] ?? 0);
      if (!socket) continue;
      this.#around.connections.add(socket, this.#owner);
      if (client.destroyed) socket.destroy();
      else join(client, socket);
      return;
    }
    client.resetAndDestroy();
  }

  async #dial(at: HostAddress, client: Socket, timeout: number): Promise<Socket | undefined> {
    const giveUp = new AbortController();
    const clientLeft = () => giveUp.abort(new Error('the client left'));
    client.once('close', clientLeft);
    const cancel: Cancel = this.clock.schedule(timeout, () => giveUp.abort(new Error(`no answer in ${timeout} ms`)));
    try {
      return await dial(at, giveUp.signal);
    } catch {
      return undefined;
    } finally {
      cancel();
      client.off('close', clientLeft);
    }
  }

  #reach(backend: Backend): HostAddress | undefined {
    const { network } = this.#around;
    const direct = { host: backend.address, port: backend.port };
    if (network.kind === 'real' || isLoopback(backend.address)) return direct;
    return network.resolve(backend.address, backend.port, this.#protocol);
  }

  /** Who a client is, for affinity: its pod where the network knows it, its address otherwise. */
  #identityOf(client: HostAddress): string {
    return this.#around.network.podOf?.(client, this.#protocol) ?? client.host;
  }
}

/** The machine itself, whatever the pods' network is: the API server is there. */
const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/** Node ports are what they are called; a loopback address can be listened on; all others exist in the network alone. */
function placeFor({ kind, address, port, protocol }: Frontend): Place {
  if (kind === 'NodePort') return { protocol, address: '', port, listen: { host: '127.0.0.1', port } };
  if (isLoopback(address)) return { protocol, address, port, listen: { host: address, port } };
  return { protocol, address, port, listen: { host: '127.0.0.1', port: 0 } };
}

const samePlace = (a: Place, b: Place | undefined): boolean =>
  b !== undefined && a.protocol === b.protocol && a.address === b.address && a.port === b.port;
