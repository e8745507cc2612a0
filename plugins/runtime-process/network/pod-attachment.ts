// Pod attachment: one pod's end of the virtual network: its address, its secret, what its programs listen on, and the
// answers to what their preload asks.

import type { HostAddress, Protocol } from '../../../core/contracts/network.ts';
import type { ControlSession } from './control-server.ts';
import { isLoopback, isUnspecified, parseAddress } from './ipv4.ts';
import type { Answer } from './name-table.ts';
import type { Dial, VirtualNetwork } from './virtual-network.ts';

/** What the network must know of a pod. */
export interface PodIdentity {
  readonly hostname: string;
  /** Its name with subdomain and domain, where it has one. */
  readonly fullName?: string;
  /** Names that this pod alone knows (hostAliases), and their addresses. */
  readonly hosts?: ReadonlyMap<string, string>;
  readonly searches: readonly string[];
  readonly hostNetwork: boolean;
}

/** Where nominal ports of port 0 are looked for when the real one's number is taken: Linux' range for clients. */
const ephemeral = { first: 32_768, last: 60_999 };

export class PodAttachment {
  readonly address: string;
  readonly #network: VirtualNetwork;
  readonly #pod: PodIdentity;
  readonly #token: string;
  readonly #control: HostAddress;
  readonly #onDetach: () => void;
  readonly #removals = new Set<() => void>();
  readonly #senders = new Map<string, Set<(message: object) => void>>();
  #detached = false;

  constructor(
    network: VirtualNetwork,
    pod: PodIdentity,
    address: string,
    token: string,
    control: HostAddress,
    onDetach: () => void,
  ) {
    this.#network = network;
    this.#pod = pod;
    this.address = address;
    this.#token = token;
    this.#control = control;
    this.#onDetach = onDetach;
  }

  /** What the preload in a program of the pod has to know to be on the wire. */
  settings(container: string): Record<string, string> {
    return {
      network: `${this.#control.host}:${this.#control.port}`,
      token: this.#token,
      container,
      address: this.address,
      hostname: this.#pod.hostname,
      ...(this.#pod.fullName !== undefined && { fullName: this.#pod.fullName }),
    };
  }

  /** Says that a program without preload is expected to listen on `real` for `port`; undone by the function. */
  expect(port: number, protocol: Protocol, real: number): () => void {
    if (this.address === '') return () => undefined;
    // The real port is known by its own number too, so that `curl localhost:$PORT` works beside the program.
    const removals = [port, real].map((nominal) =>
      this.#network.ports.add(this.address, nominal, protocol, { host: '127.0.0.1', port: real }, true),
    );
    return this.#keep(() => {
      for (const remove of removals) remove?.();
    });
  }

  /** Asks the programs of a container to end, over the wire. False: none of them listens to us. */
  signal(container: string, signal: string): boolean {
    const senders = this.#senders.get(container);
    for (const send of senders ?? []) send({ signal });
    return (senders?.size ?? 0) > 0;
  }

  /** A program of the pod has connected. */
  open(container: string, send: (message: object) => void): ControlSession {
    const own = new Map<number, () => void>();
    const senders = this.#senders.get(container) ?? new Set();
    this.#senders.set(container, senders.add(send));
    return {
      ask: (question) => this.#answer(question, own),
      end: () => {
        for (const remove of own.values()) remove();
        senders.delete(send);
        if (senders.size === 0) this.#senders.delete(container);
      },
    };
  }

  /** Where a connection of this pod to a name or address leads. */
  dial(host: string, port: number, protocol: Protocol): Dial {
    if (isUnspecified(host) || isLoopback(host) || host === 'localhost') return this.#dialSelf(port, protocol);
    const name = parseAddress(host) === undefined && !host.includes(':');
    if (!name) return this.#network.dial(this.address, host.replace(/^::ffff:/i, ''), port, protocol);
    const addresses = this.lookup(host);
    if (addresses === 'none') return { error: 'ENOTFOUND' };
    if (addresses === 'outside') return { outside: true };
    if ('outside' in addresses) return { outside: true, host: addresses.outside };
    const [first] = addresses;
    if (first === undefined) return { outside: true };
    if (isLoopback(first)) return this.#dialSelf(port, protocol);
    const answer = this.#network.dial(this.address, first, port, protocol);
    // The machine does not know the name, but reaches the address.
    return 'outside' in answer ? { outside: true, host: first } : answer;
  }

  lookup(name: string): Answer {
    const { hostname, fullName, hosts, searches } = this.#pod;
    const alias = hosts?.get(name);
    if (alias !== undefined) return [alias];
    if (name === hostname || name === fullName) return this.address === '' ? 'outside' : [this.address];
    return this.#network.lookup(name, searches);
  }

  /** Takes the pod off the wire. */
  detach(): void {
    if (this.#detached) return;
    this.#detached = true;
    for (const remove of [...this.#removals]) remove();
    this.#onDetach();
  }

  #dialSelf(port: number, protocol: Protocol): Dial {
    if (this.address === '') return { outside: true };
    const answer = this.#network.dial(this.address, this.address, port, protocol);
    return 'to' in answer ? { ...answer, address: '127.0.0.1' } : { error: 'ECONNREFUSED', address: '127.0.0.1' };
  }

  #answer(question: Readonly<Record<string, unknown>>, own: Map<number, () => void>): object {
    const { op } = question;
    const protocol: Protocol = question.protocol === 'UDP' ? 'UDP' : 'TCP';
    const port = Number(question.port);
    if (op === 'dial') return this.dial(String(question.host), port, protocol);
    if (op === 'lookup') {
      const answer = this.lookup(String(question.name));
      if (typeof answer === 'string') return { answer };
      return 'outside' in answer ? { answer: 'outside', name: answer.outside } : { addresses: answer };
    }
    if (op === 'peer') return this.#network.peer({ host: String(question.host), port }) ?? {};
    if (op === 'listen') return this.#listen(Number(question.registration), port, protocol, Number(question.real), own);
    if (op === 'unlisten') {
      own.get(Number(question.registration))?.();
      own.delete(Number(question.registration));
    }
    return {};
  }

  #listen(id: number, port: number, protocol: Protocol, real: number, own: Map<number, () => void>): object {
    const at = { host: '127.0.0.1', port: real };
    const add = (nominal: number) => this.#network.ports.add(this.address, nominal, protocol, at);
    const candidates = port > 0 ? [port] : [real, ...freePorts()];
    for (const candidate of candidates) {
      const remove = this.#detached ? undefined : add(candidate);
      if (!remove) continue;
      own.set(id, this.#keep(remove));
      return { port: candidate };
    }
    return { error: 'EADDRINUSE' };
  }

  #keep(remove: () => void): () => void {
    const once = () => {
      if (this.#removals.delete(once)) remove();
    };
    this.#removals.add(once);
    return once;
  }
}

function* freePorts(): Generator<number> {
  for (let port = ephemeral.first; port <= ephemeral.last; port += 1) yield port;
}
