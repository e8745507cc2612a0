// Mock container: one simulated program, driven by its script in Clock time.
// Always true: it holds a timer only while an end of it is in sight; its status objects are replaced, never changed.

import type { Cancel, Clock } from '../../core/contracts/clock.ts';
import type { ContainerConfig, ContainerStatus } from '../../core/contracts/container-runtime.ts';
import { revise } from '../../core/model/revise.ts';
import { inOnePiece } from '../../core/model/texts.ts';
import type { LogLine } from '../../core/node/log-lines.ts';
import type { Script } from './script.ts';

const sigterm = 15;
const sigkill = 9;

/** How a program ends. */
type Ending = Pick<ContainerStatus, 'exitCode' | 'reason' | 'signal' | 'message'>;

const killed: Ending = { exitCode: 128 + sigkill, reason: 'Error', signal: sigkill };
const leaves: Ending = { exitCode: 0, reason: 'Completed', signal: sigterm };
const outOfMemory: Ending = { exitCode: 128 + sigkill, reason: 'OOMKilled', signal: sigkill };

/** Shared by all that have nothing to say and nobody who waits for them. */
const none: readonly never[] = [];

export class MockContainer {
  readonly script: Script;
  status: ContainerStatus;
  lines: readonly LogLine[] = none;
  readonly #clock: Clock;
  readonly #changed: (container: MockContainer) => void;
  #cancel: Cancel | undefined;
  /** When it heard SIGTERM, and when SIGKILL comes. */
  #stopping: { readonly since: number; readonly killAt: number } | undefined;
  /** Who waits for its end. */
  #waiting: readonly (() => void)[] = none;
  /** Ends the delay of a start. */
  #endDelay: (() => void) | undefined;

  constructor(
    of: { id: string; sandboxId: string; config: ContainerConfig; script: Script },
    clock: Clock,
    changed: (container: MockContainer) => void,
  ) {
    this.script = of.script;
    this.#clock = clock;
    this.#changed = changed;
    this.status = {
      id: of.id,
      sandboxId: of.sandboxId,
      config: of.config,
      state: 'created',
      createdAt: clock.now(),
      imageId: imageId(of.config.image),
    };
  }

  async start(): Promise<void> {
    if (this.status.state !== 'created') throw new Error(`container ${this.status.id} was started before`);
    const { startDelay, startError, log } = this.script;
    if (startDelay > 0) await this.#delay(startDelay);
    // Stopped while it was starting.
    if (this.#ended) return;
    if (startError !== undefined) {
      this.#end({ exitCode: 128, reason: 'StartError', message: startError });
      throw new Error(startError);
    }
    const now = this.#clock.now();
    if (log.length > 0) this.lines = log.map((text) => ({ at: now, text }));
    this.status = revise(this.status, { state: 'running', startedAt: now });
    this.#changed(this);
    this.#plan();
  }

  get #ended(): boolean {
    return this.status.state === 'exited';
  }

  #delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(ms, resolve);
      this.#endDelay = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Resolves when it has ended. @param gracePeriod milliseconds */
  stop(gracePeriod: number): Promise<void> {
    if (this.status.state === 'created') this.#end(killed);
    if (this.status.state === 'exited') return Promise.resolve();
    const now = this.#clock.now();
    this.#stopping = {
      since: this.#stopping?.since ?? now,
      killAt: Math.min(this.#stopping?.killAt ?? Number.POSITIVE_INFINITY, now + gracePeriod),
    };
    this.#plan();
    return new Promise((resolve) => {
      this.#waiting = this.#waiting.concat([resolve]);
    });
  }

  /** Ends it at once, as the end of its sandbox does. */
  kill(): void {
    if (this.status.state !== 'exited') this.#end(killed);
  }

  /** What a probe finds: nobody there yet, a server in trouble, or one that is well. */
  get health(): 'absent' | 'unhealthy' | 'healthy' {
    const { state, startedAt } = this.status;
    const { readyAfter, unhealthyAfter } = this.script;
    if (state !== 'running' || startedAt === undefined) return 'absent';
    const age = this.#clock.now() - startedAt;
    if (age < readyAfter) return 'absent';
    return unhealthyAfter !== undefined && age >= unhealthyAfter ? 'unhealthy' : 'healthy';
  }

  /** Sets the timer for the end that comes first; none, if no end is in sight. */
  #plan(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const next = this.#endings().reduce<[number, Ending] | undefined>(
      (first, other) => (first && first[0] <= other[0] ? first : other),
      undefined,
    );
    if (!next) return;
    this.#cancel = this.#clock.schedule(next[0] - this.#clock.now(), () => this.#end(next[1]));
  }

  #endings(): [number, Ending][] {
    const { runFor, exitCode, oomAfter, stopDelay } = this.script;
    const start = this.status.startedAt ?? 0;
    const endings: [number, Ending][] = [];
    if (runFor !== undefined) {
      endings.push([start + runFor, { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' }]);
    }
    if (oomAfter !== undefined) endings.push([start + oomAfter, outOfMemory]);
    if (this.#stopping) {
      endings.push([this.#stopping.since + stopDelay, leaves], [this.#stopping.killAt, killed]);
    }
    return endings;
  }

  #end(ending: Ending): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.status = revise(this.status, { ...ending, state: 'exited', finishedAt: this.#clock.now() });
    this.#endDelay?.();
    const waiting = this.#waiting;
    this.#waiting = none;
    this.#changed(this);
    for (const resolve of waiting) resolve();
  }
}

/** What an image name is resolved to, as a runtime with a registry gives a digest. */
export const imageId = (image: string): string => inOnePiece(`mock://${image}`);
