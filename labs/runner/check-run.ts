// Check run: a student's file, checked once, in a process of its own.
//   const run = new CheckRun({ lab: 'replication', file: '/home/ann/labs/03-replication/replication.ts' });
//   for await (const result of run.results) ...      as soon as there is one;  await run.stop();  to end it early
// A warm check has that process ready, so that the first result comes at once: what watch mode uses.
//   const warm = new WarmCheck();  const run = warm.run(request);  ...  await warm.stop();
// Always true: whatever the file does, the results come to an end: the check under way fails with a finding that says what
// happened, and those that could not be run are told as skipped.

import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { EnvironmentError, PluginFileError } from '../../plugins/cli/exit.ts';
import type { Finding, Line } from '../kit/lab.ts';
import { lineOf, runnerFinding } from './check-findings.ts';
import type { CheckRequest, CheckResult, FromChild, PlannedCheck } from './check-messages.ts';
import { CheckProcess, type Ending, memoryLimit, type ProcessOptions } from './check-process.ts';
import { TypeCheck } from './check-types.ts';

/** The student's file cannot be checked at all: it does not compile, throws, exports something else. Exit code 1. */
export class UnfitFile extends PluginFileError {
  readonly look: Line | undefined;

  constructor(message: string, look?: Line) {
    super(message);
    this.look = look;
  }
}

/** The lab, or Kubelab, is wrong. Exit code 3. */
export class BrokenLab extends EnvironmentError {}

type Heard = FromChild | { readonly type: 'ended'; readonly ending: Ending };

export class CheckRun {
  /**
   * One a check, in the lab's order; to be read once. Rejects with UnfitFile, BrokenLab or EnvironmentError. Of a run that
   * is stopped, those that are missing never come.
   */
  readonly results: AsyncIterable<CheckResult>;
  readonly #request: CheckRequest;
  readonly #process: CheckProcess;
  readonly #types: TypeCheck | undefined;
  /** What the process said, and its ending, that nobody has read yet. */
  readonly #heard: Heard[] = [];
  #wake: () => void = () => {};
  #isStopped = false;

