// Container: one run of one program: created, running, exited, and never back. Its output goes to a log file; what is
// run in it besides (`execSync`) ends with it.
// Always true: `exited` is told once, when the program has ended and its output is complete; by then nothing that it
// started is left.

import { mkdir } from 'node:fs/promises';
import type { Clock } from '../../core/contracts/clock.ts';
import type {
  ContainerConfig,
  ContainerStatus,
  ExecOptions,
  ExecResult,
} from '../../core/contracts/container-runtime.ts';
import type { ContainerSession } from '../../core/contracts/kubelet-connection.ts';
import { commandSession, failedSession, Listeners } from './container-session.ts';
import type { Guard } from './guard.ts';
import { LogFile } from './log-file.ts';
import { type Ending, ProcessGroup, type Program } from './process-group.ts';

/** How long output is waited for after the program has ended: longer only if something escaped and holds it open. */
const outputGrace = 500;

/** Bytes of each stream of a command's output that are kept: containerd's. */
const mostOutput = 16 * 1024 * 1024;

export interface ContainerParts {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  readonly imageId: string;
  readonly logPath: string;
  readonly clock: Clock;
  readonly guard: Guard;
  /** Asks the program to end where there are no signals; false: it cannot be asked. Absent: there are signals. */
  readonly ask?: () => boolean;
  /** The program, made ready to run, or an error that says why it cannot be. */
  program(command?: Omit<ExecOptions, 'stdin'> & Partial<Pick<ExecOptions, 'stdin'>>): Program;
  /** What the program said of its end, read when it has ended. */
  lastWords?(exitCode: number, log: LogFile): Promise<string>;
  /** Called at each change of state. */
  changed(): void;
}

/** The part of the status that changes. */
type RunState = Partial<ContainerStatus> & Pick<ContainerStatus, 'state'>;

export class Container {
  readonly log: LogFile;
  readonly #parts: ContainerParts;
  readonly #createdAt: number;
  readonly #execs = new Set<ProcessGroup>();
  readonly #ended: Promise<void>;
  #group: ProcessGroup | undefined;
  #listeners: Listeners | undefined;
  #status: RunState = { state: 'created' };
  #settle: () => void = () => undefined;

  constructor(parts: ContainerParts) {
    this.#parts = parts;
    this.#createdAt = parts.clock.now();
    this.log = new LogFile(parts.logPath, parts.clock);
    this.#ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get id(): string {
    return this.#parts.id;
  }

  get sandboxId(): string {
    return this.#parts.sandboxId;
  }

  get config(): ContainerConfig {
    return this.#parts.config;
  }

  /** The process that leads the container's group; undefined before it runs and after it has ended. */
  get pid(): number | undefined {
    return this.#status.state === 'running' ? this.#group?.pid : undefined;
  }

