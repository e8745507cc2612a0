// Virtual network: the wire of a cluster whose pods are plain processes of this machine. A pod's address (10.244.1.5)
// exists only here: whatever listens in a pod really listens on a loopback port of the machine's choice, and the network
// knows which. Programs reach each other because whoever dials asks first:
//   Node.js programs     by their preload (preload/), through the control server
//   proxy and kubelet    by `resolve`, in this process
// Always true: two pods listen on port 80 at the same time; an address inside a pod that means "this machine" means the
// pod; nothing is reachable from outside the machine; what a process registered is gone when the process is.

import { randomBytes } from 'node:crypto';
import type { HostAddress, NameRecord, Network, Protocol, Registration } from '../../../core/contracts/network.ts';
import { AddressPool } from './address-pool.ts';
import { ControlServer } from './control-server.ts';
import { formatAddress, inRange, parseAddress, parseRange, type Range } from './ipv4.ts';
import { type Answer, NameTable } from './name-table.ts';
import { PodAttachment, type PodIdentity } from './pod-attachment.ts';
import { type Endpoint, PortTable } from './port-table.ts';

export interface NetworkRanges {
  readonly podCIDR: string;
  readonly serviceCIDR: string;
  readonly domain: string;
  /**
   * How the source of a connection tells its pod. `address`: each pod dials from a loopback address of its own
   * (10.244.1.5 from 127.244.1.5), which Linux and Windows have without being asked. `port`: from a port that the network
   * gave out for it, for macOS, which has 127.0.0.1 only.
   */
  readonly sources: 'address' | 'port';
}

/** What a pod's program is told when it wants to connect. */
export type Dial =
  | { readonly to: HostAddress; readonly address: string; readonly from?: { host: string; port?: number } }
  /** The machine finds it by itself; `host`: under another name. */
  | { readonly outside: true; readonly host?: string }
  | { readonly error: 'ECONNREFUSED' | 'EHOSTUNREACH' | 'ENOTFOUND'; readonly address?: string };

/** Ports given out as sources on macOS: below NodePorts, and below what machines give their own clients (Linux from 32768, macOS from 49152). */
const sourcePorts = { first: 14_000, count: 16_000 };

export class VirtualNetwork implements Network {
  readonly kind = 'virtual';
  readonly ports = new PortTable();
  readonly domain: string;
  readonly #sources: 'address' | 'port';
  readonly #podRange: Range;
  readonly #serviceRange: Range;
  readonly #names: NameTable;
  readonly #pools = new Map<string, AddressPool>();
  readonly #byToken = new Map<string, PodAttachment>();
  readonly #byAddress = new Map<string, PodAttachment>();
  readonly #sourcePorts = new Map<number, string>();
  readonly #control = new ControlServer((token, container, send) => this.#byToken.get(token)?.open(container, send));
  #nextSource = 0;

  constructor({ podCIDR, serviceCIDR, domain, sources }: Partial<NetworkRanges> = {}) {
    this.#podRange = parseRange(podCIDR ?? '10.244.0.0/16');
    this.#serviceRange = parseRange(serviceCIDR ?? '10.96.0.0/12');
    this.domain = domain ?? 'cluster.local';
    this.#names = new NameTable(this.domain);
    this.#sources = sources ?? (process.platform === 'darwin' ? 'port' : 'address');
  }

  /** Addresses that are neither pods' nor services' are the machine's own (a node, the API server): they are what they are. */
  resolve(address: string, port: number, protocol: Protocol): HostAddress | undefined {
    const found = this.ports.resolve(address, port, protocol);
    if (found) return found;
    const value = parseAddress(address);
    const nominal = value !== undefined && (this.#isPods(value) || inRange(this.#serviceRange, value));
    return nominal ? undefined : { host: address, port };
  }

  /** @throws Error when something listens there already. */
  register(address: string, port: number, protocol: Protocol, at: HostAddress): Registration {
    const remove = this.ports.add(address, port, protocol, at);
    if (!remove) throw new Error(`${protocol} ${address}:${port} is registered already: close its registration first`);
    return { close: remove };
  }

  names(records: readonly NameRecord[]): void {
    this.#names.replace(records);
  }

  podOf(source: HostAddress, protocol: Protocol): string | undefined {
    if (protocol === 'UDP') return this.ports.nominal(source, 'UDP')?.address;
    if (this.#sources === 'port') return this.#sourcePorts.get(source.port);
    const value = parseAddress(source.host);
    if (value === undefined) return undefined;
    const top = Math.floor(this.#podRange.first / 2 ** 24);
    const pod = formatAddress((value % 2 ** 24) + top * 2 ** 24);
    return this.#byAddress.has(pod) ? pod : undefined;
  }

  /** Puts a pod on the wire. `hostNetwork` pods get no address: they use the machine's own network, and the cluster's names. */
  async attach(nodeCIDR: string, pod: PodIdentity): Promise<PodAttachment> {
    const control = { host: '127.0.0.1', port: await this.#control.port() };
    const pool = this.#pools.get(nodeCIDR) ?? new AddressPool(nodeCIDR);
    this.#pools.set(nodeCIDR, pool);
    const address = pod.hostNetwork ? '' : pool.take();
    const token = randomBytes(24).toString('base64url');
    const attachment = new PodAttachment(this, pod, address, token, control, () => {
      this.#byToken.delete(token);
      if (address === '') return;
      this.#byAddress.delete(address);
      for (const [port, owner] of this.#sourcePorts) if (owner === address) this.#sourcePorts.delete(port);
      pool.give(address);
    });
    this.#byToken.set(token, attachment);
    if (address !== '') this.#byAddress.set(address, attachment);
    return attachment;
  }

  lookup(name: string, searches: readonly string[]): Answer {
    return this.#names.lookup(name, searches);
  }

  /** Where a connection from `pod` to an address leads. The address is a number address, never a name. */
  dial(pod: string, address: string, port: number, protocol: Protocol): Dial {
    const to = this.ports.resolve(address, port, protocol);
    if (to) return { to, address, ...(pod !== '' && pod !== address && { from: this.#source(pod) }) };
    const value = parseAddress(address);
    if (value === undefined) return { outside: true };
    if (this.#isPods(value)) {
      return { error: this.#byAddress.has(address) ? 'ECONNREFUSED' : 'EHOSTUNREACH', address };
    }
    return inRange(this.#serviceRange, value) ? { error: 'ECONNREFUSED', address } : { outside: true };
  }

  /** Whose real address this is, for the source of a datagram. */
  peer(at: HostAddress): Endpoint | undefined {
    return this.ports.nominal(at, 'UDP');
  }

  /** Takes every pod off the wire; programs that still run notice and end. */
  async close(): Promise<void> {
    for (const attachment of [...this.#byToken.values()]) attachment.detach();
    this.ports.clear();
    await this.#control.close();
  }

  /** Whether the address is of the pods' range, or of a node's that lies outside of it (beyond the 255th node). */
  #isPods(address: number): boolean {
    return inRange(this.#podRange, address) || [...this.#pools.values()].some((pool) => pool.contains(address));
  }

  #source(pod: string): { host: string; port?: number } {
    if (this.#sources === 'address') return { host: pod.replace(/^\d+/, '127') };
    const port = sourcePorts.first + this.#nextSource;
    this.#nextSource = (this.#nextSource + 1) % sourcePorts.count;
    this.#sourcePorts.set(port, pod);
    return { host: '127.0.0.1', port };
  }
}
