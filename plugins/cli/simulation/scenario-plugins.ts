// Scenario plugins: what the cluster of a scenario is made of, by names and paths. All of it runs in this process: virtual time
// waits for no other one. So a plugin file is imported here, with an eye on it (own-files.ts).

import path from 'node:path';
import { notFor, type Role, roleOf } from '../../../core/cluster/composition.ts';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import type { ConfiguredPlugin, Plugin } from '../../../core/cluster/plugin.ts';
import { PluginRegistry } from '../../../core/cluster/plugin-registry.ts';
import type { ClusterChoices } from '../../../core/simulation/scenario.ts';
import { runtimeMock } from '../../runtime-mock/plugin.ts';
import { standardControllers, standardPlugins } from '../../standard.ts';
import { isPath } from '../cluster-config.ts';
import { PluginFileError } from '../exit.ts';
import { importFile } from '../host/import-file.ts';
import { explain } from '../host/source-line.ts';
import { wrongExport } from '../host/wrong-export.ts';
import { OwnFiles } from './own-files.ts';

interface Choice {
  readonly plugin: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly listedAt?: string;
}

export interface Where {
  /** That paths in the scenario start from. */
  readonly folder: string;
  /** Asked for on the command line, instead of the scenario's; its path starts from where the command runs. */
  readonly scheduler?: string | undefined;
}

/** The files among them, by their absolute paths. */
export function filesOf(choices: ClusterChoices, { folder, scheduler }: Where): readonly string[] {
  const { store, schedulers = [], controllers = [] } = choices;
  const own = scheduler === undefined ? choices.scheduler : undefined;
  const names = [own, store, ...schedulers, ...controllers].flatMap((choice) => choice?.plugin ?? []);
  const files = names.filter(isPath).map((name) => path.resolve(folder, name));
  return scheduler !== undefined && isPath(scheduler) ? [path.resolve(scheduler), ...files] : files;
}

/** @throws ConfigurationError, PluginFileError */
export async function scenarioPlugins(choices: ClusterChoices, { folder, scheduler }: Where, own = new OwnFiles()) {
  const registry = new PluginRegistry(standardPlugins);
  const pick = async (role: Role, choice: Choice, from = folder): Promise<ConfiguredPlugin> => {
    const { plugin, options = {}, listedAt } = choice;
    const found = isPath(plugin) ? await load(plugin, options, from, own) : registry.find(plugin, role, options);
    if (roleOf(found) !== role) throw new ConfigurationError(notFor(found, listedAt ?? plugin, role));
    return { ...found, ...(listedAt !== undefined && { listedAt }) };
  };
  // No tokens: their keys would be chance that no seed decides.
  const standard = standardControllers().filter((plugin) => roleOf(plugin) === 'Controller');
  const controllers: ConfiguredPlugin[] = [];
  for (const choice of choices.controllers ?? [{ plugin: 'standard' }]) {
    controllers.push(...(choice.plugin === 'standard' ? standard : [await pick('Controller', choice)]));
  }
  const plugins = [
    await pick('Store', choices.store ?? { plugin: 'memory' }),
    scheduler === undefined
      ? await pick('Scheduler', choices.scheduler ?? { plugin: 'default' })
      : await pick('Scheduler', { plugin: scheduler }, process.cwd()),
    ...controllers,
    (runtimeMock as Plugin)(),
  ];
  const schedulers: Record<string, ConfiguredPlugin> = {};
  for (const choice of choices.schedulers ?? []) schedulers[choice.schedulerName] = await pick('Scheduler', choice);
  return { plugins, schedulers };
}

async function load(
  given: string,
  options: Readonly<Record<string, unknown>>,
  folder: string,
  own: OwnFiles,
): Promise<ConfiguredPlugin> {
  const file = path.resolve(folder, given);
  const over = own.begin(`importing ${path.basename(file)}`);
  let exported: Record<string, unknown>;
  try {
    exported = (await importFile(file)) as Record<string, unknown>;
  } catch (error) {
    throw new PluginFileError(explain(error, file));
  } finally {
    over();
  }
  const wrong = wrongExport(exported, file);
  if (wrong !== undefined) throw new PluginFileError(wrong);
  const { definition } = exported.default as Plugin;
  return own.watch({ definition, options, label: given, path: file }, file);
}