  status(): ContainerStatus {
    const { id, sandboxId, config, imageId } = this.#parts;
    return { id, sandboxId, config, imageId, createdAt: this.#createdAt, ...this.#status };
  }

  /** @throws Error when the program cannot be started; the container is then `exited`, 128, StartError. */
  async start(): Promise<void> {
    if (this.#status.state !== 'created') throw new Error(`container ${this.id} is ${this.#status.state} already`);
    const { clock, guard } = this.#parts;
    try {
      const program = this.#parts.program();
      await mkdir(program.folder, { recursive: true });
      const group = new ProcessGroup(program, guard);
      this.#group = group;
      const listeners = new Listeners(group, this.config.stdin);
      this.#listeners = listeners;
      for (const stream of ['stdout', 'stderr'] as const)
        group.child[stream]?.on('data', (bytes: Buffer) => {
          this.log.write(stream, bytes);
          listeners.hear(stream, bytes);
        });
      await group.started;
      this.#status = { state: 'running', startedAt: clock.now() };
      this.#parts.changed();
      void this.#watch(group);
    } catch (error) {
      await this.log.end();
      const message = inWordsOfRunc('failed to create containerd task: failed to create shim task', 'create', error);
      const now = clock.now();
      this.#finish({ state: 'exited', startedAt: now, finishedAt: now, exitCode: 128, reason: 'StartError', message });
      throw new Error(message);
    }
  }

  /** Asks it to end, and ends it after the grace period (milliseconds). Resolves when it has ended. */
  async stop(gracePeriod: number): Promise<void> {
    const group = this.#group;
    if (!group || this.#status.state !== 'running') return;
    const polite = gracePeriod > 0 && (this.#parts.ask ? this.#parts.ask() : true);
    if (polite && !this.#parts.ask) group.kill('SIGTERM');
    if (!polite) group.kill('SIGKILL');
    const cancel = polite ? this.#parts.clock.schedule(gracePeriod, () => group.kill('SIGKILL')) : undefined;
    await this.#ended;
    cancel?.();
  }

  /** Runs a command beside the program. @throws Error when it is not done within the timeout (milliseconds; 0: no limit). */
  async exec(command: readonly string[], timeout: number): Promise<ExecResult> {
    if (this.#status.state !== 'running') throw new Error(`container ${this.config.name} is not running`);
    let group: ProcessGroup;
    try {
      group = new ProcessGroup(this.#parts.program({ command, tty: false }), this.#parts.guard);
      await group.started;
    } catch (error) {
      const stderr = Buffer.from(`${inWordsOfRunc('failed to exec in container', 'exec', error)}\n`);
      return { exitCode: 127, stdout: new Uint8Array(), stderr };
    }
    this.#execs.add(group);
    const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
    for (const name of ['stdout', 'stderr'] as const) {
      let room = mostOutput;
      group.child[name]?.on('data', (bytes: Buffer) => {
        if (room > 0) output[name].push(bytes.subarray(0, room));
        room -= bytes.length;
      });
    }
    let late = false;
    const cancel =
      timeout > 0 &&
      this.#parts.clock.schedule(timeout, () => {
        late = true;
        group.kill('SIGKILL');
      });
    const closed = new Promise((resolve) => group.child.once('close', resolve));
    const { exitCode } = await group.ended;
    await this.#orLater(closed);
    if (cancel) cancel();
    this.#execs.delete(group);
    if (late) throw new Error(`command "${command.join(' ')}" timed out`);
    return { exitCode, stdout: Buffer.concat(output.stdout), stderr: Buffer.concat(output.stderr) };
  }

  /** Runs a command that somebody talks to. */
  async open(options: ExecOptions): Promise<ContainerSession> {
    if (this.#status.state !== 'running') throw new Error(`container ${this.config.name} is not running`);
    try {
      const program = this.#parts.program(options);
      const group = new ProcessGroup(program, this.#parts.guard);
      await group.started;
      this.#execs.add(group);
      void group.ended.then(() => this.#execs.delete(group));
      return commandSession(group, this.#parts.clock, program.terminal === true);
    } catch (error) {
      const prefix = `failed to exec in container: failed to start exec ${JSON.stringify(this.id)}`;
      return failedSession(new Error(inWordsOfRunc(prefix, 'exec', error)));
    }
  }

  /** Listens to the program from now on. */
  attach(): ContainerSession {
    if (this.#status.state !== 'running' || !this.#listeners)
      throw new Error(`container ${this.config.name} is not running`);
    const { stdin, stdinOnce, tty } = this.config;
    const ended = this.#ended.then(() => ({ exitCode: this.#status.exitCode ?? 0 }));
    return this.#listeners.session(tty, !stdin ? 'none' : stdinOnce ? 'once' : 'open', ended);
  }

  async #watch(group: ProcessGroup): Promise<void> {
    const closed = new Promise((resolve) => group.child.once('close', resolve));
    const { exitCode, signal }: Ending = await group.ended;
    for (const exec of this.#execs) exec.kill('SIGKILL');
    const finishedAt = this.#parts.clock.now();
    await this.#orLater(closed);
    this.#listeners?.end();
    await this.log.end();
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    const message = await this.#parts.lastWords?.(exitCode, this.log);
    const how = { exitCode, ...(signal && { signal }), reason, ...(message && { message }) };
    this.#finish({ ...this.#status, state: 'exited', finishedAt, ...how });
  }

  #finish(status: RunState): void {
    this.#status = status;
    this.#settle();
    this.#parts.changed();
  }

  /** Waits for the end of the output, but not for ever. */
  async #orLater(closed: Promise<unknown>): Promise<void> {
    let cancel: () => void = () => undefined;
    const later = new Promise<void>((resolve) => {
      cancel = this.#parts.clock.schedule(outputGrace, resolve);
    });
    await Promise.race([closed, later]);
    cancel();
  }
}

const steps = {
  create: 'runc create failed: unable to start container process: error during container init',
  exec: 'exec failed: unable to start container process',
};

/** What containerd and runc make of an error of theirs (`exec: "/no/such": ...`); other errors are what they are. */
function inWordsOfRunc(prefix: string, doing: 'create' | 'exec', error: unknown): string {
  const { message } = error as Error;
  if (!message.startsWith('exec: ')) return message;
  return `${prefix}: OCI runtime ${doing} failed: ${steps[doing]}: ${message}: unknown`;
}
