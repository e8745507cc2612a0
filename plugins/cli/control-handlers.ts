// Control handlers: what the owner's door does in a running cluster.

import path from 'node:path';
import type { Cluster } from '../../core/cluster/cluster.ts';
import type { Role } from '../../core/cluster/composition.ts';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';
import type { SwapReport } from '../../core/cluster/supervisor.ts';
import { Pods } from '../../core/model/pod.ts';
import type { AuditRing } from '../../core/story/audit-ring.ts';
import type { Story } from '../../core/story/story.ts';
import { isPath } from './cluster-config.ts';
import type { ControlHandler } from './control.ts';
import type { PluginFiles } from './host/plugin-files.ts';
import type { ClusterFacts } from './state.ts';
import { storeHandlers } from './store/store-handlers.ts';
import { storyIn } from './story/story-handler.ts';
import { shortName } from './text.ts';
import { type Why, whyIn } from './why/why-handler.ts';

export interface ComponentLine {
  readonly name: string;
  readonly slot: string;
  readonly plugin: string;
  readonly state: string;
  readonly message: string;
  readonly restarts: number;
}

export type StatusAnswer = ClusterFacts & { readonly components: readonly ComponentLine[] };
export type NodeAnswer = { readonly message: string };
export type SwapAnswer = SwapReport & { readonly message: string };

export function controlHandlers(
  cluster: Cluster,
  files: PluginFiles,
  facts: ClusterFacts,
  ring: AuditRing,
  end: () => Promise<void>,
): Readonly<Record<string, ControlHandler>> {
  return {
    '/status': async (): Promise<StatusAnswer> => ({
      ...facts,
      components: cluster.components.map(({ name, plan, plugin, state, message, restarts }) => ({
        name,
        slot: plan.role,
        plugin,
        state,
        message,
        restarts,
      })),
    }),
    '/swap': async ({ component, plugin, undo, folder }): Promise<SwapAnswer> => {
      const report = undo
        ? await cluster.undoSwap()
        : await swap(
            cluster,
            files,
            text(component, swapWants('a component')),
            text(plugin, swapWants('a plugin')),
            text(folder, swapWants('a folder')),
          );
      return { ...report, message: await consequence(cluster, report) };
    },
    '/node': async ({ action, node }): Promise<NodeAnswer> => {
      const name = text(node, 'node wants a node: kubelab node stop node-2');
      if (action === 'start') {
        await cluster.startNode(name);
        return { message: `node ${name} started: its kubelet renews the lease and starts the containers of its pods` };
      }
      await cluster.stopNode(name);
      return {
        message: `node ${name} stopped: the API is told nothing; start it again with: kubelab node start ${name}`,
      };
    },
    '/story': ({ pod, namespace }): Promise<Story> => storyIn(cluster, ring, String(namespace), String(pod)),
    '/why': ({ pod, namespace, compare, folder }): Promise<Why> =>
      whyIn(cluster, files, {
        pod: String(pod),
        namespace: String(namespace),
        ...(compare !== undefined && { compare: String(compare), folder: String(folder) }),
      }),
    ...storeHandlers(cluster.store, (milliseconds) => cluster.clock.sleep(milliseconds)),
    '/down': async () => {
      // Answered first: the door closes with the cluster.
      setImmediate(() => void end());
      return { stopping: facts.name };
    },
  };
}

async function swap(
  cluster: Cluster,
  files: PluginFiles,
  name: string,
  plugin: string,
  folder: string,
): Promise<SwapReport> {
  const component = cluster.find(name);
  if (!isPath(plugin)) return cluster.swap(component.name, cluster.registry.find(plugin, component.plan.role));
  return cluster.swap(component.name, await files.load(plugin, {}, undefined, folder));
}

/** What a swap changes, and what it leaves as it was. */
async function consequence(cluster: Cluster, { role, component, to }: SwapReport): Promise<string> {
  const { items } = await cluster.client().of(Pods).list();
  const placed = items.filter((pod) => pod.spec.nodeName).length;
  const rule = path.basename(shortName(to)); // of a file its name will do
  const pods = (count: number) => `${count} placed pod${count === 1 ? '' : 's'}`;
  const follow: Partial<Record<Role, string>> = {
    Scheduler: `new pods follow ${rule}; ${pods(placed)} stay`,
    Controller: `${component} now follows ${rule}; what it made stays`,
    Store: `all objects were copied to ${rule}`,
    Proxy: `new connections go through ${rule}; pods and services stay`,
    ContainerRuntime: `${component} was drained and now runs pods by ${rule}`,
  };
  return follow[role] ?? `${component} is now ${to}`;
}

const swapWants = (what: string): string => `swap wants ${what}: kubelab swap COMPONENT PLUGIN`;

function text(value: unknown, otherwise: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ConfigurationError(otherwise);
}
