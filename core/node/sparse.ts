// Sparse: what a pod at rest does not need takes no room. A node of a big cluster holds thirty pods, a process thousands
// of such nodes; an empty Map takes 170 bytes, an AbortController 600.

/** A map that is made when something is put into it. */
export class SparseMap<K, V> implements Pick<Map<K, V>, 'get' | 'has' | 'set' | 'delete' | 'clear' | 'size'> {
  #map: Map<K, V> | undefined;

  get size(): number {
    return this.#map?.size ?? 0;
  }

  get(key: K): V | undefined {
    return this.#map?.get(key);
  }

  has(key: K): boolean {
    return this.#map?.has(key) ?? false;
  }

  set(key: K, value: V): Map<K, V> {
    this.#map ??= new Map();
    return this.#map.set(key, value);
  }

  delete(key: K): boolean {
    const there = this.#map?.delete(key) ?? false;
    if (this.#map?.size === 0) this.#map = undefined;
    return there;
  }

  clear(): void {
    this.#map = undefined;
  }
}

/** Not a DOMException, which would look at the stack each time. */
const reason = new Error('it ends');

/** An end that is to come; the signal of it is made for whoever asks. */
export class Ending {
  #hasCome = false;
  #controller: AbortController | undefined;

  get hasCome(): boolean {
    return this.#hasCome;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#hasCome) this.#controller.abort(reason);
    }
    return this.#controller.signal;
  }

  /** Doing it twice is doing it once. */
  come(): void {
    this.#hasCome = true;
    this.#controller?.abort(reason);
  }

  /** Nobody listens to the signal any more. */
  release(): void {
    this.#controller = undefined;
  }
}
