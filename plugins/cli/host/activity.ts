// Activity: shared memory in which the main thread of a plugin's process says that it lives and what it is doing, so that
// the watchdog thread can read it when the main thread answers no more.
//   int32 0: beats; int32 1: length of the text; then the text (UTF-8)

const textOffset = 8;
const longestText = 512;

export class Activity {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #encoder = new TextEncoder();
  readonly #underWay = new Set<{ readonly what: string }>();

  constructor(memory = new SharedArrayBuffer(textOffset + longestText)) {
    this.memory = memory;
    this.#numbers = new Int32Array(memory, 0, 2);
    this.#bytes = new Uint8Array(memory, textOffset);
  }

  /** The event loop turned. */
  beat(): void {
    Atomics.add(this.#numbers, 0, 1);
  }

  get beats(): number {
    return Atomics.load(this.#numbers, 0);
  }

  /** Says what is being done, `place(default/web-1)`, until what comes back is called. The last to begin is what is told. */
  begin(what: string): () => void {
    const entry = { what };
    this.#underWay.add(entry);
    this.#write(what);
    return () => {
      this.#underWay.delete(entry);
      this.#write([...this.#underWay].at(-1)?.what ?? '');
    };
  }

  #write(text: string): void {
    const { written } = this.#encoder.encodeInto(text, this.#bytes);
    Atomics.store(this.#numbers, 1, written);
  }

  /** What is being done; '' for nothing. */
  get text(): string {
    // TextDecoder refuses shared memory: decode a copy.
    return new TextDecoder().decode(this.#bytes.slice(0, Atomics.load(this.#numbers, 1)));
  }
}
