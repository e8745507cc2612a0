// Workplace: the files that a runtime has on the machine: one folder for everything that its pods need, made when the
// first pod comes and removed when the runtime closes; and where the programs of the images are found.
//   <folder>/bin      commands that scripts of containers find in their PATH: wget, curl, nslookup, ... (applets.ts)
//   <folder>/p1       the first pod

import { accessSync, constants, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { appletsOf, settingsFile } from './applets.ts';
import type { Container } from './container.ts';
import { Guard } from './guard.ts';

export interface WorkplaceFolders {
  readonly folder?: string;
  readonly images?: string;
  readonly preload?: string;
}

const windows = process.platform === 'win32';
const here = (name: string): string => fileURLToPath(new URL(`./${name}/`, import.meta.url)).replace(/[\\/]$/, '');

export class Workplace {
  readonly images: string;
  readonly preload: string;
  readonly #parent: string | undefined;
  #ready: Promise<{ folder: string; guard: Guard; plain: string }> | undefined;
  #guard: Guard | undefined;
  #folder: string | undefined;
  #plain: string | undefined;

  constructor({ folder, images, preload }: WorkplaceFolders) {
    this.#parent = folder;
    this.images = images ?? here('images');
    this.preload = preload ?? here('preload');
  }

  get folder(): string | undefined {
    return this.#folder;
  }

  get applets(): string {
    return join(this.#plain ?? '', 'bin');
  }

  get guard(): Guard {
    if (!this.#guard) throw new Error('the workplace is not ready: make a folder in it first');
    return this.#guard;
  }

  /** Paths that are real, so that the preload does not take them for paths inside a container. */
  get realFolders(): readonly string[] {
    return [...new Set([this.#folder, this.#plain, this.images, this.preload, dirname(process.execPath)])].flatMap(
      (folder) => folder ?? [],
    );
  }

  /** A folder below; its path has no characters that a shell would take apart, wherever the workplace really is. */
  async make(name: string): Promise<string> {
    this.#ready ??= this.#prepare();
    const { plain } = await this.#ready;
    const folder = join(plain, name);
    await mkdir(folder, { mode: 0o700 });
    return folder;
  }

  /**
   * Gives a container the applets: under a name of its own, by which they find its settings beside them.
   * @param own what programs of the machine may change on its behalf
   */
  async giveApplets(
    root: string,
    environment: Readonly<Record<string, string>>,
    own: readonly string[],
  ): Promise<void> {
    const real = own.map((path) => path.replace(this.#plain ?? '', this.#folder ?? ''));
    await writeFile(`${root}.env`, settingsFile(environment, [...new Set([...own, ...real])]), { mode: 0o600 });
    await symlink(join(this.#plain ?? '', 'bin'), `${root}.bin`);
  }

  async removeContainer(container: Container): Promise<void> {
    const { path } = container.log;
    await container.log.end();
    const root = path.replace(/\.log$/, '');
    for (const file of [path, `${path}.1`, root, `${root}.bin`, `${root}.env`]) {
      await rm(file, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  async close(): Promise<void> {
    const ready = await this.#ready;
    if (!ready) return;
    this.#ready = undefined;
    const { folder, guard, plain } = ready;
    if (plain !== folder) await rm(plain, { force: true });
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    guard.folderRemoved(folder);
    guard.folderRemoved(plain);
    await guard.release();
  }

  async #prepare() {
    const parent = this.#parent ?? tmpdir();
    await mkdir(parent, { recursive: true });
    const folder = await realpath(await mkdtemp(join(parent, 'kubelab-')));
    const guard = Guard.use(this.preload);
    guard.keepsFolder(folder);
    const plain = await this.#plainName(folder);
    if (plain !== folder) guard.keepsFolder(plain);
    this.#folder = folder;
    this.#plain = plain;
    this.#guard = guard;
    await this.#writeApplets(join(folder, 'bin'));
    return { folder, guard, plain };
  }

  /** Scripts name volumes by their real paths without quotes: a folder with spaces gets a link without. */
  async #plainName(folder: string): Promise<string> {
    if (windows || /^[\w./+-]+$/.test(folder)) return folder;
    const links = await mkdtemp(/^[\w./+-]+$/.test(tmpdir()) ? join(tmpdir(), 'kubelab-') : '/tmp/kubelab-');
    await rm(links, { recursive: true });
    await symlink(folder, links);
    return links;
  }

  async #writeApplets(bin: string): Promise<void> {
    await mkdir(bin);
    const find = (name: string) => findProgram(name, process.env.PATH ?? '');
    await Promise.all(
      [...appletsOf(this.images, windows, find)].map(async ([name, text]) => {
        const path = join(bin, name);
        await writeFile(path, text);
        if (!windows) await chmod(path, 0o755);
      }),
    );
  }
}

/** Full path of a program of the machine, by its PATH. Remembers nothing: programs come and go. */
export function findProgram(name: string, path: string): string | undefined {
  if (/[\\/]/.test(name)) return undefined;
  const extensions = windows ? ['.exe', '.com'] : [''];
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const extension of extensions) {
      const file = join(folder, name + extension);
      if (isExecutable(file)) return file;
    }
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
