// Plugin registry: which plugins may be named, by `kubelab swap`, in YAML, or in a Component's spec. A short name is one
// without its slot: `round-robin` for `scheduler-round-robin`, where a scheduler is wanted.
// Always true: only what was added here is ever built; a name never loads code.

import { notFor, type Role, roleOf } from './composition.ts';
import { ConfigurationError } from './configuration-error.ts';
import { nearest } from './nearest.ts';
import type { ConfiguredPlugin, Plugin } from './plugin.ts';

const prefixes: Readonly<Record<Role, string>> = {
  Store: 'store',
  ApiFace: 'api',
  Scheduler: 'scheduler',
  Controller: 'controller',
  ContainerRuntime: 'runtime',
  Proxy: 'proxy',
};

export class PluginRegistry {
  readonly #byName = new Map<string, (options: Readonly<Record<string, unknown>>) => ConfiguredPlugin>();

  constructor(plugins: readonly Plugin[] = [], configured: readonly ConfiguredPlugin[] = []) {
    for (const plugin of plugins) this.add(plugin());
    for (const plugin of configured) this.add(plugin);
  }

  /** Makes a plugin known; one of the same name takes its place. */
  add(plugin: ConfiguredPlugin): void {
    const { listedAt: _, ...rest } = plugin;
    this.#byName.set(plugin.label ?? plugin.definition.name, (options) => ({ ...rest, options }));
  }

  /**
   * The plugin of that name, full or without its slot.
   * @throws ConfigurationError that lists what there is for this role; or says what the plugin is for, if not for this role.
   */
  find(name: string, role: Role, options: Readonly<Record<string, unknown>> = {}): ConfiguredPlugin {
    const make = this.#byName.get(name) ?? this.#byName.get(`${prefixes[role]}-${name}`);
    const found = make?.(options);
    if (found && roleOf(found) !== role) throw new ConfigurationError(notFor(found, name, role));
    if (found) return found;
    const known = this.namesOf(role);
    const short = known.map((full) => full.replace(`${prefixes[role]}-`, ''));
    throw new ConfigurationError(
      `no plugin is called ${name}${nearest(name, name.startsWith(`${prefixes[role]}-`) ? known : short)}; for ${role} there are: ${known.length > 0 ? known.join(', ') : 'none'}`,
    );
  }

  /** Names of the plugins for a role. */
  namesOf(role: Role): string[] {
    return [...this.#byName].filter(([, make]) => roleOf(make({})) === role).map(([name]) => name);
  }
}
