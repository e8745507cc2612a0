// End-to-end harness: a cluster as a user has it (the command, in a process of its own, with its own home and temporary
// folder), and commands against it. Nothing of ours is imported on the way: what is tested is what was built.
// Always true: after `destroy` no process and no file of the cluster is left, however the test ended.

import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually, type Outcome, root, run } from './run.ts';
import { filesBelow, remains, type Traces, tracesOf } from './traces.ts';

export { kubectls } from './kubectl.ts';
export { run } from './run.ts';

const command = path.join('plugins', 'cli', 'bin', 'kubelab.mjs');

/** Who runs the cluster, and from where. */
export interface Place {
  /** The clone; this one unless told. */
  readonly folder?: string;
  readonly uid?: number;
  /** Instead of this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folder of a cluster that ran before, to start there again; or as `makeFolders` gave it. */
  readonly base?: string;
  /** What `kubelab up` is written as. */
  readonly up?: readonly [string, ...string[]];
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
  readonly #said: { text: string };
  readonly #own: Traces;
  /** All folders of this cluster are in here. */
  readonly base: string;
  readonly kubeconfig: string;
  readonly server: string;
  readonly pid: number;
  readonly name: string;

  private constructor(child: ChildProcess, place: Place, base: string, said: { text: string }, facts: Facts) {
    this.#process = child;
    this.#place = place;
    this.#said = said;
    this.base = base;
    this.name = facts.name;
    this.kubeconfig = facts.kubeconfig;
    this.server = facts.server;
    this.pid = facts.pid;
    const { processes } = tracesOf(facts.pid);
    this.#own = { processes: processes.filter(({ pid }) => pid === facts.pid), sockets: new Set() };
  }

