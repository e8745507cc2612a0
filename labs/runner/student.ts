// Student: who calls a command: their folder and their progress, found wherever the command runs.
//   the folder: --folder, else the one that we are in, else KUBELAB_LABS, else the one of last time, else the usual place
// Always true: a missing or broken state file is made anew by looking into the folder, a moved folder is noted when a
// command runs inside it; each is said in a line, and nothing of the student's is touched.

import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';
import { EnvironmentError } from '../../plugins/cli/exit.ts';
import { stateHome } from '../../plugins/cli/state.ts';
import type { Lab } from '../kit/lab.ts';
import { isMarked, StudentFolder } from './folder.ts';
import type { Here } from './here.ts';
import { type LabProgress, type LabsState, nothingDone, StateFile, withLab } from './state.ts';
import { findLab, folderOf } from './which-lab.ts';

export class Student {
  readonly #here: Here;
  readonly #file: StateFile;
  readonly #folder: StudentFolder;
  #state: LabsState;

  /** @param given the folder that `--folder` names */
  constructor(here: Here, given?: string) {
    this.#here = here;
    this.#file = new StateFile(path.join(stateHome(here.env), 'labs.json'));
    const found = this.#file.read();
    const recorded = typeof found === 'string' ? undefined : found.folder;
    this.#folder = new StudentFolder(findFolder(here, given, recorded), here.clone);
    this.#state = typeof found === 'string' ? this.#rebuild(found) : found;
    if (recorded !== undefined && this.#folder.exists && recorded !== this.#folder.path) this.#noteFolder(recorded);
    if (this.#folder.exists) this.#relink();
  }

  get state(): LabsState {
    return this.#state;
  }

  /** The folder, whether it exists or not. */
  get place(): StudentFolder {
    return this.#folder;
  }

  /** @throws ConfigurationError when nothing was started, EnvironmentError when it was and is not there */
  get folder(): StudentFolder {
    if (this.#folder.exists) return this.#folder;
    const { folder } = this.#state;
    if (folder !== undefined && folder === this.#folder.path) throw this.gone(folder);
    throw new ConfigurationError(
      `there is no folder of yours for the labs yet; make it, with the first lab, by: npx kubelab lab start ${this.#here.labs[0]?.name}`,
    );
  }

  gone(folder: string): EnvironmentError {
    return new EnvironmentError(
      `your folder ${folder} is not there any more. Moved: go to where it is now (cd) and run the command there once. Gone for good: npx kubelab lab start LAB --folder ${folder}`,
    );
  }

  progress(lab: Lab): LabProgress {
    return this.#state.labs[lab.name] ?? nothingDone;
  }

  /** The lab named; else the one whose folder we are in; else the one worked on last. @throws ConfigurationError */
  lab(given?: string): Lab {
    const { labs, cwd } = this.#here;
    if (given !== undefined) return findLab(labs, given);
    const [inside] = path.relative(this.#folder.path, cwd).split(path.sep);
    const lab = labs.find((lab) => folderOf(lab) === inside) ?? this.current;
    if (lab) return lab;
    throw new ConfigurationError(`no lab is started yet; begin with: npx kubelab lab start ${labs[0]?.name}`);
  }

  get current(): Lab | undefined {
    return this.#here.labs.find(({ name }) => name === this.#state.current);
  }

  /** The student's file of a lab. @throws ConfigurationError when the lab is not started */
  fileOf(lab: Lab): string {
    const { folder } = this;
    if (folder.has(lab)) return folder.fileOf(lab);
    const elsewhere = folder.elsewhere(lab);
    if (elsewhere !== undefined) {
      throw new ConfigurationError(
        `there is no ${folder.fileOf(lab)}, but ${elsewhere}/ holds a ${lab.file}: name that folder ${folderOf(lab)} again, or check the file with: npx kubelab lab check ${lab.name} --file ${path.join(folder.path, elsewhere, lab.file)}`,
      );
    }
    throw new ConfigurationError(
      `there is no ${folder.fileOf(lab)}; get it with: npx kubelab lab start ${lab.name} (nothing that is there is overwritten)`,
    );
  }

  /** A check has ended. @param passed the ids that did. @param text sha256 of the file that was checked */
  recordCheck(lab: Lab, passed: readonly string[], text = this.#folder.textOf(lab)): void {
    const done = lab.checks.every(({ id }) => passed.includes(id));
    this.recordLab(lab, { passed, ...(text !== undefined && { checked: text }), ...(done && { done }) });
  }

  /** Notes something about a lab, and that it is the one worked on. */
  recordLab(lab: Lab, change: Partial<LabProgress>): void {
    this.#keep((state) => ({ ...withLab(state, lab.name, change), folder: this.#folder.path, current: lab.name }));
  }

  /** Notes results of a lab that is not, by that, the one worked on. */
  recordAside(lab: Lab, passed: readonly string[]): void {
    const done = lab.checks.every(({ id }) => passed.includes(id));
    this.#keep((state) => withLab(state, lab.name, { passed, ...(done && { done }) }));
  }

  tookHint(lab: Lab, check: string, level: number): void {
    const most = Math.max(level, this.progress(lab).hints[check] ?? 0);
    this.recordLab(lab, { hints: { ...this.progress(lab).hints, [check]: most } });
  }

  /** Progress that cannot be kept is said, and stops nobody from working. */
  #keep(change: (state: LabsState) => LabsState): void {
    try {
      this.#state = this.#file.update(change, this.#state);
    } catch (error) {
      this.#state = change(this.#state);
      this.#here.err(`${(error as Error).message}\n`);
    }
  }

  #rebuild(why: 'missing' | 'broken'): LabsState {
    const lab = this.#folder.exists ? this.#folder.latest(this.#here.labs) : undefined;
    const state: LabsState = lab ? { folder: this.#folder.path, current: lab.name, labs: {} } : { labs: {} };
    if (why === 'broken')
      this.#here.err(`Your progress could not be read; what stood there is ${this.#file.path}.broken\n`);
    if (lab) {
      this.#here.err(
        `${why === 'missing' ? 'There is no note of your progress. ' : ''}Going by ${this.#folder.path}, you worked on ${lab.name} last. Your files are as they were; what passes is known again after: npx kubelab lab grade\n`,
      );
      this.#keep((now) => ({ ...state, ...now }));
    }
    return { ...state, ...this.#state };
  }

  #noteFolder(before: string): void {
    const { path: now } = this.#folder;
    this.#here.err(
      existsSync(before)
        ? `Your folder is now ${now}; ${before} stays as it is\n`
        : `Your folder has moved to ${now}: noted\n`,
    );
    this.#keep((state) => ({ ...state, folder: now }));
  }

  #relink(): void {
    try {
      this.#folder.repair();
    } catch (error) {
      this.#here.err(`${(error as Error).message}\n`);
    }
  }
}

/** Where the student's folder is, or would be. */
function findFolder({ cwd, env, clone }: Here, given: string | undefined, recorded: string | undefined): string {
  if (given !== undefined) return path.resolve(cwd, given);
  const around = walkUp(cwd);
  if (around !== undefined) return around;
  if (env.KUBELAB_LABS) return path.resolve(cwd, env.KUBELAB_LABS);
  return recorded ?? usualFolder(clone);
}

function walkUp(folder: string): string | undefined {
  if (isMarked(folder)) return folder;
  const above = path.dirname(folder);
  return above === folder ? undefined : walkUp(above);
}

/** Beside the clone; at home when that cannot be written, or when Kubelab is a package of something else. */
export function usualFolder(clone: string): string {
  const near = path.dirname(clone);
  const atHome = clone.split(path.sep).includes('node_modules') || !canWrite(near);
  return path.join(atHome ? homedir() : near, 'kubelab-labs');
}

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
