// Volumes: where a pod's mounts really lie on the machine. One folder a volume and pod, shared by its containers:
//   files      written as the kubelet writes a ConfigMap: into a new folder, then `..data` is switched over to it in one
//              step, so that a reader sees all of the old or all of the new
//   emptyDir   an empty folder
//   hostPath   the folder of the node itself (host-path.ts)
// Always true: a subPath cannot lead out of its volume, whatever links lie in it.

import { mkdir, readdir, realpath, rename, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, posix, sep } from 'node:path';
import type { Mount } from '../../core/contracts/container-runtime.ts';
import { prepareHostPath } from './host-path.ts';

/** A path inside the container and where it is on the machine. */
export interface Mapping {
  readonly path: string;
  readonly real: string;
  readonly readOnly: boolean;
}

type Files = Readonly<Record<string, Uint8Array>>;

const windows = process.platform === 'win32';

export class Volumes {
  readonly #folder: string;
  readonly #written = new Map<string, Files>();
  #generation = 0;

  /** @param folder the pod's; volumes are made below it. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Makes what the mounts need.
   * @throws Error in the kubelet's words when a path leaves its volume.
   */
  async prepare(container: string, mounts: readonly Mount[]): Promise<Mapping[]> {
    const mappings: Mapping[] = [];
    for (const mount of mounts) {
      const volume = await this.#volume(mount);
      const real = mount.subPath ? await subPath(container, mount, volume) : volume;
      const path = posix.normalize(mount.containerPath).replace(/(.)\/$/, '$1');
      mappings.push({ path, real, readOnly: mount.readOnly });
    }
    return mappings;
  }

  /** Writes the content of a volume anew, for all containers that have it mounted. Does nothing if nothing changed. */
  async write(name: string, files: Files): Promise<void> {
    const folder = join(this.#folder, safeName(name));
    const before = this.#written.get(name);
    if (before && sameFiles(before, files)) return;
    this.#written.set(name, files);
    this.#generation += 1;
    await mkdir(folder, { recursive: true });
    for (const path of Object.keys(files)) checkInside(path, `file "${path}" of volume "${name}"`);
    if (windows) await copyFiles(folder, files, before ?? {});
    else await swapFiles(folder, files, `..${this.#generation}`);
  }

  async #volume(mount: Mount): Promise<string> {
    if (mount.hostPath !== undefined) {
      await prepareHostPath(mount, mount.hostPath);
      return mount.hostPath;
    }
    if (mount.files) await this.write(mount.name, mount.files);
    const folder = join(this.#folder, safeName(mount.name));
    await mkdir(folder, { recursive: true });
    return folder;
  }
}

async function subPath(container: string, mount: Mount, volume: string): Promise<string> {
  const where = `subPath "${mount.subPath}" of volumeMount "${mount.name}" of container "${container}"`;
  checkInside(mount.subPath ?? '', where);
  const wanted = join(volume, mount.subPath ?? '');
  if (!(await exists(wanted))) {
    await checkReal(volume, await nearest(wanted), where);
    await mkdir(wanted, { recursive: true });
  }
  await checkReal(volume, wanted, where);
  // Files are named through `..data`, whose target is replaced.
  // In real Kubernetes: a file mounted by subPath is not updated.
  return mount.files ? wanted : realpath(wanted);
}

function checkInside(path: string, where: string): void {
  if (posix.isAbsolute(path) || path.split(/[\\/]/).includes('..') || /^[A-Za-z]:/.test(path)) {
    throw new Error(`failed to prepare ${where}: must be a relative path without ".."`);
  }
}

async function checkReal(volume: string, path: string, where: string): Promise<void> {
  const [outer, inner] = await Promise.all([realpath(volume), realpath(path)]);
  if (inner !== outer && !inner.startsWith(outer + sep)) {
    throw new Error(`failed to prepare ${where}: it leads out of the volume, to ${inner}`);
  }
}

/** The closest folder above that exists. */
async function nearest(path: string): Promise<string> {
  let at = path;
  while (!(await exists(at))) at = dirname(at);
  return at;
}

/** The kubelet's AtomicWriter: folder/..data -> ..7, folder/key -> ..data/key. */
async function swapFiles(folder: string, files: Files, generation: string): Promise<void> {
  const content = join(folder, generation);
  await mkdir(content, { recursive: true });
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(content, path)), { recursive: true });
    // Executable, since the contract does not carry a file's mode and a mounted script has to run.
    await writeFile(join(content, path), bytes, { mode: 0o755 });
  }
  const tops = new Set(Object.keys(files).map((path) => path.split('/')[0] ?? path));
  await symlink(generation, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  for (const name of await readdir(folder)) {
    if (name === '..data' || name === generation) continue;
    if (name.startsWith('..')) await rm(join(folder, name), { recursive: true, force: true });
    else if (!tops.has(name)) await unlink(join(folder, name)).catch(() => undefined);
  }
  for (const top of tops) if (!(await exists(join(folder, top)))) await symlink(`..data/${top}`, join(folder, top));
}

/** Without symbolic links (Windows needs a privilege for them): file by file, each switched in one step. */
async function copyFiles(folder: string, files: Files, before: Files): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(`${target}.tmp`, bytes);
    await rename(`${target}.tmp`, target);
  }
  for (const path of Object.keys(before))
    if (!Object.hasOwn(files, path)) await rm(join(folder, path), { force: true });
}

function sameFiles(a: Files, b: Files): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && Buffer.compare(a[name]!, b[name]!) === 0)
  );
}

/** Volume names are DNS labels; anything else would be a path. */
const safeName = (name: string): string => name.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_');

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
