// Types: whether a student's file compiles, asked of TypeScript's own compiler in a process beside the check: the program
// that runs the file leaves types out, and would let a wrong one pass.
//   const types = new TypeCheck(file);   const wrong = await types.wrong;   types.stop();
// The options are those of the folder's tsconfig.json; Kubelab's own for a file in a folder that cannot find Kubelab, as
// those that are handed in for grading. Always true: a machine without the compiler, or a compiler that fails, is nobody's
// mistake; the process is gone when `wrong` is settled.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Line } from '../kit/lab.ts';
import { cloneFolder } from './here.ts';

/** What does not compile, in a sentence. */
export interface WrongTypes {
  /** `does not compile: round-robin.ts:14:7 Type 'string' is not assignable to type 'number'.` */
  readonly message: string;
  readonly look: Line;
}

/** One that the compiler tells. */
interface Told {
  /** Absolute path; '' for the options as a whole. */
  readonly file: string;
  readonly at: string;
  readonly text: string;
}

export class TypeCheck {
  /** The first error in the file, or in what it imports from its folder; never rejects. */
  readonly wrong: Promise<WrongTypes | undefined>;
  readonly #file: string;
  readonly #over = new AbortController();

  /** @param file absolute path */
  constructor(file: string) {
    this.#file = file;
    this.wrong = this.#look().catch(() => undefined);
  }

  /** It is not wanted any more. */
  stop(): void {
    this.#over.abort();
  }

  async #look(): Promise<WrongTypes | undefined> {
    const program = await compiler();
    if (program === undefined) return undefined;
    const own = optionsAbove(path.dirname(this.#file));
    let told = await this.#compile(program, own ?? kubelabs());
    // A tsconfig.json that is wrong itself says nothing about the file.
    const isReadable = told.every(({ file }) => file.endsWith('.ts'));
    if (own && !isReadable) told = await this.#compile(program, kubelabs());
    const folder = path.dirname(this.#file) + path.sep;
    const [first, ...others] = told.filter(({ file }) => file.startsWith(folder) && !file.includes('node_modules'));
    if (!first) return undefined;
    const name = path.basename(first.file);
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    return {
      message: `does not compile: ${name}:${first.at} ${first.text}${more}`,
      look: { file: name, line: Number(first.at.split(':')[0]) },
    };
  }

  async #compile(program: string, options: object): Promise<Told[]> {
    const cwd = path.dirname(this.#file);
    const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-types-'));
    try {
      const config = path.join(folder, 'tsconfig.json');
      writeFileSync(config, JSON.stringify({ ...options, include: [], files: [this.#file] }));
      // One thread: the check beside it wants the other half of a small machine.
      const args = ['--noEmit', '--singleThreaded', '--pretty', 'false', '--project', config];
      return toldIn(await this.#output(program, args, cwd), cwd);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  #output(program: string, args: readonly string[], cwd: string): Promise<string> {
    const child = spawn(program, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'ignore'],
      signal: this.#over.signal,
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    return new Promise((resolve, reject) => {
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
      child.once('error', reject);
      child.once('close', () => resolve(output));
    });
  }
}

/** The compiler's program; undefined where it is not installed. */
async function compiler(): Promise<string | undefined> {
  try {
    const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
    const { default: find } = await import(pathToFileURL(path.join(manifest, '../lib/getExePath.js')).href);
    return find();
  } catch {
    return undefined;
  }
}

/** The nearest tsconfig.json, when from there Kubelab is found. */
function optionsAbove(folder: string): object | undefined {
  const config = path.join(folder, 'tsconfig.json');
  const isLinked = existsSync(path.join(folder, 'node_modules/kubelab/package.json'));
  if (existsSync(config) && isLinked) return { extends: config };
  const above = path.dirname(folder);
  return above === folder ? undefined : optionsAbove(above);
}

/** Kubelab's, with the way to it. */
function kubelabs(): object {
  const inClone = (name: string) => [path.join(cloneFolder, name)];
  return {
    extends: inClone('plugins/cli/plugins.tsconfig.json')[0],
    compilerOptions: {
      // No package.json says there what kind of module the file is.
      module: 'esnext',
      moduleResolution: 'bundler',
      paths: {
        kubelab: inClone('core/index.ts'),
        'kubelab/testing': inClone('core/testing/index.ts'),
        rxjs: inClone('node_modules/rxjs/dist/types/index.d.ts'),
        'rxjs/operators': inClone('node_modules/rxjs/dist/types/operators/index.d.ts'),
      },
    },
  };
}

/** Takes apart `02-round-robin/mine.ts(14,7): error TS2322: Type ...`; lines further in say more about the one above. */
function toldIn(output: string, cwd: string): Told[] {
  return output.split('\n').flatMap((line): Told[] => {
    const [, file, at, column, text] = /^(?:(.+?)\((\d+),(\d+)\): )?error TS\d+: (.*?)\r?$/.exec(line) ?? [];
    if (text === undefined) return [];
    return [{ file: file === undefined ? '' : path.resolve(cwd, file), at: `${at}:${column}`, text }];
  });
}
