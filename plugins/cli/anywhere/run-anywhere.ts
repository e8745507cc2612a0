// Run anywhere: one plugin as a component of a cluster that somebody else runs, until Ctrl-C. The plugin does not know the
// difference: around it is the same loop as in a cluster of Kubelab's own (core/cluster/build-part.ts).
//   ./mine.ts            in a process of its own, as `kubelab up` runs it: watched, started again when it falls
//   scheduler-binpack    a plugin of Kubelab's, in this process
// Always true: when it ends, nothing of it is left: no process, no socket, nothing in the cluster but what it wrote there.

import { hostname } from 'node:os';
import path from 'node:path';
import { buildPart } from '../../../core/cluster/build-part.ts';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { ElectedPart } from '../../../core/cluster/elected-part.ts';
import { LeaderOnlyClient } from '../../../core/cluster/leader-only-client.ts';
import { Leadership } from '../../../core/cluster/leadership.ts';
import type { Part } from '../../../core/cluster/part.ts';
import type { ConfiguredPlugin } from '../../../core/cluster/plugin.ts';
import { PluginRegistry } from '../../../core/cluster/plugin-registry.ts';
import type { ComponentState } from '../../../core/cluster/running-component.ts';
import { usualTimes } from '../../../core/control/leader-election/times.ts';
import { freshSeed, SeededRandom } from '../../../core/time/random.ts';
import { RealClock } from '../../../core/time/real-clock.ts';
import type { HttpApiClient, KubeconfigChoice } from '../../api-http/plugin.ts';
import { standardPlugins } from '../../standard.ts';
import { fitting, isPath } from '../cluster-config.ts';
import { Ending } from '../ending.ts';
import { PluginFiles } from '../host/plugin-files.ts';
import { surroundingsOf } from '../host/surroundings.ts';
import { onlyJson } from '../text.ts';
import { tellWhoLeads } from '../who-leads.ts';
import { Complaints } from './complaints.ts';
import { type FarCluster, farClient, visitCluster } from './far-cluster.ts';
import { toElect, toSchedule } from './rights.ts';

export interface AnywhereOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly plugin: string;
  readonly name?: string;
  readonly watch?: boolean;
  readonly leaderElect?: boolean;
  readonly output?: string;
}

export type AnywhereRole = 'Scheduler' | 'Controller';

interface Started {
  readonly part: Part;
  start(): Promise<void>;
  readonly name: string;
  readonly cluster: FarCluster;
}

/** Comes back when it was told to end and has ended. */
export async function runAnywhere(role: AnywhereRole, options: AnywhereOptions): Promise<void> {
  onlyJson(role.toLowerCase(), options.output);
  const ending = new Ending();
  try {
    const { part, start, ...facts } = await ending.during(prepare(role, options, ending));
    if (ending.hasBegun) return;
    // Not waited for by the end: a cluster that goes away meanwhile must not keep us from ending.
    const ready = start().then(() => {
      if (!ending.hasBegun) process.stdout.write(readyText(role, options, facts, part.standsBy));
    });
    await Promise.race([ready, ending.done]).catch((error) => {
      if (!ending.hasBegun) throw error;
    });
    await ending.done;
  } finally {
    await ending.run();
  }
}

