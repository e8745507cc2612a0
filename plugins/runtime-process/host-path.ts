// Host paths: a folder or file of the machine itself, mounted into a container, as far as it is what its type says.
// In Kubernetes: pkg/volume/hostpath/host_path.go.

import type { Stats } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Mount, MountError } from '../../core/contracts/container-runtime.ts';

const kinds: Readonly<Record<string, readonly [is: (stats: Stats) => boolean, name: string]>> = {
  Directory: [(stats) => stats.isDirectory(), 'a directory'],
  File: [(stats) => stats.isFile(), 'a file'],
  Socket: [(stats) => stats.isSocket(), 'a socket file'],
  CharDevice: [(stats) => stats.isCharacterDevice(), 'a character device'],
  BlockDevice: [(stats) => stats.isBlockDevice(), 'a block device'],
};

/** Makes what is to be made, and checks what is there. @throws MountError in the kubelet's words */
export async function prepareHostPath(mount: Mount, path: string): Promise<void> {
  const { hostPathType = '', name } = mount;
  const there = await stat(path).catch(() => undefined);
  if (!there && hostPathType === 'FileOrCreate') {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '', { flag: 'a' });
  } else if (!there && (hostPathType === '' || hostPathType === 'DirectoryOrCreate')) {
    await mkdir(path, { recursive: true });
  }
  const [is, wanted] = kinds[hostPathType.replace('OrCreate', '')] ?? [];
  if (!is || is(there ?? (await stat(path).catch(() => nothing)))) return;
  throw new MountError(
    `MountVolume.SetUp failed for volume "${name}" : hostPath type check failed: ${path} is not ${wanted}`,
  );
}

/** What is not there is nothing of all that. */
const no = () => false;
const nothing = {
  isDirectory: no,
  isFile: no,
  isSocket: no,
  isCharacterDevice: no,
  isBlockDevice: no,
} as unknown as Stats;
