// Port table: which nominal address and port is really where on this machine, and the other way round.
// Always true: an address and port has at most one listener; what a program said itself counts before what the runtime
// only expects of it (`expected`: the PORT that a program without preload was asked to use).

import type { HostAddress, Protocol } from '../../../core/contracts/network.ts';

interface Entry {
  readonly at: HostAddress;
  readonly expected: boolean;
}

/** A nominal address and port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

const key = (protocol: Protocol, address: string, port: number): string => `${protocol} ${address}:${port}`;

export class PortTable {
  readonly #forward = new Map<string, Entry[]>();
  readonly #backward = new Map<string, Endpoint>();

  /** The function that comes back takes the entry away; undefined: somebody listens there already. */
  add(address: string, port: number, protocol: Protocol, at: HostAddress, expected = false): (() => void) | undefined {
    const nominal = key(protocol, address, port);
    const entries = this.#forward.get(nominal) ?? [];
    // The workers of one program (node:cluster) listen on one real port together, and all say so.
    if (entries.some((entry) => entry.expected === expected && entry.at.port !== at.port)) return undefined;
    const entry: Entry = { at, expected };
    const real = key(protocol, at.host, at.port);
    const endpoint: Endpoint = { address, port };
    this.#forward.set(nominal, [...entries, entry]);
    this.#backward.set(real, endpoint);
    return () => {
      const left = (this.#forward.get(nominal) ?? []).filter((other) => other !== entry);
      if (left.length > 0) this.#forward.set(nominal, left);
      else this.#forward.delete(nominal);
      if (this.#backward.get(real) === endpoint) this.#backward.delete(real);
    };
  }

  resolve(address: string, port: number, protocol: Protocol): HostAddress | undefined {
    const entries = this.#forward.get(key(protocol, address, port));
    return (entries?.find((entry) => !entry.expected) ?? entries?.[0])?.at;
  }

  /** Whose real address this is. */
  nominal(at: HostAddress, protocol: Protocol): Endpoint | undefined {
    return this.#backward.get(key(protocol, at.host, at.port));
  }

  clear(): void {
    this.#forward.clear();
    this.#backward.clear();
  }
}
