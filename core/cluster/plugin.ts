// Plugin: one variant of one part, and the only place where its classes meet the container.
//
//   export default plugin({
//     name: 'scheduler-round-robin',
//     description: 'places pods on the nodes in turn',
//     provides: [Scheduler],
//     bind: ({ bind }) => { bind(Scheduler).toResolvedValue(() => new RoundRobinScheduler(), []); },
//   });
//
// What comes back is a function: call it with options to list the plugin in a cluster,
//   createCluster({ plugins: [schedulerRoundRobin(), storeMemory()] })
// Always true: plugin classes are plain (constructor parameters, no decorators); `bind` is called once for each
// component built, synchronously; options are checked by class-validator before anything starts.

import 'reflect-metadata';
import { ContainerModule, type ContainerModuleLoadOptions } from 'inversify';
import type { UserInfo } from '../contracts/api-client.ts';
import type { Part } from './part.ts';
import type { Token } from './token.ts';

export interface PluginDefinition<O extends object = object> {
  /** `<slot>-<variant>`, as its folder is named: `store-memory`. */
  readonly name: string;
  /** One line for `kubelab plugins`. */
  readonly description: string;
  /** The slots it fills and the contributions it makes. */
  readonly provides: readonly Token<unknown>[];
  /** Class with class-validator rules and the defaults as initial values. */
  readonly options?: new () => O;
  /** Runs without Node.js: no `node:` module in its import graph. A test bundles it for a browser. */
  readonly browserSafe?: boolean;
  /** Of a store: several processes may be at work on what it keeps. They elect who does the work, unless told otherwise. */
  readonly shared?: boolean;
  /** Binds providers to tokens with `bind(Token).toResolvedValue((a, b) => new X(a, b), [A, B])`. */
  bind(container: ContainerModuleLoadOptions, options: O): void;
}

/** A plugin as listed in a cluster: what it is, and the options given to it (not yet checked). */
export interface ConfiguredPlugin {
  readonly definition: PluginDefinition;
  readonly options: Readonly<Record<string, unknown>>;
  /** Where it was listed (`cluster.ts:12`, `cluster.yaml:5`): the line to change when something is wrong with it. */
  readonly listedAt?: string;
  /** What to call it, where that is not the definition's name: the path that it was given by. */
  readonly label?: string;
  /** The file that it was loaded from, when it was given by path. */
  readonly path?: string;
  /** How its component is run when it is not built in this process: what a plugin given by path has. */
  readonly elsewhere?: (place: Place) => Part;
}

/** What a component that runs elsewhere is told, and how it says how it fares. */
export interface Place {
  /** Name of the component: `scheduler`. */
  readonly component: string;
  /** Who it is towards the API: `system:kube-scheduler`. */
  readonly user: UserInfo;
  /** The `schedulerName` of the pods that a scheduler takes. */
  readonly schedulerName?: string;
  /** Name of the cluster. */
  readonly cluster: string;
  /** Where its chance begins. */
  readonly seed: string;
  /** A kubeconfig that speaks for `user`. Throws when the cluster has no plugin for ApiFace. */
  kubeconfig(): Promise<string>;
  /** Tells the component's state; it is shown in the status of its Component object. */
  report(state: string, message?: string): void;
}

/** Call it to list the plugin; `definition` is for those who look at it without using it. */
export interface Plugin<O extends object = object> {
  (options?: Partial<O>): ConfiguredPlugin;
  readonly definition: PluginDefinition<O>;
}

/** Declares a plugin. A file that a cluster loads by path has one as its default export. */
export function plugin<O extends object = object>(definition: PluginDefinition<O>): Plugin<O> {
  const configure = (options: Partial<O> = {}): ConfiguredPlugin => {
    const listedAt = callerOf(configure);
    return {
      definition: definition as unknown as PluginDefinition,
      options: options as Record<string, unknown>,
      ...(listedAt && { listedAt }),
    };
  };
  return Object.assign(configure, { definition });
}

/** Tells a plugin from whatever else a file may export. */
export function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'function') return false;
  const { definition } = value as { definition?: Partial<PluginDefinition> };
  return typeof definition?.name === 'string' && typeof definition.bind === 'function';
}

/** The inversify module of one plugin. A callback with an expression body would count as asynchronous: keep the braces. */
export function moduleOf(definition: PluginDefinition, options: object): ContainerModule {
  return new ContainerModule((container) => {
    definition.bind(container, options);
  });
}

/** The line that called the function, as `file.ts:12`, for messages that say which line to change. */
function callerOf(callee: (...args: never[]) => unknown): string | undefined {
  const holder: { stack?: string } = {};
  // V8 alone has captureStackTrace; elsewhere messages go without the line.
  Error.captureStackTrace?.(holder, callee);
  const line = holder.stack?.split('\n')[1]?.match(/([^/\\(]+:\d+):\d+\)?$/);
  return line?.[1];
}
