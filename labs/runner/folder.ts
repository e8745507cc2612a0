// Folder: where a student works: one folder outside the clone for all labs, theirs alone.
//   kubelab-labs/
//     package.json  tsconfig.json  .gitignore  node_modules/kubelab -> the clone
//     02-round-robin/  README.md  idea.svg  round-robin.ts (the starter, until they change it)
// Always true: nothing that exists is ever overwritten, not by a second start, not by a newer Kubelab: a newer README is put
// beside theirs as README.new.md. package.json has the mark by which the folder is known again when it has moved.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';
import { EnvironmentError } from '../../plugins/cli/exit.ts';
import type { Lab } from '../kit/lab.ts';
import { Git } from './git.ts';
import { link } from './links.ts';
import { folderOf, labFolder } from './which-lab.ts';

/** What a start did. */
export interface Started {
  /** Names below the folder: what was made, what was there before and stayed. */
  readonly made: readonly string[];
  readonly kept: readonly string[];
  /** Sentences for the person. */
  readonly notes: readonly string[];
  /** sha256 of the lab's files as they are in the clone, by name. */
  readonly given: Readonly<Record<string, string>>;
}

export class StudentFolder {
  readonly path: string;
  readonly #clone: string;

  constructor(folder: string, clone: string) {
    this.path = folder;
    this.#clone = clone;
  }

  /** Whether it is one: its package.json has the mark. */
  get exists(): boolean {
    return isMarked(this.path);
  }

  /** The student's file of a lab. */
  fileOf(lab: Lab): string {
    return path.join(this.path, folderOf(lab), lab.file);
  }

  has(lab: Lab): boolean {
    return existsSync(this.fileOf(lab));
  }

  /** Another folder of theirs with a file of that name: the lab's, under another name. */
  elsewhere(lab: Lab): string | undefined {
    return readdirSync(this.path).find((name) => existsSync(path.join(this.path, name, lab.file)));
  }

  /** sha256 of the student's file; undefined when there is none. */
  textOf(lab: Lab): string | undefined {
    return this.has(lab) ? hash(readFileSync(this.fileOf(lab))) : undefined;
  }

  /** What was worked on last, by looking. */
  latest(labs: readonly Lab[]): Lab | undefined {
    const changed = (lab: Lab) => statSync(this.fileOf(lab)).mtimeMs;
    return labs.filter((lab) => this.has(lab)).sort((a, b) => changed(b) - changed(a) || b.number - a.number)[0];
  }

