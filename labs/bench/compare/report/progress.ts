// Progress: what is being run now, and how much is still to come. A bar that is redrawn on a terminal; a line for each run
// everywhere else, and when somebody wants it plain (logs, screen readers).
//   const progress = showProgress(process.stderr, { plain: false });
//   progress.begin(40);
//   progress.run('SchedulingBasic/500Nodes_1000Pods  binpack, run 2');    before each of them
//   progress.note('random, run 2: never returned');                        whenever there is something to tell
//   progress.end();
// On the error stream, so that a table or JSON on the other one can be piped on.

import { SingleBar } from 'cli-progress';

export interface Progress {
  /** @param runs how many there will be */
  begin(runs: number): void;
  /** The next one begins; those before it are done. */
  run(name: string): void;
  /** A line that stays. */
  note(text: string): void;
  /** Leaves the terminal as it was. May be called twice. */
  end(): void;
}

export interface ProgressOptions {
  /** Lines, also on a terminal. */
  readonly plain?: boolean;
}

export function showProgress(stream: NodeJS.WriteStream, { plain = false }: ProgressOptions = {}): Progress {
  return stream.isTTY && !plain ? new Bar(stream) : new Lines(stream);
}

class Lines implements Progress {
  readonly #stream: NodeJS.WritableStream;
  #runs = 0;
  #begun = 0;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  begin(runs: number): void {
    this.#runs = runs;
  }

  run(name: string): void {
    this.#begun += 1;
    this.#stream.write(`${String(this.#begun).padStart(String(this.#runs).length)}/${this.#runs}  ${name}\n`);
  }

  note(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  end(): void {}
}

class Bar implements Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #bar: SingleBar;
  readonly #began = performance.now();
  #runs = 0;
  #begun = 0;
  #name = '';

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#bar = new SingleBar({
      stream,
      format: () => barText(this.#begun - 1, this.#runs, (performance.now() - this.#began) / 1000, this.#name),
      clearOnComplete: true,
      // The time goes on while a run does.
      forceRedraw: true,
      fps: 4,
      linewrap: false,
      // Ctrl-C is the command's to answer.
      gracefulExit: false,
    });
  }

  begin(runs: number): void {
    this.#runs = runs;
    this.#bar.start(runs, 0);
  }

  run(name: string): void {
    this.#begun += 1;
    this.#name = name;
    this.#bar.update(this.#begun - 1);
  }

  note(text: string): void {
    this.#bar.stop();
    this.#stream.write(`${text}\n`);
    this.#bar.start(this.#runs, Math.max(0, this.#begun - 1));
  }

  end(): void {
    this.#bar.stop();
  }
}

/** `████████░░░░░░░░░░░░ 8/20  1:05  SchedulingBasic  binpack, run 2` */
export function barText(done: number, runs: number, seconds: number, name: string, width = 20): string {
  const full = runs > 0 ? Math.round((Math.max(0, done) / runs) * width) : 0;
  const time = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${Math.max(0, done)}/${runs}  ${time}  ${name}`;
}
