// End-to-end harness: a cluster as a user has it (the command, in a process of its own, with its own home folder), and
// commands against it. Nothing of ours is imported on the way: what is tested is what was built.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
const command = path.join('plugins', 'cli', 'bin', 'kubelab.mjs');

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Who runs the cluster, and from where. */
export interface Place {
  /** The clone; this one unless told. */
  readonly folder?: string;
  readonly uid?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end; never throws for its exit code. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; uid?: number; input?: string; timeout?: number } = {},
): Promise<Outcome> {
  const { input, uid, timeout = 60_000, ...rest } = options;
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { ...rest, timeout, maxBuffer: 64 << 20, ...(uid !== undefined && { uid, gid: uid }) },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
        resolve({ code, stdout, stderr });
      },
    );
    child.stdin?.end(input ?? '');
  });
}

/** A real kubectl with its release, as found on this machine. */
export interface Kubectl {
  readonly release: string;
  readonly path: string;
}

/** The kubectl on the PATH, and every `kubectl.1.NN` that lies beside the program it leads to. */
export function kubectls(): { readonly onPath: string | undefined; readonly releases: readonly Kubectl[] } {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const onPath = folders.map((folder) => path.join(folder, 'kubectl')).find((file) => existsSync(file));
  if (!onPath) return { onPath: undefined, releases: [] };
  const folder = path.dirname(realpathSync(onPath));
  const releases = readdirSync(folder)
    .filter((name) => /^kubectl\.1\.\d+$/.test(name))
    .sort()
    .map((name) => ({ release: name.slice('kubectl.'.length), path: path.join(folder, name) }));
  return { onPath, releases };
}

/** What `kubelab up -o json` prints. */
interface Facts {
  readonly name: string;
  readonly server: string;
  readonly kubeconfig: string;
  readonly pid: number;
}

export class TestCluster {
  readonly #process: ChildProcess;
  readonly #place: Place;
  readonly home: string;
  readonly kubeconfig: string;
  readonly server: string;
  readonly pid: number;
  readonly name: string;
  /** What the command has said so far. */
  output = '';

  private constructor(child: ChildProcess, place: Place, home: string, facts: Facts) {
    this.#process = child;
    this.#place = place;
    this.home = home;
    this.name = facts.name;
    this.kubeconfig = facts.kubeconfig;
    this.server = facts.server;
    this.pid = facts.pid;
  }

  /** `kubelab up -o json ARGS...`, ready when this comes back. */
  static async start(args: readonly string[] = [], place: Place = {}): Promise<TestCluster> {
    const folder = place.folder ?? root;
    const home = mkdtempSync(path.join(tmpdir(), 'kubelab e2e '));
    if (place.uid !== undefined) await run('chown', [String(place.uid), home]);
    const env = environment(home, place);
    const child = spawn(process.execPath, [command, 'up', '-o', 'json', ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(place.uid !== undefined && { uid: place.uid, gid: place.uid }),
    });
    let output = '';
    let cluster: TestCluster | undefined;
    const facts = await new Promise<Facts>((resolve, reject) => {
      const listen = (data: Buffer) => {
        output += data;
        if (cluster) cluster.output = output;
        const json = /^\{[\s\S]*?^\}|^\{.*\}$/m.exec(output);
        if (json) resolve(JSON.parse(json[0]));
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', (data: Buffer) => {
        output += data;
      });
      child.once('exit', (code) => reject(new Error(`kubelab up ended with ${code}:\n${output}`)));
    });
    cluster = new TestCluster(child, place, home, facts);
    cluster.output = output;
    return cluster;
  }

  /** Runs `kubelab ARGS...` for this cluster. */
  kubelab(...args: readonly string[]): Promise<Outcome> {
    const folder = this.#place.folder ?? root;
    const options = { cwd: folder, env: environment(this.home, this.#place) };
    return run(process.execPath, [command, ...args], {
      ...options,
      ...(this.#place.uid !== undefined && { uid: this.#place.uid }),
    });
  }

  /** Runs kubectl for this cluster, with a cache folder of its own. */
  async kubectl(kubectl: string, args: readonly string[], input?: string): Promise<Outcome> {
    const cache = path.join(this.home, 'kubectl-cache');
    return run(kubectl, ['--kubeconfig', this.kubeconfig, '--cache-dir', cache, ...args], {
      ...(input !== undefined && { input }),
    });
  }

  /** As Ctrl-C does; gives the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    if (this.#process.exitCode !== null) return this.#process.exitCode;
    const ended = new Promise<number | null>((resolve) => this.#process.once('exit', resolve));
    this.#process.kill(signal);
    return ended;
  }

  /** Takes the home folder away. */
  clean(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

function environment(home: string, place: Place): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...own } = process.env;
  return { ...own, HOME: home, KUBELAB_HOME: path.join(home, 'state'), NO_COLOR: '1', ...place.env };
}

/** Asks again until it answers, or says what the last answer was. For what a real cluster does in its own time. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, seconds = 30): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not within ${seconds} s${last ? ` (${last})` : ''}`);
}

/** Processes whose environment has this entry (Linux): how a test finds a container from outside. */
export function processesWith(entry: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(entry);
      } catch {
        return false;
      }
    });
}
