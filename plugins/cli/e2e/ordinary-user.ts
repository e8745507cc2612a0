// Ordinary user: somebody without privileges, with a fresh clone in a folder whose name has spaces. For root a user is made
// and removed again; everybody else is one already.
// Always true: nothing comes over the network, the clone's packages are this clone's; after `leave` user and files are gone.

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Place } from './harness.ts';
import { root, run } from './run.ts';

const isRoot = process.getuid?.() === 0;

/** Why there can be no such user here; undefined when there can. */
export async function whyNot(): Promise<string | undefined> {
  if (process.platform === 'win32') return 'useradd and links to programs are not there on Windows';
  if (!existsSync(path.join(root, '.git'))) return 'this folder is no clone: there is no .git';
  if ((await run('git', ['--version'])).code !== 0) return 'there is no git on the PATH';
  if (isRoot && (await run('useradd', ['--help'])).code !== 0) return 'there is no useradd, and root is not ordinary';
  return undefined;
}

export class OrdinaryUser {
  readonly #base: string;
  readonly #name: string | undefined;
  readonly #uid: number | undefined;
  /** The clone. */
  readonly folder: string;

  private constructor(base: string, folder: string, name?: string, uid?: number) {
    this.#base = base;
    this.folder = folder;
    this.#name = name;
    this.#uid = uid;
  }

  static async create(): Promise<OrdinaryUser> {
    const base = mkdtempSync(path.join(tmpdir(), 'kubelab-e2e-'));
    chmodSync(base, 0o755);
    const folder = path.join(base, 'Things I made', 'my kubelab');
    if (!isRoot) return (await new OrdinaryUser(base, folder).#settle()) as OrdinaryUser;
    const name = `kubelab-e2e-${process.pid}`;
    await must('useradd', ['--no-create-home', '--home-dir', path.join(base, 'home'), '--shell', '/bin/sh', name]);
    const uid = Number((await must('id', ['-u', name])).trim());
    return new OrdinaryUser(base, folder, name, uid).#settle();
  }

  /** Clones the last commit and gives it to the user; the packages stay root's, for reading. */
  async #settle(): Promise<OrdinaryUser> {
    try {
      mkdirSync(path.dirname(this.folder), { recursive: true });
      // A home of its own, in which git is told that this clone may be anybody's.
      writeFileSync(path.join(this.#base, '.gitconfig'), '[safe]\n\tdirectory = *\n');
      const env = { ...process.env, HOME: this.#base };
      // Not by hard links: the files are given away.
      await must('git', ['clone', '--quiet', '--no-hardlinks', root, this.folder], { env });
      if (this.#uid !== undefined) await must('chown', ['-R', `${this.#uid}:${this.#uid}`, path.dirname(this.folder)]);
      await this.#takePackages();
      return this;
    } catch (error) {
      await this.leave();
      throw error;
    }
  }

  async #takePackages(): Promise<void> {
    const from = path.join(root, 'node_modules');
    const to = path.join(this.folder, 'node_modules');
    // Hard links where the file system is the same; for root they stay root's, and the user cannot change them.
    if ((await run('cp', ['-al', from, to])).code !== 0) {
      rmSync(to, { recursive: true, force: true });
      await must('cp', ['-a', from, to]);
    }
    // As old as ours, whose packages were installed from it.
    const { atime, mtime } = statSync(path.join(root, 'package-lock.json'));
    utimesSync(path.join(this.folder, 'package-lock.json'), atime, mtime);
  }

  /** Where the user works: with the programs of this machine but kubectl, or with that one alone. */
  place(kubectl?: string): Place {
    const programs = this.#programs(kubectl);
    return {
      folder: this.folder,
      env: { PATH: programs, LANG: 'C.UTF-8', USER: this.#name ?? process.env.USER ?? 'somebody' },
      ...(this.#uid !== undefined && { uid: this.#uid }),
    };
  }

  /** A PATH of one folder: a link to each program of the usual folders, and node. */
  #programs(kubectl: string | undefined): string {
    const folder = path.join(this.#base, kubectl === undefined ? 'programs' : 'programs and kubectl');
    if (existsSync(folder)) return folder;
    mkdirSync(folder);
    symlinkSync(process.execPath, path.join(folder, 'node'));
    for (const from of ['/usr/bin', '/bin', '/usr/local/bin', '/opt/homebrew/bin'].filter((name) => existsSync(name))) {
      for (const name of readdirSync(from)) {
        const link = path.join(folder, name);
        if (!name.startsWith('kubectl') && !existsSync(link)) tryLink(path.join(from, name), link);
      }
    }
    if (kubectl !== undefined) {
      // A copy: it may be in somebody's home, where others cannot go.
      copyFileSync(kubectl, path.join(folder, 'kubectl'));
      chmodSync(path.join(folder, 'kubectl'), 0o755);
    }
    return folder;
  }

  async leave(): Promise<void> {
    if (this.#name !== undefined) await run('userdel', [this.#name]);
    rmSync(this.#base, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function tryLink(target: string, link: string): void {
  try {
    symlinkSync(target, link);
  } catch {
    // a link of that name that leads nowhere
  }
}

async function must(
  program: string,
  args: readonly string[],
  options: Parameters<typeof run>[2] = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr || stdout}`);
  return stdout;
}
