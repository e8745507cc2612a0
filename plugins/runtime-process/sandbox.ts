// Sandbox: what the containers of one pod share: an address, a name, volumes, a folder:
//   <folder>/v/<volume>            volumes          <folder>/<container>.<attempt>    a container's own folder
//   <folder>/etc                   hostname, hosts, resolv.conf     <folder>/<container>.<attempt>.log    its output

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxConfig, SandboxStatus } from '../../core/contracts/container-runtime.ts';
import type { PodAttachment } from './network/pod-attachment.ts';
import { type Mapping, Volumes } from './volumes.ts';

export class Sandbox {
  readonly id: string;
  readonly config: SandboxConfig;
  readonly folder: string;
  readonly attachment: PodAttachment;
  readonly volumes: Volumes;
  readonly #createdAt: number;
  #ready = true;

  constructor(id: string, config: SandboxConfig, folder: string, attachment: PodAttachment, createdAt: number) {
    this.id = id;
    this.config = config;
    this.folder = folder;
    this.attachment = attachment;
    this.volumes = new Volumes(join(folder, 'v'));
    this.#createdAt = createdAt;
  }

  get ready(): boolean {
    return this.#ready;
  }

  status(): SandboxStatus {
    return {
      id: this.id,
      config: this.config,
      state: this.#ready ? 'ready' : 'not ready',
      createdAt: this.#createdAt,
      address: this.attachment.address,
    };
  }

  /** Makes the folders, and the files that every pod finds under /etc. */
  async prepare(): Promise<void> {
    const etc = join(this.folder, 'etc');
    await mkdir(etc, { recursive: true });
    const { hostname, dnsSearches } = this.config;
    const files = {
      hostname: `${hostname}\n`,
      hosts: hostsFile(this.config, this.attachment.address),
      'resolv.conf': `search ${dnsSearches.join(' ')}\noptions ndots:5\n# Names are answered by the virtual network, not by a name server.\n`,
    };
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(etc, name), text)));
  }

  /** The files under /etc as every container sees them. */
  get ownFiles(): readonly Mapping[] {
    if (this.config.hostNetwork) return [];
    return ['hostname', 'hosts', 'resolv.conf'].map((name) => ({
      path: `/etc/${name}`,
      real: join(this.folder, 'etc', name),
      readOnly: false,
    }));
  }

  /** Takes it off the network. True the first time. */
  stop(): boolean {
    const first = this.#ready;
    this.#ready = false;
    this.attachment.detach();
    return first;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** In Kubernetes: kubelet_pods.go (managedHostsFileContent). */
function hostsFile({ hostname, fullName, hostAliases = [] }: SandboxConfig, address: string): string {
  const names = fullName === undefined || fullName === hostname ? [hostname] : [fullName, hostname];
  const aliases = hostAliases.map(({ ip, hostnames }) => [ip, ...hostnames].join('\t'));
  return [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    [address, ...names].join('\t'),
    ...(aliases.length > 0 ? ['', '# Entries added by HostAliases.', ...aliases] : []),
    '',
  ].join('\n');
}
