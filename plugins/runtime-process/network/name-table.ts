// Name table: the cluster's DNS as far as pods need it: names of services and what they mean, tried with the pod's search
// domains as a resolver does (`web` in namespace default is web.default.svc.cluster.local).
// Always true: a name of the cluster's own domain is never asked for outside.

import type { NameRecord } from '../../../core/contracts/network.ts';
import { isLoopback, parseAddress } from './ipv4.ts';

/** Addresses of the name; 'none': there is no such name; 'outside': not the cluster's business, ask the machine. */
export type Answer = readonly string[] | 'none' | 'outside';

export class NameTable {
  readonly #domain: string;
  #records = new Map<string, readonly string[]>();
  #turn = 0;

  /** @param domain the cluster's: `cluster.local`. */
  constructor(domain: string) {
    this.#domain = domain;
  }

  replace(records: readonly NameRecord[]): void {
    this.#records = new Map(records.map(({ name, addresses }) => [name.toLowerCase().replace(/\.$/, ''), addresses]));
  }

  lookup(name: string, searches: readonly string[]): Answer {
    const asked = name.toLowerCase();
    if (asked === 'localhost' || asked.endsWith('.localhost')) return ['127.0.0.1'];
    if (parseAddress(asked) !== undefined || isLoopback(asked)) return [asked];
    const bare = asked.replace(/\.$/, '');
    const candidates = asked.endsWith('.') ? [bare] : [...searches.map((search) => `${bare}.${search}`), bare];
    for (const candidate of candidates) {
      const addresses = this.#records.get(candidate);
      if (addresses && addresses.length > 0) return this.#inTurn(addresses);
    }
    // A name of one word is never the outside's: the machine's own /etc/hosts is not the pod's.
    const own = bare === this.#domain || bare.endsWith(`.${this.#domain}`) || bare.endsWith('.svc');
    return own || !bare.includes('.') ? 'none' : 'outside';
  }

  /** Several addresses are given in turn, as DNS servers do, so that clients that take the first one spread. */
  #inTurn(addresses: readonly string[]): readonly string[] {
    this.#turn = (this.#turn + 1) % 0x40000000;
    const start = this.#turn % addresses.length;
    return [...addresses.slice(start), ...addresses.slice(0, start)];
  }
}
