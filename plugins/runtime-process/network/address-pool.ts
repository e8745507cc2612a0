// Address pool: gives out the pod addresses of one node's range. An address that came back is given out again only after
// all others had their turn, so that a late packet to a dead pod does not find its successor at once.

import { formatAddress, inRange, parseAddress, parseRange, type Range } from './ipv4.ts';

export class AddressPool {
  readonly #range: Range;
  readonly #taken = new Set<number>();
  #next: number;

  /** @param cidr `10.244.1.0/24`; the first address is the range's own, the second the node's bridge in a real cluster. */
  constructor(cidr: string) {
    this.#range = parseRange(cidr);
    this.#next = this.#range.first + 2;
  }

  /** @throws Error in the words of Kubernetes' host-local plugin when every address is in use. */
  take(): string {
    const { first, size } = this.#range;
    for (let tried = 0; tried < size; tried += 1) {
      const candidate = this.#next;
      this.#next = candidate + 1 < first + size - 1 ? candidate + 1 : first + 2;
      if (this.#taken.has(candidate)) continue;
      if (candidate >= first + size - 1) break;
      this.#taken.add(candidate);
      return formatAddress(candidate);
    }
    throw new Error(
      `no IP addresses available in range set: ${formatAddress(first + 1)}-${formatAddress(first + size - 2)}`,
    );
  }

  give(address: string): void {
    const value = parseAddress(address);
    if (value !== undefined) this.#taken.delete(value);
  }

  /** Whether the address, as a number, is of this range. */
  contains(address: number): boolean {
    return inRange(this.#range, address);
  }
}
