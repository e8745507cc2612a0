// UDP port: listens, and keeps a flow for each client, because UDP knows no connections: a socket of its own towards one
// backend, so that the answers find their way back. A flow that carried nothing for a while is forgotten, as a router's
// connection tracking forgets it (Linux: 30 s).
// Always true: there are at most `maxFlows` flows, the longest silent one makes room; one appointment with the clock
// serves them all, not one a flow; a datagram whose backend refuses it is sent to the next one.

import { createSocket, type Socket } from 'node:dgram';
import type { Cancel, Clock } from '../../core/contracts/clock.ts';
import type { HostAddress } from '../../core/contracts/network.ts';
import type { OpenPort } from './switchboard.ts';

const maxFlows = 1024;
/** How often a datagram looks for a backend that takes it, and how many wait while a flow's socket opens. */
const maxTries = 4;
const maxWaiting = 16;

export interface UdpClaimant {
  readonly clock: Clock;
  /** Milliseconds after which a silent flow ends. */
  readonly udpIdleTimeout: number;
  /** Where the client's datagrams go. @param reset the backend it was sent to before refused. */
  backendFor(client: HostAddress, reset: boolean): { readonly backend: string; readonly at: HostAddress } | undefined;
}

interface Flow {
  /** Of the client, in the table. */
  readonly key: string;
  readonly client: HostAddress;
  readonly backend: string;
  readonly socket: Socket;
  readonly tries: number;
  lastUsed: number;
  /** Sent, and not known to have arrived: kept for the next backend should this one refuse. */
  unanswered: Buffer | undefined;
  /** Datagrams that came before the socket was open; undefined once it is. */
  waiting: Buffer[] | undefined;
}

export async function openUdpPort(listen: HostAddress, served: () => UdpClaimant | undefined): Promise<OpenPort> {
  const socket = createSocket(listen.host.includes(':') ? 'udp6' : 'udp4');
  const { port } = await new Promise<{ port: number }>((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ port: listen.port, address: listen.host, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket.address());
    });
  });
  return new UdpPort(socket, { host: listen.host, port }, served);
}

class UdpPort implements OpenPort {
  readonly at: HostAddress;
  readonly #socket: Socket;
  readonly #served: () => UdpClaimant | undefined;
  /** By client: where its next datagram goes. */
  readonly #current = new Map<string, Flow>();
  /** All that are open, the longest silent first: also those to former backends that still owe an answer. */
  readonly #flows = new Set<Flow>();
  #cancel: Cancel | undefined;
  #closed = false;

  constructor(socket: Socket, at: HostAddress, served: () => UdpClaimant | undefined) {
    this.at = at;
    this.#socket = socket;
    this.#served = served;
    // A client that is gone makes the kernel report its port as unreachable; that concerns nobody else.
    socket.on('error', () => {});
    socket.on('message', (data, from) => this.#fromClient(data, { host: from.address, port: from.port }));
  }

  endFlows(to: (backend: string) => boolean): void {
    for (const flow of this.#flows) {
      if (!to(flow.backend)) continue;
      this.#current.delete(flow.key);
      if (flow.unanswered === undefined) this.#end(flow);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancel?.();
    for (const flow of this.#flows) this.#end(flow);
    this.#socket.close();
  }

  #fromClient(data: Buffer, client: HostAddress): void {
    const claimant = this.#served();
    if (!claimant) return;
    const key = `${client.host} ${client.port}`;
    const flow = this.#current.get(key) ?? this.#begin(key, client, claimant, 1);
    if (flow) this.#send(flow, data, claimant);
    this.#plan(claimant);
  }

  #begin(key: string, client: HostAddress, claimant: UdpClaimant, tries: number): Flow | undefined {
    const target = claimant.backendFor(client, tries > 1);
    if (!target) return undefined;
    const [longestSilent] = this.#flows;
    if (longestSilent && this.#flows.size >= maxFlows) this.#end(longestSilent);
    const { at, backend } = target;
    const socket = createSocket(at.host.includes(':') ? 'udp6' : 'udp4');
    const flow: Flow = { key, client, backend, socket, tries, lastUsed: 0, unanswered: undefined, waiting: [] };
    this.#current.set(key, flow);
    this.#touch(flow, claimant);
    socket.on('message', (data) => {
      if (!this.#flows.has(flow)) return;
      flow.unanswered = undefined;
      this.#touch(flow, claimant);
      this.#socket.send(data, client.port, client.host);
    });
    socket.on('error', () => this.#refused(flow, claimant));
    socket.connect(at.port, at.host, () => {
      for (const data of flow.waiting ?? []) socket.send(data);
      flow.waiting = undefined;
    });
    return flow;
  }

  #send(flow: Flow, data: Buffer, claimant: UdpClaimant): void {
    this.#touch(flow, claimant);
    flow.unanswered = data;
    if (!flow.waiting) flow.socket.send(data);
    else if (flow.waiting.length < maxWaiting) flow.waiting.push(data);
  }

  /** Nobody listens at the backend any more: what it did not answer goes to the next one. */
  #refused(flow: Flow, claimant: UdpClaimant): void {
    if (!this.#flows.has(flow)) return;
    this.#end(flow);
    const { key, client, tries, unanswered } = flow;
    if (unanswered === undefined || tries >= maxTries) return;
    const next = this.#current.get(key) ?? this.#begin(key, client, claimant, tries + 1);
    if (next) this.#send(next, unanswered, claimant);
  }

  #touch(flow: Flow, { clock }: UdpClaimant): void {
    flow.lastUsed = clock.now();
    this.#flows.delete(flow);
    this.#flows.add(flow);
  }

  #end(flow: Flow): void {
    if (this.#current.get(flow.key) === flow) this.#current.delete(flow.key);
    if (this.#flows.delete(flow)) flow.socket.close();
  }

  /** One appointment for all flows: when the one that has been silent longest may be forgotten. */
  #plan(claimant: UdpClaimant): void {
    const [first] = this.#flows;
    if (!first || this.#cancel || this.#closed) return;
    const { clock, udpIdleTimeout } = claimant;
    this.#cancel = clock.schedule(first.lastUsed + udpIdleTimeout - clock.now(), () => {
      this.#cancel = undefined;
      for (const flow of this.#flows) {
        if (clock.now() - flow.lastUsed < udpIdleTimeout) break;
        this.#end(flow);
      }
      this.#plan(claimant);
    });
  }
}
