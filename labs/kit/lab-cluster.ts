// Lab cluster: the cluster around a part, whole but for what the part stands for.

import type { Cluster } from '../../core/cluster/cluster.ts';
import type { ConfiguredPlugin, Plugin } from '../../core/cluster/plugin.ts';
import type { Random } from '../../core/contracts/random.ts';
import type { Node } from '../../core/model/node.ts';
import { controllerEventExpiry } from '../../plugins/controller-event-expiry/plugin.ts';
import { runtimeMock } from '../../plugins/runtime-mock/plugin.ts';
import { schedulerResourceFit } from '../../plugins/scheduler-resource-fit/plugin.ts';
import { standardControllers } from '../../plugins/standard.ts';
import { storeMemory } from '../../plugins/store-memory/plugin.ts';
import { tokenIssuerJwt } from '../../plugins/token-issuer-jwt/plugin.ts';
import type { Restart } from './faults.ts';
import type { StudentPart } from './lab.ts';

/** What the part stands for. `none`: it is no plugin, and the cluster is whole. */
export type Slot = 'Scheduler' | 'Controller' | 'Store' | 'none';

/** The slot that the part's plugin fills. */
export function slotOf({ exported }: StudentPart): Slot {
  const provides = (exported as Partial<Plugin> | undefined)?.definition?.provides ?? [];
  const names = provides.map((token) => (token as symbol).description);
  return (['Scheduler', 'Controller', 'Store'] as const).find((slot) => names.includes(slot)) ?? 'none';
}

/** Configured once: a world has a dozen, and each looks up the line that it was listed at. */
const configured = new Map<Plugin, ConfiguredPlugin>();

function once(plugin: Plugin): ConfiguredPlugin {
  let made = configured.get(plugin);
  if (!made) {
    made = plugin();
    configured.set(plugin, made);
  }
  return made;
}

/** No lab looks at tokens, or lives an hour, after which events expire. */
const unseen = [tokenIssuerJwt.definition.name, controllerEventExpiry.definition.name];
const standard = standardControllers().filter(({ definition }) => !unseen.includes(definition.name));

/** The cluster's own store, where the part is not it. */
export const ownStore = (): ConfiguredPlugin => once(storeMemory as Plugin);

/** Everything but the store. */
export function pluginsAround(
  slot: Slot,
  {
    without = [],
    controllers,
    plugins = [],
  }: {
    readonly without?: readonly Plugin[];
    readonly controllers?: readonly Plugin[];
    readonly plugins?: readonly ConfiguredPlugin[];
  },
): ConfiguredPlugin[] {
  const left = new Set(without.map(({ definition }) => definition.name));
  return [
    ...(slot === 'Scheduler' ? [] : [once(schedulerResourceFit as Plugin)]),
    ...(controllers?.map(once) ?? standard),
    once(runtimeMock as Plugin),
    ...plugins,
  ].filter(({ definition }) => !left.has(definition.name));
}

/** Restarts one of those who work on the cluster's store: the scheduler or a controller, drawn each time. */
export const restartOfSomebody = (cluster: Cluster, random: Random) => (): Restart => {
  const workers = cluster.components.filter(({ plan }) => plan.role === 'Scheduler' || plan.role === 'Controller');
  const { name, plan } = random.pick(workers)!;
  return { who: name, done: cluster.swap(name, plan.plugin).then(() => {}) };
};

export const isReady = ({ status }: Node): boolean =>
  status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
