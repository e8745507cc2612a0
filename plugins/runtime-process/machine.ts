// Machine: what a node tells of the computer that its containers really run on, in the words of Go, as Kubernetes does.
// Every node of a cluster says the same: they share one machine, and a scheduler counts each as if it had it alone
// (several nodes in containers on one machine, as other small clusters have them, say so too).

import { readFileSync, statfsSync } from 'node:fs';
import { arch, availableParallelism, platform, release, tmpdir, totalmem, type, version } from 'node:os';
import type { Machine } from '../../core/contracts/container-runtime.ts';

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

export function thisMachine(): Machine {
  const disk = diskSize();
  return {
    operatingSystem: platform() === 'win32' ? 'windows' : platform(),
    architecture: architectures[arch()] ?? arch(),
    osImage: distribution() ?? `${type()} ${version()}`,
    kernelVersion: release(),
    capacity: {
      cpu: String(availableParallelism()),
      memory: kibibytes(totalmem()),
      ...(disk !== undefined && { 'ephemeral-storage': kibibytes(disk) }),
    },
  };
}

const kibibytes = (bytes: number): string => `${Math.floor(bytes / 1024)}Ki`;

/** `Debian GNU/Linux 12 (bookworm)`; undefined where there is no such file. */
function distribution(): string | undefined {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** Bytes of the disk that containers write to. */
function diskSize(): number | undefined {
  try {
    const { blocks, bsize } = statfsSync(tmpdir());
    return blocks * bsize;
  } catch {
    return undefined;
  }
}
