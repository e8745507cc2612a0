// Sorted index: items in the order of their keys, cheap to append to, to insert into and to walk from any key.
// A list of chunks of at most 512 items each: an insertion moves a few hundred pointers at worst, and keys that come in
// order (as most do: names are numbered) only push. A tree would do as well and read worse.
// Always true: no chunk is empty; every key of a chunk sorts before every key of the next.

const chunkSize = 512;

export class SortedIndex<T extends { readonly key: string }> {
  readonly #chunks: T[][] = [];

  add(item: T): void {
    const last = this.#chunks.at(-1);
    const end = last?.at(-1);
    if (!last || !end) {
      this.#chunks.push([item]);
    } else if (end.key < item.key) {
      if (last.length < chunkSize) last.push(item);
      else this.#chunks.push([item]);
    } else {
      this.#insert(item);
    }
  }

  remove(key: string): void {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (!chunk) return;
    const position = firstNotBefore(chunk, key);
    if (chunk[position]?.key !== key) return;
    chunk.splice(position, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** Items from the first key that is not before `key`, in order. The index must not change during the walk. */
  *from(key: string): Generator<T> {
    let at = this.#chunkOf(key);
    let position = firstNotBefore(this.#chunks[at] ?? [], key);
    for (; at < this.#chunks.length; at += 1, position = 0) {
      const chunk = this.#chunks[at] as T[];
      for (; position < chunk.length; position += 1) yield chunk[position] as T;
    }
  }

  #insert(item: T): void {
    const at = this.#chunkOf(item.key);
    const chunk = this.#chunks[at] as T[];
    chunk.splice(firstNotBefore(chunk, item.key), 0, item);
    if (chunk.length > chunkSize) this.#chunks.splice(at + 1, 0, chunk.splice(chunkSize / 2));
  }

  /** The first chunk whose last key is not before `key`; the number of chunks when there is none. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const last = (this.#chunks[middle] as T[]).at(-1) as T;
      if (last.key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function firstNotBefore<T extends { readonly key: string }>(chunk: readonly T[], key: string): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((chunk[middle] as T).key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
