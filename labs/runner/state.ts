// State: how far a student is, in one file: ~/.kubelab/labs.json (KUBELAB_HOME/labs.json), beside the clusters' state.
//   read()          what stands there
//   update(change)  reads again, changes, writes
// Always true: the file is replaced in one step, by one process at a time: two checks at once lose nothing. A file that
// cannot be read is kept as labs.json.broken. The student's own work is in their folder, never here: without this file
// nothing is lost but what was passed and which hints were taken, and the next check finds the first again.

import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EnvironmentError } from '../../plugins/cli/exit.ts';

export interface LabProgress {
  /** Ids of the checks that passed when the lab was last checked: `2.1`. */
  readonly passed: readonly string[];
  /** Which text of the student's file that was about: sha256. */
  readonly checked?: string;
  /** All checks have passed, once at least. */
  readonly done?: boolean;
  /** They asked for the solution before that. */
  readonly gaveUp?: boolean;
  /** Of a check: the highest level of hint taken, 1 to 3. */
  readonly hints: Readonly<Record<string, number>>;
  /** sha256 of the files that `start` gave, by name: another one in a later Kubelab is news. */
  readonly given?: Readonly<Record<string, string>>;
}

export interface LabsState {
  /** Absolute path of the student's folder. */
  readonly folder?: string;
  /** Name of the lab that they work on. */
  readonly current?: string;
  readonly labs: Readonly<Record<string, LabProgress>>;
}

export const nothingDone: LabProgress = { passed: [], hints: {} };

/** Milliseconds: a change takes one or two; who holds the file for longer does not work any more. */
const patience = 5_000;

export class StateFile {
  readonly path: string;

  constructor(file: string) {
    this.path = file;
  }

  /** `missing` and `broken`: there is nothing to read; a broken file is put aside. */
  read(): LabsState | 'missing' | 'broken' {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return 'missing';
      throw new EnvironmentError(`cannot read your progress, ${this.path}: ${(error as Error).message}`);
    }
    const state = parse(text);
    if (state) return state;
    renameSync(this.path, `${this.path}.broken`);
    return 'broken';
  }

  /**
   * @param change is given what stands there now, `fallback` when nothing does
   * @throws EnvironmentError when the file cannot be written
   */
  update(change: (state: LabsState) => LabsState, fallback: LabsState = { labs: {} }): LabsState {
    try {
      mkdirSync(path.dirname(this.path), { recursive: true, mode: 0o700 });
      const unlock = lock(`${this.path}.lock`);
      try {
        const now = this.read();
        const next = change(typeof now === 'string' ? fallback : now);
        const fresh = `${this.path}.${process.pid}.new`;
        writeFileSync(fresh, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
        renameSync(fresh, this.path);
        return next;
      } finally {
        unlock();
      }
    } catch (error) {
      if (error instanceof EnvironmentError) throw error;
      throw new EnvironmentError(
        `your progress cannot be kept in ${this.path}: ${(error as Error).message}; KUBELAB_HOME chooses another folder`,
      );
    }
  }
}

/** The state with something about one lab changed. */
export function withLab(state: LabsState, name: string, change: Partial<LabProgress>): LabsState {
  return { ...state, labs: { ...state.labs, [name]: { ...nothingDone, ...state.labs[name], ...change } } };
}

function parse(text: string): LabsState | undefined {
  try {
    const { folder, current, labs } = JSON.parse(text) as Record<string, unknown>;
    if (typeof labs !== 'object' || labs === null || Array.isArray(labs)) return undefined;
    const kept = Object.entries(labs).flatMap(([name, value]) => {
      const progress = progressIn(value);
      return progress ? [[name, progress] as const] : [];
    });
    return {
      ...(typeof folder === 'string' && { folder }),
      ...(typeof current === 'string' && { current }),
      labs: Object.fromEntries(kept),
    };
  } catch {
    return undefined;
  }
}

/** What a person, or another version of Kubelab, has written is taken as far as it makes sense. */
function progressIn(value: unknown): LabProgress | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { passed, hints, ...others } = value as Partial<LabProgress>;
  return {
    ...others,
    passed: Array.isArray(passed) ? passed.filter((id) => typeof id === 'string') : [],
    hints: typeof hints === 'object' && hints !== null ? hints : {},
  };
}

/** Locks that this process has taken: each has a text of its own, by which its holder is known. */
let taken = 0;

/** Takes the lock file; waits for who has it. @returns what gives it back */
function lock(file: string): () => void {
  let holder: string | undefined;
  let since = performance.now();
  for (;;) {
    try {
      writeFileSync(file, `${process.pid} ${taken++}`, { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const now = contentOf(file);
    if (now !== holder) {
      holder = now;
      since = performance.now();
    }
    const waited = performance.now() - since;
    if (waited > 2 * patience) throw new Error(`${file} cannot be removed`);
    if (waited > patience || (holder !== undefined && !isAlive(Number.parseInt(holder, 10)))) breakLock(file, holder);
    // Milliseconds, without a turn of the event loop: nothing of this process may come between.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
}

/** Removes a dead process' lock, and puts it back if it was another one's by then. */
function breakLock(file: string, holder: string | undefined): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (contentOf(aside) !== holder) linkSync(aside, file);
  } catch {
    // somebody else was faster
  }
  rmSync(aside, { force: true });
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8') || undefined; // '': it is being written just now
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
