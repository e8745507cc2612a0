// Change log: which nodes of the view changed after a certain moment, so that what was worked out for a node need not be
// worked out again. It forgets the beginning when it grows longer than looking at every node would take.

export class ChangeLog {
  readonly #touched: number[] = [];
  /** The version at which `#touched` begins. */
  #begin = 0;

  get version(): number {
    return this.#begin + this.#touched.length;
  }

  /** @param nodes how many there are */
  touch(index: number, nodes: number): void {
    this.#touched.push(index);
    if (this.#touched.length > 4 * nodes + 1024) this.#forget(Math.floor(this.#touched.length / 2));
  }

  /** Indices have changed hands: nothing that was worked out holds. */
  restart(): void {
    this.#forget(this.#touched.length);
    this.#begin += 1;
  }

  since(version: number): readonly number[] | undefined {
    if (version < this.#begin) return undefined;
    return version === this.version ? none : this.#touched.slice(version - this.#begin);
  }

  #forget(count: number): void {
    this.#touched.splice(0, count);
    this.#begin += count;
  }
}

const none: readonly number[] = [];
