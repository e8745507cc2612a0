// Name table: the cluster's DNS as far as pods need it: names of services and what they mean, tried with the pod's search
// domains as a resolver does (`web` in namespace default is web.default.svc.cluster.local).
// Always true: a name of the cluster's own domain is never asked for outside.

import type { NameRecord } from '../../../core/contracts/network.ts';
import { isLoopback, parseAddress } from './ipv4.ts';

/**
 * Addresses of the name; 'none': there is no such name; 'outside': not the cluster's business, ask the machine; or ask
 * it for another name, which this one stands for.
 */
export type Answer = readonly string[] | 'none' | 'outside' | { readonly outside: string };

/** Names that stand for names that stand for names: further than this nobody follows (a circle has no end). */
const longestChain = 8;

export class NameTable {
  readonly #domain: string;
  #records = new Map<string, NameRecord>();
  #turn = 0;

  /** @param domain the cluster's: `cluster.local`. */
  constructor(domain: string) {
    this.#domain = domain;
  }

  replace(records: readonly NameRecord[]): void {
    this.#records = new Map(records.map((record) => [record.name.toLowerCase().replace(/\.$/, ''), record]));
  }

  lookup(name: string, searches: readonly string[], followed = 0): Answer {
    const asked = name.toLowerCase();
    if (asked === 'localhost' || asked.endsWith('.localhost')) return ['127.0.0.1'];
    if (parseAddress(asked) !== undefined || isLoopback(asked)) return [asked];
    const bare = asked.replace(/\.$/, '');
    const candidates = asked.endsWith('.') ? [bare] : [...searches.map((search) => `${bare}.${search}`), bare];
    for (const candidate of candidates) {
      const record = this.#records.get(candidate);
      if (record?.alias !== undefined) return this.#follow(record.alias, followed);
      if (record && record.addresses.length > 0) return this.#inTurn(record.addresses);
    }
    // A name of one word is never the outside's: the machine's own /etc/hosts is not the pod's.
    const own = bare === this.#domain || bare.endsWith(`.${this.#domain}`) || bare.endsWith('.svc');
    return own || !bare.includes('.') ? 'none' : 'outside';
  }

  /** What the other name means; it is a whole name, so search domains are not tried. */
  #follow(alias: string, followed: number): Answer {
    if (followed >= longestChain) return 'none';
    const whole = alias.replace(/\.?$/, '.');
    const answer = this.lookup(whole, [], followed + 1);
    return answer === 'outside' ? { outside: whole.slice(0, -1) } : answer;
  }

  /** Several addresses are given in turn, as DNS servers do, so that clients that take the first one spread. */
  #inTurn(addresses: readonly string[]): readonly string[] {
    this.#turn = (this.#turn + 1) % 0x40000000;
    const start = this.#turn % addresses.length;
    return [...addresses.slice(start), ...addresses.slice(0, start)];
  }
}
