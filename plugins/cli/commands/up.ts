// `kubelab up`: starts a cluster and stays with it until Ctrl-C, SIGTERM, `kubelab down`, or the terminal goes away.
// Always true: whatever ends it, in order: the cluster stops, then its state folder goes; so nothing is left but --data.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Cluster, createCluster } from '../../../core/cluster/cluster.ts';
import { admin } from '../../../core/cluster/identities.ts';
import { AuditRing } from '../../../core/story/audit-ring.ts';
import { clusterConfig, type UpOptions } from '../cluster-config.ts';
import { ControlServer } from '../control.ts';
import { controlHandlers } from '../control-handlers.ts';
import { Ending } from '../ending.ts';
import { PluginFiles } from '../host/plugin-files.ts';
import { type ClusterFacts, StateFolder } from '../state.ts';
import { rememberedWrites } from '../story/story-handler.ts';
import { onlyJson, readyLines } from '../text.ts';
import { tellWhoLeads } from '../who-leads.ts';
import { detached } from './detach.ts';

export async function up(options: UpOptions): Promise<void> {
  onlyJson('up', options.output);
  if (options.detach) return detached(options);

  const ending = new Ending();
  try {
    await ending.during(start(options, ending));
    await ending.done;
  } finally {
    await ending.run();
  }
}

/** Adds to `ending` whatever it begins. */
async function start(options: UpOptions, ending: Ending): Promise<void> {
  const files = new PluginFiles({ watch: options.watch === true });
  ending.add('the processes of plugin files', () => files.close());
  const config = await clusterConfig(options, (...args) => files.load(...args));
  const state = new StateFolder(config.as);
  state.create();
  ending.add('the state folder', () => state.remove());
  if (ending.hasBegun) return;

  const ring = new AuditRing(rememberedWrites);
  const { leaderElection } = config;
  const cluster = await createCluster({
    ...config,
    ...(leaderElection && { leaderElection: { ...leaderElection, identity: state.identity } }),
    folder: state.run,
    audit: (entry) => ring.add(entry),
  });
  ending.add('the cluster', () => cluster.stop());
  if (ending.hasBegun) return;

  const facts = await publish(cluster, state, options.kubeconfig);
  const handlers = controlHandlers(cluster, files, facts, ring, () => ending.run());
  const control = new ControlServer(state.controlSocket, handlers);
  await control.start();
  ending.add('the control socket', () => control.stop());
  if (ending.hasBegun) return;

  const { wantedPort } = config;
  if (wantedPort !== 0 && !facts.server.endsWith(`:${wantedPort}`)) {
    console.error(`port ${wantedPort} is taken; the API listens at ${facts.server} instead`);
  }
  const [begun] = performance.getEntriesByName('kubelab: the command begins');
  const elapsed = performance.now() - (begun?.startTime ?? 0);
  const { components } = cluster;
  const text = readyLines({ name: state.name, components }, elapsed, {
    plain: options.plain === true,
    detached: process.connected,
  });
  process.stdout.write(options.output === 'json' ? `${JSON.stringify(facts)}\n` : text);
  if (cluster.elections) await tellWhoLeads(cluster.elections.controllers, (line) => console.error(line));
  if (options.data !== undefined && cluster.find('store').plugin === 'store-memory') {
    console.error('store memory keeps no objects: they are gone when the cluster ends');
  }
  const { plugin: store } = cluster.find('store').plan;
  if (store.path !== undefined) {
    console.error(
      `store ${store.label} runs in the cluster's own process: while it does not answer, the whole cluster waits; --watch does not reload it`,
    );
  }
  process.send?.(facts);
}

/** Writes what others find the cluster by. */
async function publish(cluster: Cluster, state: StateFolder, copy: string | undefined): Promise<ClusterFacts> {
  const kubeconfig = await cluster.face!.kubeconfig(admin);
  const facts = { name: state.name, server: cluster.face!.url, kubeconfig: state.kubeconfig, pid: process.pid };
  state.write(facts, kubeconfig);
  if (copy !== undefined) {
    mkdirSync(path.dirname(path.resolve(copy)), { recursive: true });
    writeFileSync(copy, kubeconfig, { mode: 0o600 });
    chmodSync(copy, 0o600); // the file may have been there with another mode
  }
  return facts;
}
