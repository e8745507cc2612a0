// Student: an ordinary user with a fresh clone, who types commands in a folder of their own; what the spec of a student's
// whole path stands on.
// Always true: after `leave` no process, no file and no user is left.

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { environment, makeFolders, type Place, TestCluster } from '../plugins/cli/e2e/harness.ts';
import { OrdinaryUser } from '../plugins/cli/e2e/ordinary-user.ts';
import { eventually, type Outcome, run } from '../plugins/cli/e2e/run.ts';

export class Student {
  readonly #user: OrdinaryUser;
  readonly #base: string;
  readonly #place: Place;
  readonly #watching: Watching[] = [];
  #cluster: TestCluster | undefined;

  private constructor(user: OrdinaryUser, base: string, place: Place) {
    this.#user = user;
    this.#base = base;
    this.#place = place;
  }

  static async create(): Promise<Student> {
    const user = await OrdinaryUser.create();
    const place = user.place();
    return new Student(user, await makeFolders(place.uid), place);
  }

  get clone(): string {
    return this.#user.folder;
  }

  /** Where `kubelab lab start` makes it unless told otherwise. */
  get folder(): string {
    return path.join(path.dirname(this.clone), 'kubelab-labs');
  }

  /** A program in a folder, to its end. */
  run(cwd: string, program: string, ...args: readonly string[]): Promise<Outcome> {
    return run(program, args, { cwd, ...this.#who });
  }

  /** `kubelab ARGS...` in the student's folder, as npx finds it there. */
  kubelab(...args: readonly string[]): Promise<Outcome> {
    return this.run(this.folder, this.#command, ...args);
  }

  /** Saves a file as an editor does that writes it anew; it stays the student's. */
  save(name: string, text: string): void {
    writeFileSync(path.join(this.folder, name), text);
  }

  /** A file of the clone: a lab's solution. */
  read(name: string): string {
    return readFileSync(path.join(this.clone, name), 'utf8');
  }

  /** `kubelab ARGS...`, which does not end by itself. */
  watch(...args: readonly string[]): Watching {
    const watching = new Watching(this.#command, args, this.folder, this.#who);
    this.#watching.push(watching);
    return watching;
  }

  /** `kubelab up ARGS...` */
  async up(...args: readonly string[]): Promise<TestCluster> {
    const place: Place = { ...this.#place, folder: this.folder, base: this.#base, up: [this.#command, 'up'] };
    this.#cluster = await TestCluster.start(args, place);
    return this.#cluster;
  }

  async leave(): Promise<void> {
    for (const watching of this.#watching) watching.kill();
    await this.#cluster?.destroy();
    rmSync(this.#base, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    await this.#user.leave();
  }

  /** npx itself takes half a second each time, and keeps the exit code of Ctrl-C to itself. */
  get #command(): string {
    return path.join(this.folder, 'node_modules', '.bin', 'kubelab');
  }

  get #who() {
    const { uid } = this.#place;
    return { env: environment(this.#base, this.#place), ...(uid !== undefined && { uid, gid: uid }) };
  }
}

/** A command that goes on, and what it has said. */
export class Watching {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #said = '';
  /** What was waited for before it is behind this. */
  #heard = 0;

  constructor(program: string, args: readonly string[], cwd: string, who: { env: NodeJS.ProcessEnv; uid?: number }) {
    this.#child = spawn(program, args, { cwd, ...who, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (data) => {
        this.#said += data;
      });
    }
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve));
  }

  /** Waits for a text that it has not been asked for before; gives all that was said since, up to its end. */
  async says(pattern: RegExp): Promise<string> {
    const look = async () => pattern.exec(this.#said.slice(this.#heard)) ?? undefined;
    const found = await eventually(`it says ${pattern}`, look).catch((error) => {
      throw new Error(`${error.message}; it has said\n${this.#said}`);
    });
    const from = this.#heard;
    this.#heard += found.index + found[0].length;
    return this.#said.slice(from, this.#heard);
  }

  /** Ctrl-C; gives the exit code. */
  end(): Promise<number | null> {
    this.#signal('SIGINT');
    return this.#ended;
  }

  kill(): void {
    this.#signal('SIGKILL');
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    process.kill(-pid, signal);
  }
}
