// Host process: one run of a plugin file, seen from the cluster.
//   const host = new HostProcess('/home/ann/mine.ts', {});  await host.loaded;     it compiles, and exports a plugin
//   await host.start(place);  host.onEnd = (why) => ...;  await host.stop();
// Always true: after `stop`, or after `onEnd`, its process is gone.

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { EnvironmentError, PluginFileError } from '../exit.ts';
import type { FromPlugin, FromWatchdog, RemotePlace, ToPlugin } from './messages.ts';
import { hostProgram, pluginTsconfig, tsxLoader } from './places.ts';
import { type PluginAnswer, type PluginQuestion, Questions } from './questions.ts';

/** What the file turned out to be. */
export interface LoadedPlugin {
  readonly name: string;
  readonly description: string;
  /** Names of tokens: `Scheduler`. */
  readonly provides: readonly string[];
}

/** Milliseconds for an orderly end before the process is killed. */
const stopPatience = 3000;
/** Milliseconds for a file to compile and load, on a machine that has other things to do. */
const loadPatience = 30_000;
/** Characters of a line that are waited for; a longer one is shown in pieces. */
const longestLine = 16_384;

export class HostProcess {
  readonly file: string;
  readonly loaded: Promise<LoadedPlugin>;
  /** Called once when the process has ended without having been asked to. */
  onEnd: (why: string) => void = () => {};
  /** Called when the plugin threw, and goes on. */
  onBug: (message: string) => void = () => {};
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #wait: { resolve(message: FromPlugin): void; reject(error: Error): void } | undefined;
  readonly #questions = new Questions((question) => {
    if (!this.#child.connected) throw new PluginFileError(this.#why ?? 'its process has ended');
    this.#child.send(question, () => {}); // where it cannot be sent, the process has ended, and that is told
  });
  #why: string | undefined;
  #isStopping = false;

  /** @param program what runs the file: the plugin host, as it is beside this module unless told */
  constructor(file: string, options: Readonly<Record<string, unknown>>, program = hostProgram()) {
    this.file = file;
    const tsconfig = pluginTsconfig();
    this.#child = spawn(process.execPath, ['--enable-source-maps', '--import', tsxLoader(), program], {
      cwd: path.dirname(file),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
      env: { ...process.env, ...(tsconfig !== undefined && { TSX_TSCONFIG_PATH: tsconfig }) },
      windowsHide: true,
    });
    this.#child.on('message', (message) => this.#hear(message as FromPlugin));
    this.#hearWatchdog(this.#child.stdio[4] as Readable);
    this.#forward(this.#child.stdout!);
    this.#forward(this.#child.stderr!);
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#ended(`its process could not be started: ${error.message}`);
        resolve();
      });
      // Not 'close': compilers that the process has started may hold its pipes open for longer. But the watchdog's last
      // words, written before the end, may still be on their way.
      this.#child.once('exit', (code, signal) => {
        const words = this.#child.stdio[4] as Readable;
        const finish = () => {
          clearTimeout(timer);
          for (const stream of this.#child.stdio) stream?.destroy();
          this.#ended(this.#why ?? `its process ended with ${signal ?? `code ${code}`}`);
          resolve();
        };
        const timer = setTimeout(finish, 300);
        words.once('end', finish);
      });
    });
    this.loaded = this.#ask({ type: 'load', file, options }, loadPatience) as Promise<FromPlugin & { type: 'loaded' }>;
    this.loaded.catch(() => {}); // whoever awaits it is told
  }

  /** Resolves when the plugin works. @throws PluginFileError when it does not start. */
  async start(place: RemotePlace): Promise<void> {
    await this.loaded;
    await this.#ask({ type: 'start', place }, loadPatience);
  }

  /** Asks the plugin something while it works. @throws PluginFileError */
  ask(about: PluginQuestion): Promise<PluginAnswer> {
    return this.#questions.ask(about);
  }

  /** Ends the process: in order if it listens, at once if it is still loading or starting. */
  async stop(): Promise<void> {
    if (this.#isStopping) return this.#exited;
    this.#isStopping = true;
    if (this.#wait) {
      this.#child.kill('SIGKILL');
      return this.#exited;
    }
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), stopPatience);
    try {
      await this.#ask({ type: 'stop' }, stopPatience).catch(() => {});
    } finally {
      if (this.#child.connected) this.#child.disconnect();
    }
    await this.#exited;
    clearTimeout(kill);
  }

  /** Sends a question; the next answer is its answer. */
  #ask(question: ToPlugin, patience: number): Promise<FromPlugin> {
    return new Promise<FromPlugin>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#child.kill('SIGKILL');
        reject(new PluginFileError(`${path.basename(this.file)} did not ${question.type} within ${patience / 1000} s`));
      }, patience);
      this.#wait = {
        resolve: (message) => {
          clearTimeout(timer);
          resolve(message);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      if (!this.#child.connected) return this.#wait.reject(new PluginFileError(this.#why ?? 'its process has ended'));
      this.#child.send(question, (error) => {
        if (error) this.#wait?.reject(new PluginFileError(this.#why ?? error.message));
      });
    });
  }

  #hear(message: FromPlugin): void {
    if (message.type === 'bug') return this.onBug(message.message);
    if (message.type === 'crashed') {
      this.#why = message.message;
      return;
    }
    if (message.type === 'answer') return this.#questions.hear(message);
    const wait = this.#wait;
    this.#wait = undefined;
    if (message.type === 'failed') {
      wait?.reject(errorOf(message));
    } else wait?.resolve(message);
  }

  #hearWatchdog(lines: Readable): void {
    let rest = '';
    lines.setEncoding('utf8');
    lines.on('data', (data: string) => {
      const parts = (rest + data).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const message = JSON.parse(part) as FromWatchdog;
        if (message.type === 'alive') continue;
        const { activity, at } = message;
        const what = activity === '' ? path.basename(this.file) : activity;
        this.#why = `${what} did not return${at === undefined ? '' : `, ${at}`}`;
      }
    });
  }

  #ended(why: string): void {
    this.#wait?.reject(new PluginFileError(why));
    this.#wait = undefined;
    this.#questions.end(why);
    if (!this.#isStopping) this.onEnd(why);
  }

  /** What the plugin prints is shown, marked, where it does not disturb `-o json`. */
  #forward(output: Readable): void {
    const mark = `[${path.basename(this.file)}] `;
    const show = (line: string) => process.stderr.write(`${mark}${line}\n`);
    let rest = '';
    output.setEncoding('utf8');
    output.on('data', (data: string) => {
      const parts = (rest + data).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) show(line);
      if (rest.length < longestLine) return;
      show(rest);
      rest = '';
    });
    output.once('close', () => rest !== '' && show(rest));
  }
}

function errorOf({ message, options, environment }: FromPlugin & { readonly type: 'failed' }): Error {
  if (environment) return new EnvironmentError(message);
  return options ? new ConfigurationError(message) : new PluginFileError(message);
}
