// Options: what was given to a plugin, checked against the class that it declares them by.
//   class SpreadOptions { @IsIn(['spread', 'pack']) strategy = 'spread' }
//   checkOptions(plugin)   an instance with defaults filled in; or ConfigurationError:
//   "plugin scheduler-resource-fit (cluster.yaml:4): option strategy must be one of the following values: spread, pack; found "sprad""

import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, type ValidationError, validateSync } from 'class-validator';
import { ConfigurationError } from './configuration-error.ts';
import { nearest } from './nearest.ts';
import type { ConfiguredPlugin, PluginDefinition } from './plugin.ts';

/**
 * The plugin's options as an instance of its options class.
 * @throws ConfigurationError that names plugin, option and what was wanted.
 */
export function checkOptions(plugin: ConfiguredPlugin): object {
  const { definition, options } = plugin;
  if (plugin.elsewhere) return options; // checked where the options class is
  const given = Object.keys(options);
  if (definition.options && given.length === 0 && soundDefaults.has(definition.options))
    return new definition.options();
  const where = `plugin ${labelOf(plugin)}`;
  const known = optionNames(definition);
  if (!definition.options || known.length === 0) {
    if (given.length > 0) throw new ConfigurationError(`${where} takes no options; found ${given.join(', ')}`);
    return definition.options ? new definition.options() : {};
  }
  const unknown = given.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new ConfigurationError(
      unknown.map(
        (name) => `${where} has no option ${name}${nearest(name, known)}; its options are: ${known.join(', ')}`,
      ),
    );
  }
  const instance = plainToInstance(definition.options, options);
  const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  if (errors.length > 0) throw new ConfigurationError(problemsOf(errors, '').map((text) => `${where}: option ${text}`));
  if (given.length === 0) soundDefaults.add(definition.options);
  return instance;
}

/** Classes whose defaults were checked and found right: class-validator looks through the rules of all classes each time. */
const soundDefaults = new WeakSet<new () => object>();

/** The plugin and where it was listed: `scheduler-resource-fit (cluster.yaml:4)`. */
export function labelOf(plugin: ConfiguredPlugin): string {
  const name = plugin.label ?? plugin.definition.name;
  return plugin.listedAt ? `${name} (${plugin.listedAt})` : name;
}

/** Names of the options that the plugin knows, in alphabetical order. */
export function optionNames(definition: PluginDefinition): readonly string[] {
  return definition.options ? fieldNames(definition.options) : [];
}

/** Names of the fields that a class has rules for, in alphabetical order. */
export function fieldNames(type: new () => object): readonly string[] {
  const known = namesKept.get(type);
  if (known) return known;
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const names = [...new Set(rules.map((rule) => rule.propertyName))].sort();
  namesKept.set(type, names);
  return names;
}

const namesKept = new WeakMap<new () => object, readonly string[]>();

/** class-validator's errors as lines: `path message; found value`. */
export function problemsOf(errors: readonly ValidationError[], path: string): string[] {
  return errors.flatMap((error) => {
    const at = path === '' ? error.property : `${path}.${error.property}`;
    const own = Object.values(error.constraints ?? {}).map((message) => {
      const rest = message.startsWith(`${error.property} `) ? message.slice(error.property.length + 1) : message;
      return `${at} ${rest}; found ${show(error.value)}`;
    });
    return [...own, ...problemsOf(error.children ?? [], at)];
  });
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
