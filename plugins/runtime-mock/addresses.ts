// Addresses: gives pods nominal IPv4 addresses out of a node's range, `10.244.3.0/24`, and takes them back.
// Always true: an address is held by one pod at a time; one given back comes round again as late as possible.

export class Addresses {
  readonly #range: string;
  readonly #first: number;
  readonly #count: number;
  readonly #held = new Set<number>();
  #next = 0;

  /** @param range CIDR; the network's own address, the node's (.1) and the broadcast address are not given out. */
  constructor(range: string) {
    const [base, length] = range.split('/');
    this.#range = range;
    this.#first = (base ?? '').split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + 2;
    this.#count = 2 ** (32 - Number(length)) - 3;
    if (!(this.#count > 0)) throw new Error(`podCIDR "${range}" holds no addresses; a range looks like 10.244.0.0/24`);
  }

  take(): string {
    if (this.#held.size >= this.#count) throw new Error(`no IP addresses available in range set: ${this.#range}`);
    while (this.#held.has(this.#next)) this.#next = (this.#next + 1) % this.#count;
    const at = this.#next;
    this.#held.add(at);
    this.#next = (at + 1) % this.#count;
    return text(this.#first + at);
  }

  giveBack(address: string): void {
    this.#held.delete(address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) - this.#first);
  }
}

const text = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