/** Everything up to the start. Adds to `ending` whatever it begins. */
async function prepare(role: AnywhereRole, options: AnywhereOptions, ending: Ending): Promise<Started> {
  const { kubeconfig, context, plugin: wanted, watch = false } = options;
  const foreign: KubeconfigChoice = {
    ...(kubeconfig !== undefined && { file: path.resolve(kubeconfig) }),
    ...(context !== undefined && { context }),
  };
  const files = new PluginFiles({ watch, foreign });
  ending.add('the process of the plugin file', () => files.close());
  const plugin = await find(wanted, role, files);
  const name = nameOf(role, options, plugin);
  const cluster = await visitCluster(foreign, [
    ...(role === 'Scheduler' ? [toSchedule(name)] : []),
    ...(options.leaderElect ? [toElect(name)] : []),
  ]);

  const say = (line: string) => console.error(`${name}: ${line}`);
  const complaints = new Complaints(say);
  let client: HttpApiClient | undefined;
  if (!plugin.elsewhere) {
    client = await farClient(foreign, `kubelab-${role.toLowerCase()} (${wanted})`, complaints);
  }
  const leadership = options.leaderElect ? await stand(foreign, name, ending) : undefined;
  const around = surroundingsOf({
    cluster: context ?? cluster.server,
    seed: freshSeed(),
    client: () => (leadership ? new LeaderOnlyClient(client!, leadership) : client!),
    kubeconfig: '', // a process of its own reads the file itself
  });
  const plan = { name, role, plugin, options: {}, ...(role === 'Scheduler' && { schedulerName: name }) };
  const tell = (line: string) => {
    if (!ending.hasBegun) say(line);
  };
  const build = () => buildPart(around, plan, (state, message = '') => tell(newsOf(state, message)));
  const part = leadership ? elected(leadership, build, tell) : build();
  ending.add(`${role.toLowerCase()} ${name}`, async () => {
    complaints.end();
    await part.stop();
    client?.close();
  });
  const start = async () => {
    await Promise.race([part.start(), complaints.refused]);
    complaints.works();
    if (leadership) await tellWhoLeads(leadership, tell);
  };
  return { part, start, name, cluster };
}

/** Stands for election by the Lease of that name. */
async function stand(foreign: KubeconfigChoice, name: string, ending: Ending): Promise<Leadership> {
  const client = await farClient(foreign, 'kubelab-leader-election');
  const random = new SeededRandom(freshSeed());
  const identity = `${hostname()}_${random.uuid()}`;
  const leadership = new Leadership({ client, clock: new RealClock(), random, name, identity, times: usualTimes });
  // Added before the part, so it ends after it: the Lease is given back when the work has stopped.
  ending.add('the leader election', async () => {
    await leadership.stop();
    client.close();
  });
  return leadership;
}

/** Works only while this process leads. Who leads is told by the election itself. */
function elected(leadership: Leadership, build: () => Part, tell: (line: string) => void): Part {
  const report = (state: ComponentState, message = '') => {
    if (state === 'Failed') tell(newsOf(state, message));
  };
  return new ElectedPart({ leadership, clock: new RealClock(), keepsOn: false, build, report });
}

/** How the process of a plugin file fares, for a person. */
function newsOf(state: string, message: string): string {
  if (state === 'Running') return message === '' ? 'works again' : message;
  return message === '' ? state : `${state}: ${message}`;
}

async function find(wanted: string, role: AnywhereRole, files: PluginFiles): Promise<ConfiguredPlugin> {
  if (isPath(wanted)) return fitting(await files.load(wanted, {}), role);
  return new PluginRegistry(standardPlugins).find(wanted, role);
}

/** Of a scheduler: what pods name in `spec.schedulerName`. */
function nameOf(role: AnywhereRole, { name, plugin }: AnywhereOptions, { definition }: ConfiguredPlugin): string {
  if (name === undefined) return definition.name;
  if (!/^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/.test(name)) {
    throw new ConfigurationError(
      `--name ${JSON.stringify(name)}: use small letters, digits, '-' and '.', up to 63 characters`,
    );
  }
  if (role === 'Scheduler' && name === 'default-scheduler') {
    console.error(
      `${plugin} takes the pods of the default-scheduler: where the cluster runs its own, both try to bind them, and the first wins`,
    );
  }
  return name;
}

function readyText(
  role: AnywhereRole,
  options: AnywhereOptions,
  { name, cluster }: Pick<Started, 'name' | 'cluster'>,
  standsBy: string | undefined,
): string {
  const { server, user } = cluster;
  if (options.output === 'json') {
    const facts = { name, server, plugin: options.plugin, ...(user && { user: user.name }), pid: process.pid };
    return `${JSON.stringify(facts)}\n`;
  }
  const as = user === undefined ? '' : ` as ${user.name}`;
  const takes = role === 'Scheduler' ? `Places pods that say   schedulerName: ${name}\n` : '';
  const does = standsBy === undefined ? 'works' : 'stands by';
  return `${role} ${name} (${options.plugin}) ${does} in the cluster at ${server}${as}\n${takes}Stop: Ctrl-C\n`;
}
