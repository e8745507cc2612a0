// State: a folder a cluster, for as long as it runs.
//   ~/.kubelab/NAME/  (KUBELAB_HOME/NAME, or XDG_STATE_HOME/kubelab/NAME)
//     kubeconfig      mode 0600
//     owner           the process that keeps the folder: its id, and when it began
//     cluster.json    name, server, kubeconfig, pid, once it is ready
//     control.sock    the owner's door (mode 0600)
//     run/            working folders of containers
// Always true: the folder is its owner's alone (0700), and gone when the cluster has stopped. What a cluster that was
// killed has left is removed by the next `up` of that name.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
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
    this.path = path.join(stateHome(), name);
  }

  /**
   * What the process that keeps the folder is called among those that elect a leader: the same each time, since there is
   * no other one while this one has the folder. So who was killed and starts again need not wait for itself.
   */
  get identity(): string {
    const folder = createHash('sha256').update(this.path).digest('hex').slice(0, 8);
    return `${hostname()}_${this.name}_${folder}`;
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
    return this.#owner() === undefined ? undefined : this.#read();
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

  /** Whether the folder is still there, and the process that kept it too: to the end of its removal. */
  isHeldBy(pid: number): boolean {
    return existsSync(this.path) && isAlive(pid);
  }

  /** Makes the folder, empty, and this process its owner. @throws ConfigurationError when a cluster of this name runs. */
  create(): void {
    const owner = this.#owner();
    if (owner !== undefined) {
      const server = this.#read()?.server;
      const how = server === undefined ? `is being started (pid ${owner})` : `runs already (pid ${owner}, ${server})`;
      throw new ConfigurationError(
        `a cluster called ${this.name} ${how}; stop it with: kubelab down --name ${this.name}, or give this one another --name`,
      );
    }
    this.remove();
    mkdirSync(this.run, { recursive: true, mode: 0o700 });
    writeFileSync(this.#ownerFile, `${process.pid} ${beganAt(process.pid)}`, { flag: 'wx', mode: 0o600 });
  }

  write(facts: ClusterFacts, kubeconfig: string): void {
    writeFileSync(this.kubeconfig, kubeconfig, { mode: 0o600 });
    writeFileSync(path.join(this.path, 'cluster.json'), `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
    if (process.platform !== 'win32') rmSync(this.controlSocket, { force: true });
  }

  get #ownerFile(): string {
    return path.join(this.path, 'owner');
  }

  /** The process that keeps the folder, if it is alive. */
  #owner(): number | undefined {
    let text: string;
    try {
      text = readFileSync(this.#ownerFile, 'utf8');
    } catch {
      return undefined;
    }
    const [pid, began] = text.split(' ');
    return isAlive(Number(pid)) && beganAt(Number(pid)) === began ? Number(pid) : undefined;
  }

  #read(): ClusterFacts | undefined {
    try {
      return JSON.parse(readFileSync(path.join(this.path, 'cluster.json'), 'utf8'));
    } catch {
      return undefined;
    }
  }
}

/**
 * The cluster that a command is about: the one named; unless told, the only one that runs, or else `kubelab`.
 * @throws EnvironmentError when it does not run
 */
export function runningCluster(name: string | undefined): StateFolder {
  const running = runningClusters();
  const only = running.length === 1 ? running[0]?.name : undefined;
  const state = new StateFolder(name ?? only ?? 'kubelab');
  state.mustRun();
  return state;
}

/** All clusters of this user that run. */
export function runningClusters(): ClusterFacts[] {
  if (!existsSync(stateHome())) return [];
  return readdirSync(stateHome(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[a-z0-9-]+$/.test(entry.name))
    .flatMap((entry) => new StateFolder(entry.name).running() ?? []);
}

/** Where everything of this user that Kubelab keeps between commands is. */
export function stateHome(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const { KUBELAB_HOME, XDG_STATE_HOME } = env;
  if (KUBELAB_HOME) return path.resolve(KUBELAB_HOME);
  return XDG_STATE_HOME ? path.join(XDG_STATE_HOME, 'kubelab') : path.join(homedir(), '.kubelab');
}

/** When a process began, where the system tells: a number that is used again is another process. '' elsewhere. */
function beganAt(pid: number): string {
  try {
    // The program's name, in brackets, may have spaces: count from behind it. Field 22 is the start time.
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
