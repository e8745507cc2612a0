// Recent: what was written or read lately, decoded, so that most reads do not decode again.
// Always true: bounded by the length of what was decoded; two generations, as in the API's encoder: what is asked for again moves to
//   the young one, and the old one is thrown away whole.

import type { Revision, Stored } from '../../core/contracts/store.ts';

/** Bytes of JSON a generation. */
const generationBytes = 16 * 1024 * 1024;

export class Recent {
  #young = new Map<Revision, { readonly stored: Stored; readonly bytes: number }>();
  #old = this.#young;
  #size = 0;

  get(revision: Revision): Stored | undefined {
    const young = this.#young.get(revision);
    if (young) return young.stored;
    const old = this.#old.get(revision);
    if (old) this.set(old.stored, old.bytes);
    return old?.stored;
  }

  set(stored: Stored, bytes: number): void {
    this.#size += bytes;
    if (this.#size > generationBytes) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#size = bytes;
    }
    this.#young.set(stored.modRevision, { stored, bytes });
  }
}
