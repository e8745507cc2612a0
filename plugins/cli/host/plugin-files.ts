// Plugin files: turns a path into a plugin that a cluster can list. The file is loaded at once, in a process of its own, so
// that what is wrong with it is said before anything starts.
//   Scheduler, Controller    that process then runs it: all it needs is the API
//   Store                    it is loaded once more, into this process: the API server stands on it, and waits for it

import path from 'node:path';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import type { ConfiguredPlugin, Plugin } from '../../../core/cluster/plugin.ts';
import type { Token } from '../../../core/cluster/token.ts';
import { Controller } from '../../../core/contracts/controller.ts';
import { Scheduler } from '../../../core/contracts/scheduler.ts';
import type { FreshDecision, Scene } from '../../../core/scheduling/explain-attempt.ts';
import type { KubeconfigChoice } from '../../api-http/plugin.ts';
import { PluginFileError } from '../exit.ts';
import { HostProcess } from './host-process.ts';
import { HostedPart } from './hosted-part.ts';
import { importFile } from './import-file.ts';
import { hostProgram } from './places.ts';
import { explain } from './source-line.ts';

/** What may run in another process: what needs nothing but the API. */
const hosted: Readonly<Record<string, Token<unknown>>> = { Scheduler, Controller };

export class PluginFiles {
  readonly #watch: boolean;
  readonly #program: string;
  readonly #foreign: KubeconfigChoice | undefined;
  readonly #idle = new Set<HostProcess>();

  /**
   * @param options.program what runs the files, unless it is the plugin host beside this module
   * @param options.foreign the cluster that they work in, where it is somebody else's
   */
  constructor(options: { readonly watch: boolean; readonly program?: string; readonly foreign?: KubeconfigChoice }) {
    this.#foreign = options.foreign;
    this.#watch = options.watch;
    this.#program = options.program ?? hostProgram();
  }

  /**
   * @param given the path as somebody wrote it; it is shown like that
   * @param listedAt where it was written
   * @param folder that a relative path starts from
   * @throws PluginFileError with file and line when it does not compile, throws, or exports no plugin
   */
  async load(
    given: string,
    options: Readonly<Record<string, unknown>>,
    listedAt?: string,
    folder = process.cwd(),
  ): Promise<ConfiguredPlugin> {
    const file = path.resolve(folder, given);
    const host = new HostProcess(file, options, this.#program);
    this.#idle.add(host);
    host.onEnd = () => this.#idle.delete(host);
    try {
      const { name, description, provides } = await host.loaded;
      if (provides.length === 1 && provides[0] === 'Store') {
        await host.stop();
        const here = await this.#here(file, options);
        return { ...here, label: given, path: file, ...(listedAt !== undefined && { listedAt }) };
      }
      const unfit = provides.filter((token) => !(token in hosted));
      if (unfit.length > 0 || provides.length === 0) {
        throw new ConfigurationError(
          `${given} provides ${provides.join(', ') || 'nothing'}: a plugin given by path may be a Scheduler, a Controller or a Store; others are listed in a program of your own with createCluster({ plugins })`,
        );
      }
      return {
        definition: {
          name,
          description,
          provides: provides.map((token) => hosted[token]!),
          bind() {
            throw new Error(`${file} runs in a process of its own`);
          },
        },
        options,
        label: given,
        path: file,
        ...(listedAt !== undefined && { listedAt }),
        elsewhere: (place) => {
          // The process that loaded the file first is used once; later runs load the file as it is then.
          const ready = this.#idle.delete(host) ? host : undefined;
          return new HostedPart({
            file,
            options,
            place,
            watch: this.#watch,
            program: this.#program,
            foreign: this.#foreign,
            ...(ready && { ready }),
          });
        },
      };
    } catch (error) {
      this.#idle.delete(host);
      await host.stop();
      if (error instanceof PluginFileError && listedAt) throw new PluginFileError(`${listedAt}: ${error.message}`);
      if (error instanceof ConfigurationError && listedAt)
        throw new ConfigurationError(`${listedAt}: ${error.message}`);
      throw error;
    }
  }

  /**
   * What the scheduler of a file would do; in a process of its own, which ends with the answer.
   * @throws PluginFileError when it cannot be loaded, or does not return
   */
  async decide(given: string, scene: Scene, folder: string): Promise<FreshDecision> {
    const host = new HostProcess(path.resolve(folder, given), {}, this.#program);
    this.#idle.add(host);
    let bug: string | undefined;
    host.onBug = (message) => {
      bug = message;
    };
    try {
      const { provides } = await host.loaded;
      if (!provides.includes('Scheduler'))
        throw new ConfigurationError(`${given} provides ${provides.join(', ') || 'nothing'}, not Scheduler`);
      const decision = (await host.ask({ decide: scene })) as FreshDecision;
      // What it threw, with the line.
      return 'error' in decision && bug !== undefined ? { ...decision, error: bug } : decision;
    } finally {
      this.#idle.delete(host);
      await host.stop();
    }
  }

  /** The plugin of a file, in this process. @throws PluginFileError */
  async #here(file: string, options: Readonly<Record<string, unknown>>): Promise<ConfiguredPlugin> {
    try {
      const { default: plugin } = (await importFile(file)) as { readonly default: Plugin };
      return { definition: plugin.definition, options };
    } catch (error) {
      throw new PluginFileError(explain(error, file));
    }
  }

  /** Ends processes that nobody has used. */
  async close(): Promise<void> {
    await Promise.all([...this.#idle].map((host) => host.stop()));
    this.#idle.clear();
  }
}
