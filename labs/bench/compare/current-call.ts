// Current call: what a variant is asked now, in memory that the watchdog's thread reads when the variant does not return.
// The layout is that of plugins/cli/host/activity.ts; written for every pod placed, so it costs next to nothing.

const textOffset = 8;
const longestText = 512;

export class CurrentCall {
  readonly memory = new SharedArrayBuffer(textOffset + longestText);
  readonly #numbers = new Int32Array(this.memory, 0, 2);
  readonly #bytes = new Uint8Array(this.memory, textOffset);
  readonly #encoder = new TextEncoder();

  /** The event loop turned. */
  beat(): void {
    Atomics.add(this.#numbers, 0, 1);
  }

  /** '' when it has returned. */
  begin(text: string): void {
    this.#numbers[1] = text === '' ? 0 : this.#encoder.encodeInto(text, this.#bytes).written;
  }
}