  /**
   * Begins.
   * @param ready a process with everything loaded, that waits for work; a new one unless given
   * @param options.types whether the compiler is asked too: what it finds is told behind the results
   */
  constructor(request: CheckRequest, ready?: CheckProcess, { types = true }: { readonly types?: boolean } = {}) {
    // Under its real name, as Node.js tells lines of it: a folder may be reached by a link.
    const file = existsSync(request.file) ? realpathSync(request.file) : request.file;
    this.#request = { ...request, file };
    this.#process = ready ?? new CheckProcess({ folder: path.dirname(request.file) });
    this.#types = types ? new TypeCheck(file) : undefined;
    const hear = (message: Heard) => {
      this.#heard.push(message);
      this.#wake();
    };
    this.#process.onMessage = hear;
    void this.#process.ended.then((ending) => hear({ type: 'ended', ending }));
    this.#process.ready.then(
      () => this.#process.run(this.#request),
      () => {},
    );
    this.results = this.#typed();
  }

  /** Ends its process. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#types?.stop();
    await this.#process.stop();
  }

  /** The results, then what the compiler says: no result waits for it. */
  async *#typed(): AsyncGenerator<CheckResult> {
    try {
      yield* this.#read();
      const wrong = await this.#types?.wrong;
      if (wrong && !this.#isStopped) throw new UnfitFile(wrong.message, wrong.look);
    } finally {
      this.#types?.stop();
    }
  }

  async *#read(): AsyncGenerator<CheckResult> {
    let plan: readonly PlannedCheck[] = [];
    let underWay: { readonly check: string; readonly seed: number; readonly since: number } | undefined;
    try {
      await this.#process.ready;
      for (;;) {
        const message = await this.#next();
        if (message.type === 'plan') plan = message.checks;
        else if (message.type === 'begin') {
          underWay = { ...message, since: underWay?.check === message.check ? underWay.since : performance.now() };
        } else if (message.type === 'result') {
          plan = plan.filter(({ check }) => check !== message.result.check);
          yield message.result;
        } else if (message.type === 'unfit') throw new UnfitFile(message.message, message.look);
        else if (message.type === 'broken') throw new BrokenLab(this.#broken(message.message, underWay));
        else if (message.type === 'ended') {
          const [first, ...others] = plan;
          if (!first || !underWay) throw new BrokenLab(this.#broken(`its process ended with ${message.ending.how}`));
          const milliseconds = Math.round(performance.now() - underWay.since);
          const finding = this.#lost(underWay, message.ending);
          yield { ...this.#unknown(first), finding, seeds: underWay.seed, milliseconds };
          return yield* others.map((planned) => this.#skipped(planned));
        } else if (message.type === 'done') return yield* plan.map((planned) => this.#skipped(planned));
      }
    } catch (error) {
      if (!this.#isStopped) throw error;
    } finally {
      await this.#process.stop();
    }
  }

  async #next(): Promise<Heard> {
    while (this.#heard.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    // What stopping brings about is nobody's finding.
    if (this.#isStopped) throw new Error('stopped');
    return this.#heard.shift()!;
  }

  /** What a process that ended in the middle of a check says about the file. */
  #lost({ check, seed }: { readonly check: string; readonly seed: number }, ending: Ending): Finding {
    const { watchdog } = ending;
    const file = path.basename(this.#request.file);
    const at = { check, seed };
    const look = lineOf(watchdog?.at);
    if (watchdog?.type === 'stuck') return runnerFinding(at, 'no-return', { file }, look);
    if (watchdog || ending.isOutOfMemory) {
      return runnerFinding(at, 'too-large', { file, limit: memoryLimit / 1024 / 1024 }, look);
    }
    return runnerFinding(at, 'ended', { file, how: ending.how }, lineOf(ending.at));
  }

  #broken(message: string, underWay?: { readonly check: string; readonly seed: number }): string {
    const { lab, file } = this.#request;
    const where = underWay ? `check ${underWay.check} (seed ${underWay.seed})` : 'the checks';
    return `lab ${lab} failed by itself, not by a line of ${path.basename(file)}: ${where}: ${message}`;
  }

  #unknown({ check, title }: PlannedCheck): CheckResult {
    const printed = { lines: [], more: 0 };
    return { lab: this.#request.lab, check, title, passed: false, seeds: 0, milliseconds: 0, printed };
  }

  #skipped(planned: PlannedCheck): CheckResult {
    return { ...this.#unknown(planned), skipped: true };
  }
}

/** A process ahead: the next one is started when a run is over. */
export class WarmCheck {
  readonly #options: ProcessOptions;
  #ready: CheckProcess | undefined;
  #run: CheckRun | undefined;
  #isStopped = false;

  /** @param options.folder the folder of the student's file */
  constructor(options: ProcessOptions = {}) {
    this.#options = options;
    this.#prepare();
  }

  /** Settles when the next run starts without delay. Rejects with an EnvironmentError. */
  get ready(): Promise<void> {
    return this.#ready?.ready ?? Promise.resolve();
  }

  /** Stops the run before it, if that still goes on, and begins. */
  run(request: CheckRequest): CheckRun {
    void this.#run?.stop();
    const process = this.#ready?.isRunning ? this.#ready : new CheckProcess(this.#options);
    this.#ready = undefined;
    const run = new CheckRun(request, process);
    this.#run = run;
    // Not before: it would take the machine's time from the run.
    void process.ended.then(() => this.#prepare());
    return run;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([this.#run?.stop(), this.#ready?.stop()]);
  }

  #prepare(): void {
    if (!this.#isStopped) this.#ready ??= new CheckProcess(this.#options);
  }
}
