// State: a folder a cluster, for as long as it runs.
//   ~/.kubelab/NAME/  (KUBELAB_HOME/NAME, or XDG_STATE_HOME/kubelab/NAME)
//     kubeconfig      mode 0600
//     cluster.json    name, server, kubeconfig, pid
//     control.sock    the owner's door (mode 0600)
//     run/            working folders of containers
// Always true: the folder is its owner's alone (0700), and gone when the cluster has stopped. What a cluster that was
// killed has left is removed by the next `up` of that name.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';
import { EnvironmentError } from './exit.ts';

/** What `up -o json` prints, and others find a cluster by. */
export interface ClusterFacts {
  readonly name: string;
  readonly server: string;
  readonly kubeconfig: string;
  readonly pid: number;
}

/** Unix sockets have a path of at most 104 bytes on macOS, 108 on Linux. */
const longestSocketPath = 100;

export class StateFolder {
  readonly name: string;
  readonly path: string;

  constructor(name: string) {
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
      throw new ConfigurationError(
        `cluster name ${JSON.stringify(name)}: use small letters, digits and '-', up to 63 characters`,
      );
    }
    this.name = name;
    this.path = path.join(home(), name);
  }

  get kubeconfig(): string {
    return path.join(this.path, 'kubeconfig');
  }

  /** Folder of this run's containers. */
  get run(): string {
    return path.join(this.path, 'run');
  }

  get log(): string {
    return path.join(this.path, 'up.log');
  }

  /** Where the owner's commands are heard. */
  get controlSocket(): string {
    const short = createHash('sha256').update(this.path).digest('hex').slice(0, 16);
    if (process.platform === 'win32') return `\\\\.\\pipe\\kubelab-${short}`;
    const inside = path.join(this.path, 'control.sock');
    return Buffer.byteLength(inside) <= longestSocketPath ? inside : path.join(tmpdir(), `kubelab-${short}.sock`);
  }

  /** What the running cluster of this name wrote; undefined when there is none, or its process is gone. */
  running(): ClusterFacts | undefined {
    const facts = this.#read();
    return facts && isAlive(facts.pid) ? facts : undefined;
  }

  /** @throws EnvironmentError that names the clusters that do run. */
  mustRun(): ClusterFacts {
    const facts = this.running();
    if (facts) return facts;
    const others = runningClusters().map(({ name }) => name);
    throw new EnvironmentError(
      `no cluster called ${this.name} runs; ${others.length > 0 ? `these do: ${others.join(', ')} (choose with --name)` : 'start one with: kubelab up'}`,
    );
  }

  /** Makes the folder, empty. @throws ConfigurationError when a cluster of this name runs. */
  create(): void {
    const facts = this.running();
    if (facts) {
      throw new ConfigurationError(
        `a cluster called ${this.name} runs already (pid ${facts.pid}, ${facts.server}); stop it with: kubelab down --name ${this.name}, or give this one another --name`,
      );
    }
    this.remove();
    mkdirSync(this.run, { recursive: true, mode: 0o700 });
  }

  write(facts: ClusterFacts, kubeconfig: string): void {
    writeFileSync(this.kubeconfig, kubeconfig, { mode: 0o600 });
    writeFileSync(path.join(this.path, 'cluster.json'), `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
    if (process.platform !== 'win32') rmSync(this.controlSocket, { force: true });
  }

  #read(): ClusterFacts | undefined {
    try {
      return JSON.parse(readFileSync(path.join(this.path, 'cluster.json'), 'utf8'));
    } catch {
      return undefined;
    }
  }
}

/** All clusters of this user that run. */
export function runningClusters(): ClusterFacts[] {
  if (!existsSync(home())) return [];
  return readdirSync(home(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[a-z0-9-]+$/.test(entry.name))
    .flatMap((entry) => new StateFolder(entry.name).running() ?? []);
}

function home(): string {
  const { KUBELAB_HOME, XDG_STATE_HOME } = process.env;
  if (KUBELAB_HOME) return path.resolve(KUBELAB_HOME);
  return XDG_STATE_HOME ? path.join(XDG_STATE_HOME, 'kubelab') : path.join(homedir(), '.kubelab');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