  /** The links lead to this Kubelab, whatever has moved. */
  repair(): void {
    try {
      link(this.path, this.#clone);
    } catch (error) {
      throw new EnvironmentError(`${this.path} cannot be linked to Kubelab: ${(error as Error).message}`);
    }
  }

  /**
   * Makes the folder if need be, and the lab's files in it.
   * @param before what an earlier start gave, if it is known
   * @throws ConfigurationError when the folder is inside the clone
   * @throws EnvironmentError when it cannot be written
   */
  start(lab: Lab, before: Readonly<Record<string, string>> = {}): Started {
    this.#mustBeOutside();
    this.#mustBeOurs();
    const files = { ...this.#frame(), ...this.#labFiles(lab) };
    const made: string[] = [];
    const kept: string[] = [];
    const notes: string[] = [];
    try {
      makeFolder(path.join(this.path, folderOf(lab)));
      for (const [name, content] of Object.entries(files)) {
        (writeNew(path.join(this.path, name), content) ? made : kept).push(name);
      }
      this.repair();
    } catch (error) {
      if (error instanceof EnvironmentError) throw error;
      throw new EnvironmentError(
        `cannot make your folder ${this.path}: ${(error as Error).message}; choose another with --folder`,
      );
    }
    const given: Record<string, string> = {};
    for (const [name, content] of Object.entries(this.#labFiles(lab))) {
      const short = path.basename(name);
      given[short] = hash(content);
      const upgraded = before[short] === undefined || before[short] !== given[short];
      const differs = hash(readFileSync(path.join(this.path, name))) !== given[short];
      if (kept.includes(name) && differs && upgraded) this.#offer(lab, name, content, before[short], made, notes);
    }
    const git = new Git(this.path);
    const says = [git.init(), git.commit(this.#absolute(made), `Start lab ${lab.number}: ${lab.name}`)];
    notes.push(...says.filter((text) => text !== undefined));
    return { made, kept, notes, given };
  }

  /** A file of the lab is another one in this Kubelab than in the one that it was started with. */
  #offer(lab: Lab, name: string, content: Buffer, before: string | undefined, made: string[], notes: string[]): void {
    if (path.basename(name) === lab.file) {
      // A student's file always differs: it is news only when we know that the starter was another one.
      if (before === undefined) return;
      notes.push(
        `The starter of this lab has changed since you began; your ${name} stays as it is. To begin again with the new one (yours is kept as ${lab.file}.1): npx kubelab lab reset ${lab.name}`,
      );
      return;
    }
    const { dir, name: stem, ext } = path.parse(name);
    const beside = path.posix.join(dir, `${stem}.new${ext}`);
    if (writeNew(path.join(this.path, beside), content)) made.push(beside);
    notes.push(`${name} is not the one of this Kubelab; yours stays, this one's is ${beside}`);
  }

  #absolute(names: readonly string[]): string[] {
    return names.map((name) => path.join(this.path, name));
  }

  #labFiles(lab: Lab): Record<string, Buffer> {
    const from = labFolder(this.#clone, lab);
    const to = folderOf(lab);
    const wanted = { 'README.md': 'README.md', 'idea.svg': 'idea.svg', 'starter.ts': lab.file };
    return Object.fromEntries(
      Object.entries(wanted)
        .filter(([name]) => existsSync(path.join(from, name)))
        .map(([name, given]) => [`${to}/${given}`, readFileSync(path.join(from, name))]),
    );
  }

  /** What is there once for all labs. */
  #frame(): Record<string, string> {
    const near = path.dirname(this.#clone) === path.dirname(this.path);
    const clone = (near ? path.relative(this.path, this.#clone) : this.#clone).split(path.sep).join('/');
    const manifest = {
      name: 'kubelab-labs',
      private: true,
      type: 'module',
      dependencies: { kubelab: `file:${clone}` },
      kubelab: { labs: true },
    };
    const tsconfig = { extends: 'kubelab/tsconfig', include: ['*/*.ts'] };
    return {
      'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
      'tsconfig.json': `${JSON.stringify(tsconfig, null, 2)}\n`,
      '.gitignore': 'node_modules/\n',
    };
  }

  #mustBeOurs(): void {
    if (this.exists || !existsSync(path.join(this.path, 'package.json'))) return;
    throw new ConfigurationError(
      `${this.path} has a package.json that is not the one of the labs (it lacks "kubelab": { "labs": true }); choose another folder with --folder`,
    );
  }

  #mustBeOutside(): void {
    const below = path.relative(real(this.#clone), real(this.path));
    if (below !== '' && (below.startsWith('..') || path.isAbsolute(below))) return;
    throw new ConfigurationError(
      `${this.path} is inside Kubelab itself, where an upgrade would meet your work; choose a folder outside ${this.#clone} with --folder`,
    );
  }
}

/** Whether a folder has the mark. */
export function isMarked(folder: string): boolean {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).kubelab?.labs === true;
  } catch {
    return false;
  }
}

export const hash = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

/** With those above it. Not mkdir's own `recursive`, which never returns where a file system has no folders to make. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
}

/** @returns false when there is one already, which stays */
function writeNew(file: string, content: Buffer | string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Its real path, as far as it exists. */
function real(name: string): string {
  try {
    return realpathSync.native(name);
  } catch {
    const above = path.dirname(name);
    return above === name ? name : path.join(real(above), path.basename(name));
  }
}
