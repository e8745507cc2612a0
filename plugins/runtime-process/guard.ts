// Guard: sees to it that containers do not outlive this process, even one that is killed. One small process for all
// runtimes of this one (preload/guard.mjs), there from the first container until the last runtime has closed.

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

export class Guard {
  static #one: Guard | undefined;
  #users = 0;
  readonly #child: ChildProcess;

  private constructor(preload: string) {
    this.#child = spawn(process.execPath, [join(preload, 'guard.mjs')], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: process.platform !== 'win32',
      windowsHide: true,
      env: process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot } : {},
    });
    this.#child.unref();
    // Without its guard a cluster still works; only a kill -9 of it would leave programs without preload behind.
    this.#child.on('error', () => undefined);
    this.#child.stdin?.on('error', () => undefined);
    (this.#child.stdin as unknown as { unref?(): void })?.unref?.();
  }

  /** The process's guard; every `use` is matched by one `release`. */
  static use(preload: string): Guard {
    Guard.#one ??= new Guard(preload);
    Guard.#one.#users += 1;
    return Guard.#one;
  }

  /** The id of the guard's process. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  started(pid: number): void {
    this.#child.stdin?.write(`+ ${pid}\n`);
  }

  ended(pid: number): void {
    this.#child.stdin?.write(`- ${pid}\n`);
  }

  keepsFolder(folder: string): void {
    this.#child.stdin?.write(`dir ${folder}\n`);
  }

  folderRemoved(folder: string): void {
    this.#child.stdin?.write(`undir ${folder}\n`);
  }

  /** The last one out ends it, and waits until it has gone. */
  async release(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    Guard.#one = undefined;
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.ref();
    child.stdin?.end();
    await gone;
  }
}
