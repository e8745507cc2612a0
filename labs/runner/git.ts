// Git: a student's folder is a repository of its own, and each start of a lab a commit of the files that it made.
// Always true: only those files are committed, whatever else is changed or staged; nothing here fails a command: what git
// could not do is said in a sentence.

import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

/** Who commits where git does not know who the person is. */
const somebody = ['-c', 'user.name=student', '-c', 'user.email=student@localhost'];
/** No key is asked for: the person did not make this commit. */
const quiet = ['-c', 'commit.gpgsign=false', '-c', 'init.defaultBranch=main'];

export class Git {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(folder: string, env: NodeJS.ProcessEnv = process.env) {
    this.#folder = folder;
    // In a hook of another repository these would point there.
    this.#env = Object.fromEntries(Object.entries(env).filter(([name]) => !/^GIT_(?!CONFIG|SSH|EXEC)/.test(name)));
  }

  /** Makes the folder a repository unless it is one. @returns what there is to say */
  init(): string | undefined {
    if (this.#git('--version') === undefined) {
      return 'git is not installed: your folder has no history. With git, each step of yours could be kept and taken back.';
    }
    const top = this.#top();
    if (top === undefined) {
      if (this.#git('init', '--quiet') === undefined) return `git could not make a repository in ${this.#folder}.`;
      return undefined;
    }
    if (this.#isOurs(top)) return undefined;
    return `Your folder is inside the git repository ${top}: commits are left to you.`;
  }

  /** @param files absolute paths. @returns what there is to say */
  commit(files: readonly string[], message: string): string | undefined {
    if (files.length === 0) return undefined;
    const top = this.#top();
    if (top === undefined || !this.#isOurs(top)) return undefined;
    const isAdded = this.#git('add', '--', ...files) !== undefined;
    if (isAdded && this.#isCommitted(files)) return undefined;
    const who = this.#git('config', 'user.email') === undefined ? somebody : [];
    const done =
      isAdded &&
      this.#git(...who, 'commit', '--quiet', '--no-verify', '--message', message, '--', ...files) !== undefined;
    return done
      ? undefined
      : `git could not commit the new files (${this.#problem.replace(/\.$/, '')}). They are there all the same.`;
  }

  #problem = '';

  /** As they are: an earlier start has done it. */
  #isCommitted(files: readonly string[]): boolean {
    return this.#git('diff', '--cached', '--quiet', '--', ...files) !== undefined;
  }

  #top(): string | undefined {
    return this.#git('rev-parse', '--show-toplevel')?.trim();
  }

  #isOurs(top: string): boolean {
    try {
      return realpathSync.native(top) === realpathSync.native(this.#folder);
    } catch {
      return false;
    }
  }

  /** What it prints; undefined when it fails or is not there. */
  #git(...args: readonly string[]): string | undefined {
    const result = spawnSync('git', [...quiet, ...args], { cwd: this.#folder, env: this.#env, encoding: 'utf8' });
    if (result.status === 0) return result.stdout;
    this.#problem =
      (result.error?.message ?? (result.stderr.trim() || result.stdout)).trim().split('\n')[0] ||
      `git ${args[0]} failed`;
    return undefined;
  }
}
