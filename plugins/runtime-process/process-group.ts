// Process group: one program with all that it starts. On POSIX it leads a group of its own, so that one signal reaches
// all of it; on Windows `taskkill /T` walks the tree.

import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import type { Guard } from './guard.ts';

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** The name by which the program was called, where that is not `file`: it names itself so in its messages. */
  readonly calledAs?: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Its input is ours to write; else it reads an end at once. */
  readonly stdin?: boolean;
  /** It runs in a terminal (terminal.ts), and says in a line on its fourth stream which process and terminal that is. */
  readonly terminal?: boolean;
}

/** How a program ended: with a code, or by a signal's number (then the code is 128 + number, as a shell says it). */
export interface Ending {
  readonly exitCode: number;
  readonly signal?: number;
}

const windows = process.platform === 'win32';

/** Why a program cannot be started, as runc says it. */
function startError({ file, calledAs = file }: Program, error: NodeJS.ErrnoException): Error {
  if (error.code === 'ENOENT') return new Error(`exec: "${calledAs}": stat ${calledAs}: no such file or directory`);
  if (error.code === 'EACCES') return new Error(`exec: "${calledAs}": permission denied`);
  return error;
}

export class ProcessGroup {
  readonly child: ChildProcess;
  /** Resolves when the program itself has ended; what it left running has then been killed. */
  readonly ended: Promise<Ending>;
  /** Resolves when the program runs; rejects with the system's error when it cannot. */
  readonly started: Promise<void>;
  /** The terminal's device, once known: `/dev/pts/3`; undefined where there is none. */
  readonly terminal: Promise<string | undefined>;
  #over = false;
  /** In a terminal the program leads a session of its own, which our signals have to reach, too. */
  #inside: number | undefined;

  constructor(program: Program, guard: Guard, onEnd: (ending: Ending) => void = () => undefined) {
    this.child = spawn(program.file, program.args, {
      cwd: program.folder,
      env: program.environment,
      stdio: [program.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe', ...(program.terminal ? (['pipe'] as const) : [])],
      detached: !windows,
      windowsHide: true,
      ...(program.calledAs !== undefined && { argv0: program.calledAs }),
    });
    const { pid } = this.child;
    if (pid !== undefined) guard.started(pid);
    this.started = new Promise((resolve, reject) => {
      this.child.once('spawn', resolve);
      this.child.once('error', (error) => reject(startError(program, error)));
    });
    this.started.catch(() => undefined);
    // Whoever does not read what is written to it any more has ended, and is told of as that.
    this.child.stdin?.on('error', () => undefined);
    this.terminal = program.terminal ? this.#entered(guard) : Promise.resolve(undefined);
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        const number = signal ? constants.signals[signal] : undefined;
        const ending = number ? { exitCode: 128 + number, signal: number } : { exitCode: code ?? 0 };
        // The container ends with its first process, as with PID 1 of a real one: what it started ends too.
        this.kill('SIGKILL');
        this.#over = true;
        for (const one of [pid, this.#inside]) if (one !== undefined) guard.ended(one);
        onEnd(ending);
        resolve(ending);
      });
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Signals the whole group; a group that has ended already is fine. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.child;
    if (pid === undefined || this.#over) return;
    try {
      if (this.#inside !== undefined) killGroup(this.#inside, signal);
      if (!windows) killGroup(pid, signal);
      else if (this.child.exitCode === null) {
        spawn('taskkill', ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on('error', () =>
          this.child.kill('SIGKILL'),
        );
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Waits for the line `<pid> <terminal>`. */
  #entered(guard: Guard): Promise<string | undefined> {
    const line = this.child.stdio[3] as Readable;
    return new Promise((resolve) => {
      let text = '';
      for (const end of ['error', 'close']) line.once(end, () => resolve(undefined));
      line.on('data', (bytes: Buffer) => {
        text += bytes;
        const [, pid, terminal] = /^(\d+) (\/\S+)\n/.exec(text) ?? [];
        if (pid === undefined) return;
        if (!this.#over) {
          this.#inside = Number(pid);
          guard.started(this.#inside);
        }
        line.destroy();
        resolve(terminal);
      });
    });
  }
}

function killGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
