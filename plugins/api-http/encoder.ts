// Encoder: objects to bytes, each revision once. Objects are shared by reference and never changed, so the bytes of one
// serve every list, get and watch that shows it.
// Always true: what is kept is bounded: the bytes of the current generation and of the one before; an object that is
// asked for again moves to the current one.

/** Bytes of one generation. Two of them hold a few thousand pods. */
const generationBytes = 16 * 1024 * 1024;

export class Encoder {
  #young = new WeakMap<object, Buffer>();
  #old = new WeakMap<object, Buffer>();
  #size = 0;

  /** The object as JSON. */
  encode(object: object): Buffer {
    let bytes = this.#young.get(object);
    if (bytes) return bytes;
    bytes = this.#old.get(object) ?? Buffer.from(JSON.stringify(object));
    this.#keep(object, bytes);
    return bytes;
  }

  #keep(object: object, bytes: Buffer): void {
    this.#size += bytes.length;
    if (this.#size > generationBytes) {
      this.#old = this.#young;
      this.#young = new WeakMap();
      this.#size = bytes.length;
    }
    this.#young.set(object, bytes);
  }
}
