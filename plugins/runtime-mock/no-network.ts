// No network: addresses are given out, nothing listens. It remembers what it was told, so that a test can look.

import type { HostAddress, NameRecord, Network, Protocol, Registration } from '../../core/contracts/network.ts';

export class NoNetwork implements Network {
  readonly kind = 'none';
  readonly #listening = new Map<string, HostAddress>();
  #records: readonly NameRecord[] = [];

  /** The names that were told last. */
  get records(): readonly NameRecord[] {
    return this.#records;
  }

  resolve(address: string, port: number, protocol: Protocol): HostAddress | undefined {
    return this.#listening.get(`${protocol} ${address}:${port}`);
  }

  register(address: string, port: number, protocol: Protocol, at: HostAddress): Registration {
    const key = `${protocol} ${address}:${port}`;
    this.#listening.set(key, at);
    return {
      close: () => {
        if (this.#listening.get(key) === at) this.#listening.delete(key);
      },
    };
  }

  names(records: readonly NameRecord[]): void {
    this.#records = records;
  }
}
