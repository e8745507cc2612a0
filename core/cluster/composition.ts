// Composition: which components a list of plugins makes. Pure: it decides everything that can be decided before
// anything starts, and refuses what cannot work.
//   [storeMemory(), schedulerRoundRobin(), controllerNode(), runtimeMock()] on 2 nodes
//   ->  store, scheduler, controller-node, node-1, node-2
// Always true: a slot of a component has exactly one provider; a second one is an error that names both plugins and
// the line to change. Contributions have any number, in listed order.

import { ApiFace } from '../contracts/api-face.ts';
import { ContainerRuntime } from '../contracts/container-runtime.ts';
import { Controller } from '../contracts/controller.ts';
import { Proxy } from '../contracts/proxy.ts';
import { Scheduler } from '../contracts/scheduler.ts';
import { Store } from '../contracts/store.ts';
import { ConfigurationError } from './configuration-error.ts';
import { checkOptions, labelOf } from './options.ts';
import type { ConfiguredPlugin } from './plugin.ts';
import type { NodeSetting } from './setting.ts';
import { arityOf, nameOf, type Token } from './token.ts';

/** What a component is for; `slot` in its Component object. */
export type Role = 'Store' | 'ApiFace' | 'Scheduler' | 'Controller' | 'ContainerRuntime' | 'Proxy';

/** A component to be: what it is called, what it is for, and which plugin does it. */
export interface ComponentPlan {
  readonly name: string;
  readonly role: Role;
  readonly plugin: ConfiguredPlugin;
  /** Its options, checked. */
  readonly options: object;
  /** Of a scheduler: whose pods it takes. */
  readonly schedulerName?: string;
  /** Of a kubelet: its node. */
  readonly node?: NodeSetting;
}

export interface Composition {
  readonly components: readonly ComponentPlan[];
  /** Plugins that have no component of their own: what they contribute is offered to every component. */
  readonly contributions: readonly ConfiguredPlugin[];
}

/** Scheduler that takes pods that name none. */
export const defaultSchedulerName = 'default-scheduler';

const roles: readonly { readonly role: Role; readonly token: Token<unknown>; readonly component: string }[] = [
  { role: 'Store', token: Store, component: 'store' },
  { role: 'ApiFace', token: ApiFace, component: 'api' },
  { role: 'Scheduler', token: Scheduler, component: 'scheduler' },
  { role: 'Controller', token: Controller, component: '' },
  { role: 'ContainerRuntime', token: ContainerRuntime, component: '' },
  { role: 'Proxy', token: Proxy, component: 'proxy' },
];

/** What the plugin is for; undefined when it only contributes to other components. */
export const roleOf = (plugin: ConfiguredPlugin): Role | undefined =>
  roles.find(({ token }) => plugin.definition.provides.includes(token))?.role;

/**
 * Sorts plugins into components.
 * @throws ConfigurationError with every problem found.
 */
export function compose(
  plugins: readonly ConfiguredPlugin[],
  nodes: readonly NodeSetting[],
  schedulers: Readonly<Record<string, ConfiguredPlugin>> = {},
): Composition {
  const problems: string[] = [];
  const checked = (plugin: ConfiguredPlugin): object => {
    try {
      return checkOptions(plugin);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(...error.problems);
      return {};
    }
  };
  const ofRole = (role: Role) => plugins.filter((plugin) => roleOf(plugin) === role);

  problems.push(...doubleProviders(plugins), ...missingProviders(plugins, nodes.length > 0));
  const components: ComponentPlan[] = [];
  const add = (plan: Omit<ComponentPlan, 'options'>) => components.push({ ...plan, options: checked(plan.plugin) });

  for (const { role, component } of roles.filter((known) => known.component !== '')) {
    for (const plugin of ofRole(role).slice(0, 1)) {
      add({ name: component, role, plugin, ...(role === 'Scheduler' && { schedulerName: defaultSchedulerName }) });
    }
    if (role !== 'Scheduler') continue;
    for (const [schedulerName, plugin] of Object.entries(schedulers)) {
      if (schedulerName === defaultSchedulerName) {
        problems.push(
          `scheduler ${schedulerName}: that is the cluster's own scheduler; list ${labelOf(plugin)} among the plugins, or choose another schedulerName`,
        );
      } else if (roleOf(plugin) !== 'Scheduler')
        problems.push(notFor(plugin, `scheduler ${schedulerName}`, 'Scheduler'));
      else add({ name: `scheduler-${schedulerName}`, role, plugin, schedulerName });
    }
  }
  for (const plugin of ofRole('Controller')) add({ name: plugin.definition.name, role: 'Controller', plugin });
  for (const plugin of ofRole('ContainerRuntime').slice(0, 1)) {
    for (const node of nodes) add({ name: node.name, role: 'ContainerRuntime', plugin, node });
  }
  const contributions = plugins.filter((plugin) => roleOf(plugin) === undefined);
  for (const plugin of contributions) checked(plugin);
  problems.push(...idle(contributions), ...doubleNames(components));
  if (problems.length > 0) throw new ConfigurationError([...new Set(problems)]);
  return { components, contributions };
}

/** What to say when a plugin is named for something that it does not provide. */
export const notFor = (plugin: ConfiguredPlugin, what: string, wanted: string): string =>
  `${what}: plugin ${labelOf(plugin)} provides ${plugin.definition.provides.map(nameOf).join(', ') || 'nothing'}, not ${wanted}; name a plugin that provides ${wanted}`;

function doubleProviders(plugins: readonly ConfiguredPlugin[]): string[] {
  const tokens = new Set(plugins.flatMap((plugin) => plugin.definition.provides));
  return [...tokens].flatMap((token) => {
    if (arityOf(token) === 'many') return [];
    const providers = plugins.filter((plugin) => plugin.definition.provides.includes(token));
    const last = providers.at(-1);
    if (providers.length < 2 || !last) return [];
    const advice = last.listedAt ? `remove it at ${last.listedAt}` : `remove ${last.definition.name}`;
    return [
      `${nameOf(token)} takes one plugin, but ${providers.map(labelOf).join(' and ')} both provide it: keep one, for example ${advice}${token === Scheduler ? ', or list it under schedulers with a schedulerName of its own' : ''}`,
    ];
  });
}

function missingProviders(plugins: readonly ConfiguredPlugin[], withNodes: boolean): string[] {
  const wanted: Role[] = withNodes ? ['Store', 'ContainerRuntime'] : ['Store'];
  const example: Partial<Record<Role, string>> = { Store: 'storeMemory()', ContainerRuntime: 'runtimeMock()' };
  return wanted
    .filter((role) => !plugins.some((plugin) => roleOf(plugin) === role))
    .map((role) => `no plugin provides ${role}: add one to the cluster's plugins, for example ${example[role]}`);
}

function idle(contributions: readonly ConfiguredPlugin[]): string[] {
  return contributions
    .filter(({ definition }) => definition.provides.length === 0)
    .map((plugin) => `plugin ${labelOf(plugin)} provides nothing: name the slots it fills under provides`);
}

function doubleNames(components: readonly ComponentPlan[]): string[] {
  const seen = new Map<string, ComponentPlan>();
  return components.flatMap((component) => {
    const other = seen.get(component.name);
    seen.set(component.name, component);
    if (!other) return [];
    if (other.node && component.node) return [`two nodes are called ${component.name}; give one another name`];
    return [
      `two components would be called ${component.name}: ${labelOf(other.plugin)} and ${labelOf(component.plugin)}; remove or rename one`,
    ];
  });
}
