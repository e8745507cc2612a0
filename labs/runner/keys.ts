// Keys: single keys of a person at a terminal, without Enter.
// Always true: after close(), and when the process ends in any way that it can notice, the terminal is as it was. Where
// standard input is no terminal there are no keys, and nothing is read.

export interface KeyInput {
  readonly isTTY?: boolean;
  setRawMode?(mode: boolean): unknown;
  on(event: 'data', listener: (data: Buffer | string) => void): unknown;
  off(event: 'data', listener: (data: Buffer | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** What Ctrl-C and Ctrl-D send while a terminal gives single keys. */
const ends = ['\u0003', '\u0004'];

export class Keys {
  readonly #input: KeyInput;
  readonly #listener: (data: Buffer | string) => void;
  readonly #restore = () => this.close();
  #open = false;

  /** @param pressed is called with each key in small letters; `q` for Ctrl-C and Ctrl-D */
  constructor(pressed: (key: string) => void, input: KeyInput = process.stdin) {
    this.#input = input;
    // Several may come at once, when they are typed while the process is busy.
    this.#listener = (data) => {
      for (const key of String(data)) pressed(ends.includes(key) ? 'q' : key.toLowerCase());
    };
  }

  /** @returns whether there are keys */
  open(): boolean {
    if (this.#input.isTTY !== true || !this.#input.setRawMode) return false;
    this.#open = true;
    this.#input.setRawMode(true);
    this.#input.on('data', this.#listener);
    this.#input.resume();
    process.once('exit', this.#restore);
    return true;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    process.off('exit', this.#restore);
    this.#input.off('data', this.#listener);
    this.#input.setRawMode?.(false);
    this.#input.pause();
  }
}
