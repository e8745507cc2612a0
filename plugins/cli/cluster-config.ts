// Cluster config: from the options of `kubelab up` and a cluster file to the list of plugins that a cluster is. Options of
// the command win over the file, the file over the defaults.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ClusterConfig } from '../../core/cluster/cluster.ts';
import { type ClusterFile, mostNodes, parseClusterFile, timesOf } from '../../core/cluster/cluster-file.ts';
import { notFor, type Role, roleOf } from '../../core/cluster/composition.ts';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';
import type { ConfiguredPlugin } from '../../core/cluster/plugin.ts';
import { PluginRegistry } from '../../core/cluster/plugin-registry.ts';
import { standardControllers, standardPlugins } from '../standard.ts';
import { type AuthorizationOptions, authorization } from './authorization.ts';
import { portOf } from './ports.ts';

export interface UpOptions extends AuthorizationOptions {
  readonly file?: string;
  readonly nodes?: string;
  readonly store?: string;
  readonly scheduler?: string;
  readonly runtime?: string;
  readonly proxy?: string;
  readonly port?: string;
  readonly data?: string;
  readonly name?: string;
  readonly as?: string;
  readonly leaderElect?: boolean;
  readonly kubeconfig?: string;
  readonly watch?: boolean;
  readonly detach?: boolean;
  readonly output?: string;
  readonly plain?: boolean;
}

/** Loads a plugin from a file, given from a folder, to run it in a process of its own. */
export type LoadFile = (
  file: string,
  options: Readonly<Record<string, unknown>>,
  listedAt?: string,
  folder?: string,
) => Promise<ConfiguredPlugin>;

/** A path, as opposed to the name of a plugin: `./mine.ts`, `/home/ann/mine.js`. */
export const isPath = (text: string): boolean => /[\\/]/.test(text) || /\.[cm]?[jt]s$/.test(text);

/** The cluster that the options and the file ask for, its name, and what this process of it is called. */
export async function clusterConfig(
  options: UpOptions,
  load: LoadFile,
): Promise<ClusterConfig & { readonly name: string; readonly as: string; readonly wantedPort: unknown }> {
  const file = options.file === undefined ? undefined : readClusterFile(options.file);
  const folder = options.file === undefined ? process.cwd() : path.dirname(path.resolve(options.file));
  const spec = file?.spec;
  const name = options.name ?? file?.metadata?.name ?? 'kubelab';
  const as = options.as ?? name;
  const registry = new PluginRegistry(standardPlugins);

  /** By flag, by file, by default; a path in a file is relative to the file. */
  const choose = (role: Role, flag: string | undefined, inFile: Choice | undefined, usual: string) =>
    flag !== undefined ? pick(role, { plugin: flag }, process.cwd()) : pick(role, inFile ?? { plugin: usual }, folder);
  const pick = async (role: Role, choice: Choice, base: string): Promise<ConfiguredPlugin> => {
    const { plugin, options: given = {}, listedAt } = choice;
    if (isPath(plugin)) return fitting(await load(plugin, given, listedAt, base), role);
    const found = named(() => registry.find(plugin, role, given), listedAt);
    return listedAt === undefined ? found : { ...found, listedAt };
  };

  const wantedPort =
    options.port === undefined ? (spec?.api?.options?.port ?? portOf(as)) : number(options.port, '--port', 65_535);
  const standard = standardControllers();
  const listed = await Promise.all(
    (spec?.controllers ?? [{ plugin: 'standard' }]).map((choice) =>
      choice.plugin === 'standard'
        ? standard.filter((plugin) => roleOf(plugin) === 'Controller')
        : pick('Controller', choice, folder),
    ),
  );
  // Whatever controllers there are: tokens for service accounts.
  const controllers = [...standard.filter((plugin) => roleOf(plugin) !== 'Controller'), ...listed.flat()];
  const plugins = await Promise.all([
    choose('Store', options.store, spec?.store, options.data === undefined ? 'memory' : 'lmdb'),
    api(wantedPort, spec?.api, (choice) => pick('ApiFace', choice, folder)),
    choose('Scheduler', options.scheduler, spec?.scheduler, 'resource-fit'),
    choose('ContainerRuntime', options.runtime, spec?.runtime, 'process'),
    choose('Proxy', options.proxy, spec?.proxy, 'userspace'),
  ]);
  const others = await Promise.all(
    (spec?.schedulers ?? []).map(
      async (choice) => [choice.schedulerName, await pick('Scheduler', choice, folder)] as const,
    ),
  );
  const { leaderElection = {} } = spec ?? {};
  const elects = options.leaderElect ?? leaderElection.leaderElect ?? plugins[0]?.definition.shared === true;
  const nodes = options.nodes === undefined ? (spec?.nodes ?? 3) : count(options.nodes);
  return {
    name,
    as,
    wantedPort,
    ...(elects && { leaderElection: timesOf(leaderElection) }),
    plugins: [...plugins, ...controllers, ...authorization(options, nodes)],
    schedulers: Object.fromEntries(others),
    nodes,
    registered: standardPlugins,
    ...(options.data !== undefined && { data: path.resolve(options.data) }),
  };
}

type Choice = {
  readonly plugin: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly listedAt?: string;
};

/** @throws ConfigurationError with the line */
export function readClusterFile(name: string): ClusterFile {
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`cannot read ${name}: ${(error as Error).message}`);
  }
  return parseClusterFile(text, path.basename(name));
}

/** The API at the port that is wanted; if it is taken, at the next free one. */
function api(
  port: unknown,
  inFile: Choice | undefined,
  pick: (choice: Choice) => Promise<ConfiguredPlugin>,
): Promise<ConfiguredPlugin> {
  const { options, ...choice } = inFile ?? { plugin: 'api-http' };
  const others = choice.plugin === 'api-http' && { orNext: 100 };
  return pick({ ...choice, options: { ...others, ...options, port } });
}

/** A file may hold a plugin for something else than it was named for. */
export function fitting(plugin: ConfiguredPlugin, role: Role): ConfiguredPlugin {
  if (roleOf(plugin) === role) return plugin;
  throw new ConfigurationError(notFor(plugin, plugin.listedAt ?? plugin.label ?? 'plugin', role));
}

function named<T>(find: () => T, listedAt: string | undefined): T {
  try {
    return find();
  } catch (error) {
    if (error instanceof ConfigurationError && listedAt) throw new ConfigurationError(`${listedAt}: ${error.message}`);
    throw error;
  }
}

const count = (text: string): number => number(text, '--nodes', mostNodes);

function number(text: string, option: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new ConfigurationError(`${option} wants a whole number from 0 to ${most}; found ${JSON.stringify(text)}`);
}