  /** `kubelab up -o json ARGS...`, ready when this comes back. */
  static async start(args: readonly string[] = [], place: Place = {}): Promise<TestCluster> {
    const base = place.base ?? (await makeFolders(place.uid));
    const [program, ...words] = place.up ?? [process.execPath, command, 'up'];
    const child = spawn(program, [...words, '-o', 'json', ...args], {
      cwd: place.folder ?? root,
      env: environment(base, place),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group, as a terminal makes one for each command: Ctrl-C goes to all of it.
      detached: true,
      ...(place.uid !== undefined && { uid: place.uid, gid: place.uid }),
    });
    endsWithThisProcess(child);
    const said = { text: '' };
    let late: NodeJS.Timeout | undefined;
    try {
      const facts = await new Promise<Facts>((resolve, reject) => {
        child.stdout.on('data', (data: Buffer) => {
          said.text += data;
          const json = /^\{[\s\S]*?^\}|^\{.*\}$/m.exec(said.text);
          if (json) resolve(JSON.parse(json[0]));
        });
        child.stderr.on('data', (data: Buffer) => {
          said.text += data;
        });
        child.once('error', reject);
        child.once('close', (code) => reject(new Error(`kubelab up ended with ${code}:\n${said.text}`)));
        late = setTimeout(() => reject(new Error(`kubelab up is not ready after 90 s:\n${said.text}`)), 90_000);
      });
      return new TestCluster(child, place, base, said, facts);
    } catch (error) {
      signalAll(child, 'SIGKILL');
      remove(base);
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  /** What the command has said so far. */
  get output(): string {
    return this.#said.text;
  }

  /** What it was started by: `node`, `npm`. */
  get command(): string {
    return this.#place.up?.[0] ?? 'node';
  }

  get home(): string {
    return homeIn(this.base);
  }

  /** Where its state is: one folder a cluster. */
  get state(): string {
    return stateIn(this.base);
  }

  get temporary(): string {
    return temporaryIn(this.base);
  }

  /** Runs `kubelab ARGS...` for this cluster. */
  kubelab(...args: readonly string[]): Promise<Outcome> {
    return run(process.execPath, [command, ...args], this.#options());
  }

  /** `kubelab kubectl ARGS...`: the real kubectl if there is one on the PATH, else the built-in one. */
  ownKubectl(args: readonly string[], input?: string): Promise<Outcome> {
    return run(process.execPath, [command, 'kubectl', '--name', this.name, ...args], this.#options(input));
  }

  /** Runs a kubectl for this cluster, with a cache folder of its own. */
  kubectl(program: string, args: readonly string[], input?: string): Promise<Outcome> {
    const cache = path.join(this.home, '.kube', 'cache');
    return run(program, ['--kubeconfig', this.kubeconfig, '--cache-dir', cache, ...args], this.#options(input));
  }

  #options(input?: string) {
    const { folder = root, uid } = this.#place;
    return {
      cwd: folder,
      env: environment(this.base, this.#place),
      ...(input !== undefined && { input }),
      ...(uid !== undefined && { uid }),
    };
  }

  traces(): Traces {
    return tracesOf(this.pid);
  }

  /** What a cluster that has ended has left behind, a line each. What kubectl and npm keep for themselves does not count. */
  remains(before: Traces): string[] {
    // `tsx-NAME` is where tsx keeps what it has compiled, for all programs of a user.
    const temporary = readdirSync(this.temporary).filter((name) => !name.startsWith('tsx-'));
    const files = filesBelow(this.home).filter((name) => !/^(\.kube[\\/]cache|\.npm)[\\/]/.test(name));
    return [
      ...remains(before),
      ...temporary.map((name) => `temporary: ${name}`),
      ...files.map((name) => `file: ${name}`),
      ...(existsSync(this.state) ? readdirSync(this.state) : []).map((name) => `state: ${name}`),
    ];
  }

  /** As Ctrl-C does; gives the exit code, or the signal that ended the command. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | NodeJS.Signals | null> {
    const child = this.#process;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      signalAll(child, signal);
      await ended;
      // npm does not wait for what it has started.
      if (this.#place.up) await eventually('the end', async () => remains(this.#own).length === 0 || undefined);
    }
    return child.exitCode ?? child.signalCode;
  }

  /** Takes the folders of a cluster that has ended away. */
  clean(): void {
    remove(this.base);
  }

  /** Kills what runs, and takes the folders away. For `after`: does its work whatever state the test has left. */
  async destroy(): Promise<void> {
    // Only while it is the same process: its number may have been given to another one since.
    const isThere = remains(this.#own).length > 0;
    for (const { pid } of isThere ? this.traces().processes : []) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it has ended meanwhile
      }
    }
    await this.stop('SIGKILL');
    this.clean();
  }
}

const homeIn = (base: string) => path.join(base, 'a home', 'of somebody');
const stateIn = (base: string) => path.join(homeIn(base), 'state');
const temporaryIn = (base: string) => path.join(base, 'tmp');

/** A home folder with spaces in its name, and a temporary folder of its own, so that what is left there is ours. */
export async function makeFolders(uid: number | undefined): Promise<string> {
  const base = mkdtempSync(path.join(tmpdir(), 'kubelab-e2e-'));
  chmodSync(base, 0o755);
  for (const folder of [homeIn(base), temporaryIn(base)]) mkdirSync(folder, { recursive: true });
  if (uid !== undefined) await run('chown', ['-R', `${uid}:${uid}`, base]);
  return base;
}

function signalAll({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // it has ended already
  }
}

/** Whoever stops the tests stops their clusters. */
function endsWithThisProcess(child: ChildProcess): void {
  const kill = () => signalAll(child, 'SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
}

function remove(base: string): void {
  rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** What a command of that user finds in its environment. @param base as `makeFolders` gave it */
export function environment(base: string, { env }: Place): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, KUBECONFIG: __, ...own } = env ?? process.env;
  const temporary = temporaryIn(base);
  const folders = { HOME: homeIn(base), KUBELAB_HOME: stateIn(base), TMPDIR: temporary, TEMP: temporary };
  return { ...own, ...folders, NO_COLOR: '1' };
}
