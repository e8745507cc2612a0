// Ending: what must be undone when a command that stays ends, the last first, once, whatever asks for it: Ctrl-C, SIGTERM,
// a terminal that goes away, `kubelab down`, an error.
// Always true: a start that is under way is waited for, so that nothing begins behind the end's back; nothing is waited for
// without limit: what hangs is named, and the process ends all the same, at once when it is interrupted a second time.

/** Milliseconds for everything together. */
const patience = 30_000;

export class Ending {
  readonly #undo: { readonly what: string; readonly work: () => unknown }[] = [];
  #starting: Promise<unknown> = Promise.resolve();
  #running: Promise<void> | undefined;
  #finish: () => void = () => {};
  /** Resolves when everything is undone. */
  readonly done = new Promise<void>((resolve) => {
    this.#finish = resolve;
  });

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#interrupted(signal));
    // A closed terminal or pipe: nobody reads any more, which is no reason to stop half-way.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  }

  /** The end has begun. */
  get hasBegun(): boolean {
    return this.#running !== undefined;
  }

  /** Work that adds what must be undone as it goes; the end waits for it. */
  during<T>(work: Promise<T>): Promise<T> {
    this.#starting = work.catch(() => {});
    return work;
  }

  /** @param what for the message when it hangs: `the cluster` */
  add(what: string, work: () => unknown): void {
    this.#undo.push({ what, work });
  }

  run(): Promise<void> {
    this.#running ??= this.#all();
    return this.#running;
  }

  #interrupted(signal: NodeJS.Signals): void {
    // A terminal that closes sends more than one signal; only a person presses Ctrl-C twice.
    if (this.hasBegun && signal === 'SIGINT') {
      console.error('interrupted twice: what has not ended yet is left to itself');
      process.exit(130);
    }
    void this.run();
  }

  async #all(): Promise<void> {
    let under = 'the start';
    // A real timer: it must come whatever the cluster's clock does.
    const timer = setTimeout(() => {
      console.error(`error: ${under} did not end within ${patience / 1000} s; the process ends without it`);
      process.exit(3);
    }, patience);
    await this.#starting;
    for (const { what, work } of this.#undo.reverse()) {
      under = what;
      try {
        await work();
      } catch (error) {
        console.error(`error: ${error instanceof Error ? error.message : error}`);
        process.exitCode = 3;
      }
    }
    clearTimeout(timer);
    this.#finish();
  }
}
