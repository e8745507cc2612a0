// Variant: one of the plugins that are compared, as somebody names it.
//   default                       by name, full or without its slot
//   ./mine.ts                     a person's file
//   default:fit=most:percentageOfNodesToScore=0      either of them with options

import { existsSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { notFor, type Role, roleOf } from '../../../core/cluster/composition.ts';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { checkOptions, optionNames } from '../../../core/cluster/options.ts';
import type { ConfiguredPlugin, Plugin } from '../../../core/cluster/plugin.ts';
import { PluginRegistry } from '../../../core/cluster/plugin-registry.ts';
import { importFile } from '../../../plugins/cli/host/import-file.ts';
import { wrongExport } from '../../../plugins/cli/host/wrong-export.ts';
import { standardPlugins } from '../../../plugins/standard.ts';
import { explained } from './faults.ts';
import { VariantFault } from './trial.ts';

export interface VariantChoice {
  /** As it was asked for; what it is called in the comparison. */
  readonly text: string;
  /** Name, or path as somebody wrote it. */
  readonly plugin: string;
  /** Absolute; undefined for a name. */
  readonly file?: string;
  readonly options: Readonly<Record<string, unknown>>;
}

const isPath = (text: string): boolean => /^\.{0,2}[\\/]|^[A-Za-z]:[\\/]|\.[cm]?[jt]s$/.test(text);

/** @param folder that a relative path starts from. @throws ConfigurationError */
export function parseVariant(text: string, folder = process.cwd()): VariantChoice {
  const [, plugin = text, given = ''] = /^(.*?)((?::\w+=[^:]*)*)$/s.exec(text) ?? [];
  if (plugin === '')
    throw new ConfigurationError(`variant ${JSON.stringify(text)}: wanted the name of a plugin, or ./file.ts`);
  const options = Object.fromEntries(
    given
      .split(':')
      .filter((part) => part !== '')
      .map((part) => {
        const at = part.indexOf('=');
        return [part.slice(0, at), parse(part.slice(at + 1)) as unknown];
      }),
  );
  return { text, plugin, options, ...(isPath(plugin) && { file: path.resolve(folder, plugin) }) };
}

/** What can be said of a variant before it is run. @throws ConfigurationError */
export function checkVariant({ text, plugin, file, options }: VariantChoice, role: Role): void {
  if (file === undefined) checkOptions(registry().find(plugin, role, options));
  else if (!existsSync(file)) throw new ConfigurationError(`variant ${text}: there is no file ${file}`);
}

/** Every plugin of the slot that comes with Kubelab, by its short name. */
export const builtInVariants = (role: Role): readonly string[] =>
  registry()
    .namesOf(role)
    .map((name) => name.slice(name.indexOf('-') + 1));

/** The plugin, loaded into this process. @throws VariantFault `does not load`, with file and line */
export async function loadVariant({ plugin, file, options }: VariantChoice, role: Role): Promise<ConfiguredPlugin> {
  if (file === undefined) return registry().find(plugin, role, options);
  try {
    const exported = (await importFile(file)) as Readonly<Record<string, unknown>>;
    const wrong = wrongExport(exported, file);
    if (wrong !== undefined) throw new VariantFault('does not load', wrong);
    const configured: ConfiguredPlugin = {
      definition: (exported.default as Plugin).definition,
      options,
      label: plugin,
    };
    checkOptions(configured);
    if (roleOf(configured) !== role) throw new VariantFault('does not load', notFor(configured, plugin, role));
    return configured;
  } catch (error) {
    if (error instanceof VariantFault) throw error;
    const message = error instanceof ConfigurationError ? error.message : explained(error, file);
    throw new VariantFault('does not load', message);
  }
}

/** The variants, and beside each that can sample nodes the same one doing so, as Kubernetes does in large clusters. */
export function withSampled(variants: readonly VariantChoice[], role: Role): readonly VariantChoice[] {
  return variants.flatMap((variant) => {
    if (variant.file !== undefined || sampling in variant.options) return [variant];
    const { definition } = registry().find(variant.plugin, role);
    if (!optionNames(definition).includes(sampling)) return [variant];
    return [variant, parseVariant(`${variant.text}:${sampling}=0`)];
  });
}

const sampling = 'percentageOfNodesToScore';

let known: PluginRegistry | undefined;
function registry(): PluginRegistry {
  known ??= new PluginRegistry(standardPlugins);
  return known;
}
