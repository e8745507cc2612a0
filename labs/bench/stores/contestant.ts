// A store in a process of its own, as the parent has it: one question after the other.

import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Numbers, Task } from './child.ts';
import type { Name } from './contestants.ts';

type Answer = { readonly numbers: Numbers } | { readonly refused: string };

const living = new Set<ChildProcess>();

export class Contestant {
  readonly name: Name;
  readonly #process: ChildProcess;

  private constructor(name: Name, child: ChildProcess) {
    this.name = name;
    this.#process = child;
  }

  /** @param folder below which the store has a folder of its own; what is there already is opened */
  static async start(name: Name, folder: string): Promise<Contestant> {
    const own = path.join(folder, name);
    mkdirSync(own, { recursive: true });
    // etcd's data goes where temporary files go.
    const env = { ...process.env, TMPDIR: own };
    // Beside the bundle of run.ts, whichever chunk this is in.
    const child = fork(fileURLToPath(new URL('./run.js', import.meta.url)), ['--store', name, own], {
      env,
      execArgv: ['--expose-gc'],
    });
    living.add(child);
    child.once('exit', () => living.delete(child));
    const contestant = new Contestant(name, child);
    await contestant.#answer();
    return contestant;
  }

  /** @throws Error of the store, with its stack; or when the process has ended */
  ask(task: Task): Promise<Numbers> {
    const answer = this.#answer();
    this.#process.send(task);
    return answer;
  }

  /** Closes the store; its process ends. */
  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    await this.ask({ do: 'end' });
    await ended;
  }

  /** Those whose measuring has failed: a process that nobody talks to any more closes its store and ends. */
  static async endAll(): Promise<void> {
    for (const child of living) if (child.connected) child.disconnect();
    await Promise.all([...living].map((child) => new Promise((resolve) => child.once('exit', resolve))));
  }

  #answer(): Promise<Numbers> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`${this.name}: its process ended with ${code}`));
      this.#process.once('exit', ended);
      this.#process.once('message', (answer: Answer) => {
        this.#process.off('exit', ended);
        if ('numbers' in answer) resolve(answer.numbers);
        else reject(new Error(`${this.name}: ${answer.refused}`));
      });
    });
  }
}
