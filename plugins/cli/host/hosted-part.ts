// Hosted part: a component whose plugin was given by path, kept running.
//   it ends, or is ended by its watchdog    CrashLoopBackOff with the reason; started again after 1, 2, 4, ... 60 s
//   its file is saved (--watch)             the new text is loaded beside it; if that works it takes over, else the old one stays
// Always true: at most one process of it works at a time; after `stop` there is none.

import { watch } from 'node:fs';
import path from 'node:path';
import type { Part } from '../../../core/cluster/part.ts';
import type { Place } from '../../../core/cluster/plugin.ts';
import type { WhyAnswer, WhyQuestion } from '../../../core/scheduling/explain-attempt.ts';
import type { KubeconfigChoice } from '../../api-http/plugin.ts';
import { PluginFileError } from '../exit.ts';
import { HostProcess } from './host-process.ts';
import type { RemotePlace } from './messages.ts';

const firstDelay = 1000;
const longestDelay = 60_000;
/** Milliseconds of work after which a plugin counts as well again. */
const wellAfter = 10_000;
/** Editors write a file in several steps. */
const saveSettles = 100;

export interface HostedPartOptions {
  readonly file: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly place: Place;
  readonly watch: boolean;
  /** The cluster, where it is not the one that `place` is of. */
  readonly foreign?: KubeconfigChoice | undefined;
  /** What runs the file: see HostProcess. */
  readonly program: string;
  /** A process in which the file is loaded already. */
  readonly ready?: HostProcess;
}

export class HostedPart implements Part {
  readonly #options: HostedPartOptions;
  #next: HostProcess | undefined;
  #host: HostProcess | undefined;
  #delay = firstDelay;
  #trouble = '';
  #isStopped = false;
  #unwatch: (() => void) | undefined;
  // Real timers: what is waited for are processes and files of the machine.
  #restart: NodeJS.Timeout | undefined;
  #well: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(options: HostedPartOptions) {
    this.#options = options;
    this.#next = options.ready;
  }

  async prepare(): Promise<void> {
    this.#next ??= this.#process();
    await this.#loaded(this.#next);
  }

  async start(): Promise<void> {
    if (!this.#next) await this.prepare();
    await this.#begin(this.#next!);
    this.#follow();
  }

  async resume(): Promise<void> {
    this.#follow();
    try {
      await this.prepare();
      await this.#begin(this.#next!);
    } catch (error) {
      this.#fell((error as Error).message);
    }
  }

  async why(question: WhyQuestion): Promise<WhyAnswer> {
    const { component } = this.#options.place;
    if (!this.#host) throw new PluginFileError(`${component} does not run: ${this.#trouble || 'it is being started'}`);
    return (await this.#host.ask({ why: question })) as WhyAnswer;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#unwatch?.();
    clearTimeout(this.#restart);
    clearTimeout(this.#well);
    // What is still loading ends at once, and with it the work that waits for it.
    await Promise.all([this.#host?.stop(), this.#next?.stop()]);
    await this.#work;
    await Promise.all([this.#host?.stop(), this.#next?.stop()]);
  }

  #process(): HostProcess {
    const { file, options, program } = this.#options;
    return new HostProcess(file, options, program);
  }

  /** Waits until the file is loaded in the process, or ends it. */
  async #loaded(host: HostProcess): Promise<void> {
    this.#next = host;
    try {
      await host.loaded;
    } catch (error) {
      await host.stop();
      this.#next = undefined;
      throw error;
    }
  }

  async #begin(host: HostProcess): Promise<void> {
    try {
      await host.start(await this.#place());
    } catch (error) {
      await host.stop();
      throw error;
    } finally {
      this.#next = undefined;
    }
    this.#host = host;
    host.onEnd = (why) => this.#crashed(host, why);
    host.onBug = (message) => this.#options.place.report('Running', message);
  }

  async #place(): Promise<RemotePlace> {
    const { foreign, place } = this.#options;
    const { component, user, schedulerName, kubeconfig, cluster, seed } = place;
    return {
      component,
      user,
      cluster,
      seed,
      ...(schedulerName !== undefined && { schedulerName }),
      ...(foreign && { foreign }),
      kubeconfig: await kubeconfig(),
    };
  }

  #crashed(host: HostProcess, why: string): void {
    if (this.#isStopped || this.#host !== host) return;
    this.#host = undefined;
    clearTimeout(this.#well);
    this.#fell(why);
  }

  #fell(why: string): void {
    this.#trouble = why;
    this.#options.place.report('CrashLoopBackOff', why);
    this.#again();
  }

  #again(): void {
    clearTimeout(this.#restart);
    if (this.#isStopped) return;
    this.#restart = setTimeout(() => this.#oneAtATime(() => this.#tryAgain()), this.#delay);
    this.#delay = Math.min(this.#delay * 2, longestDelay);
  }

  async #tryAgain(): Promise<void> {
    if (this.#host) return;
    const { place } = this.#options;
    const host = this.#process();
    try {
      await this.#loaded(host);
      await this.#begin(host);
    } catch (error) {
      place.report('CrashLoopBackOff', (error as Error).message);
      this.#again();
      return;
    }
    // Until it has proved itself, the status goes on saying what was wrong.
    this.#well = setTimeout(() => this.#isWell(), wellAfter);
  }

  #isWell(): void {
    this.#delay = firstDelay;
    this.#trouble = '';
    this.#options.place.report('Running');
  }

  #follow(): void {
    if (this.#options.watch) this.#unwatch ??= watchFile(this.#options.file, () => this.#saved());
  }

  #saved(): void {
    this.#oneAtATime(async () => {
      const { place } = this.#options;
      const host = this.#process();
      try {
        await this.#loaded(host);
      } catch (error) {
        const message = (error as Error).message;
        if (this.#host) place.report('Running', `${message}; the version before it goes on`);
        else place.report('CrashLoopBackOff', `${message}; before that: ${this.#trouble}`);
        return;
      }
      clearTimeout(this.#restart);
      clearTimeout(this.#well);
      const old = this.#host;
      this.#host = undefined;
      place.report('Starting');
      await old?.stop();
      try {
        await this.#begin(host);
        this.#isWell();
      } catch (error) {
        place.report('CrashLoopBackOff', (error as Error).message);
        this.#again();
      }
    });
  }

  #oneAtATime(work: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (!this.#isStopped) await work();
    });
  }
}

/** Calls back a little after the file was written, whether in place or by renaming another one over it. */
function watchFile(file: string, changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(path.dirname(file), (_, name) => {
    if (name !== path.basename(file)) return;
    clearTimeout(timer);
    timer = setTimeout(changed, saveSettles);
  });
  watcher.on('error', () => {}); // the folder was removed: there is nothing to watch any more
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
