// `kubelab up`: starts a cluster and stays with it until Ctrl-C, SIGTERM, `kubelab down`, or the terminal goes away.
// Always true: whatever ends it, in order: the cluster stops, then its state folder goes; so nothing is left but --data.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Cluster, createCluster } from '../../../core/cluster/cluster.ts';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { admin } from '../../../core/cluster/identities.ts';
import { clusterConfig, type UpOptions } from '../cluster-config.ts';
import { ControlServer } from '../control.ts';
import { controlHandlers } from '../control-handlers.ts';
import { PluginFiles } from '../host/plugin-files.ts';
import { type ClusterFacts, StateFolder } from '../state.ts';
import { readyLines } from '../text.ts';
import { detached } from './detach.ts';

export async function up(options: UpOptions): Promise<void> {
  if (options.output !== undefined && options.output !== 'json') {
    throw new ConfigurationError(`-o ${options.output}: the only output format of up is json`);
  }
  if (options.detach) return detached(options);

  const ending = new Ending();
  const files = new PluginFiles({ watch: options.watch === true });
  const config = await clusterConfig(options, (file, given, at) => files.load(file, given, at));
  const state = new StateFolder(config.name);
  state.create();
  ending.add(() => state.remove());
  try {
    const cluster = await createCluster({ ...config, folder: state.run });
    ending.add(() => files.close());
    ending.add(() => cluster.stop());
    const facts = await publish(cluster, state, options.kubeconfig);
    const control = new ControlServer(
      state.controlSocket,
      controlHandlers(cluster, files, facts, () => ending.run()),
    );
    await control.start();
    ending.add(() => control.stop());
    process.stdout.write(
      options.output === 'json'
        ? `${JSON.stringify(facts)}\n`
        : readyLines(cluster, performance.now(), options.plain === true),
    );
    process.send?.(facts);
    await ending.done;
  } catch (error) {
    files.close();
    await ending.run();
    throw error;
  }
}

/** Writes what others find the cluster by. */
async function publish(cluster: Cluster, state: StateFolder, copy: string | undefined): Promise<ClusterFacts> {
  const kubeconfig = await cluster.face!.kubeconfig(admin);
  const facts = { name: cluster.name, server: cluster.face!.url, kubeconfig: state.kubeconfig, pid: process.pid };
  state.write(facts, kubeconfig);
  if (copy !== undefined) {
    mkdirSync(path.dirname(path.resolve(copy)), { recursive: true });
    writeFileSync(copy, kubeconfig, { mode: 0o600 });
    chmodSync(copy, 0o600); // the file may have been there with another mode
  }
  return facts;
}

/** What must be undone at the end, the last first, once, whatever asks for it. */
class Ending {
  readonly #undo: (() => unknown)[] = [];
  #running: Promise<void> | undefined;
  #finish: () => void = () => {};
  readonly done = new Promise<void>((resolve) => {
    this.#finish = resolve;
  });

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void this.run());
    // A closed terminal or pipe: nobody reads any more, which is no reason to stop half-way.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  }

  add(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  run(): Promise<void> {
    this.#running ??= this.#all();
    return this.#running;
  }

  async #all(): Promise<void> {
    for (const undo of this.#undo.reverse()) {
      try {
        await undo();
      } catch (error) {
        console.error(error);
      }
    }
    this.#finish();
  }
}
