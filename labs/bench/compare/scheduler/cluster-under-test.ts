// Cluster under test: an API server, and the variant as its scheduler, as in a cluster of `kubelab up`; no kubelets, no
// controllers. On the level `https` the API server is in another process.

import { fork } from 'node:child_process';
import { parse } from 'yaml';
import { LocalApiClient } from '../../../../core/api/local-api-client.ts';
import { ResourceRegistry } from '../../../../core/api/resource-registry.ts';
import { buildPart, type Surroundings } from '../../../../core/cluster/build-part.ts';
import { identityOf } from '../../../../core/cluster/identities.ts';
import type { ConfiguredPlugin } from '../../../../core/cluster/plugin.ts';
import { Settings } from '../../../../core/cluster/settings.ts';
import type { ApiClient } from '../../../../core/contracts/api-client.ts';
import { Scheduler } from '../../../../core/contracts/scheduler.ts';
import { builtinResources } from '../../../../core/model/index.ts';
import { HttpApiClient } from '../../../../plugins/api-http/http-api-client.ts';
import { serverProgram } from '../places.ts';
import type { Round } from '../trial.ts';
import { benchApi } from './api-server.ts';
import { examined, type SchedulerWatcher } from './examined-scheduler.ts';

export interface ClusterUnderTest {
  /** Of whoever creates the pods. */
  readonly client: ApiClient;
  stop(): Promise<void>;
}

/** @param watcher is told what the variant does wrong: the scheduler's loop goes on whatever that is */
export async function clusterUnderTest(round: Round, watcher: SchedulerWatcher): Promise<ClusterUnderTest> {
  const server = round.level === 'https' ? await elsewhere(round.seed) : here(round.seed);
  const part = buildPart(
    surroundings(round, server.scheduler),
    {
      // Its chance is forked by this name: the same as that of the scheduler alone.
      name: 'variant',
      role: 'Scheduler',
      plugin: examinedPlugin(round, watcher),
      options: {},
      schedulerName: 'default-scheduler',
    },
    () => {},
  );
  await part.start();
  return {
    client: server.load,
    stop: async () => {
      await part.stop();
      await server.stop();
    },
  };
}

interface Server {
  readonly load: ApiClient;
  readonly scheduler: ApiClient;
  stop(): Promise<void>;
}

function here(seed: string): Server {
  const { api, stop } = benchApi(seed);
  return {
    load: new LocalApiClient(api, { name: 'bench', groups: ['system:masters'] }),
    scheduler: new LocalApiClient(api, identityOf('Scheduler')),
    stop,
  };
}

async function elsewhere(seed: string): Promise<Server> {
  const child = fork(serverProgram(), [seed]);
  const kubeconfigs = await new Promise<{ load: string; scheduler: string }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { load: string; scheduler: string }));
    child.once('exit', (code) => reject(new Error(`the process of the API server ended with ${code} at its start`)));
  });
  const load = clientOf(kubeconfigs.load);
  const scheduler = clientOf(kubeconfigs.scheduler);
  return {
    load,
    scheduler,
    stop: async () => {
      load.close();
      scheduler.close();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await ended;
    },
  };
}

/** As the API's own face writes it: one cluster, one user with a certificate. */
function clientOf(kubeconfig: string): HttpApiClient {
  const config = parse(kubeconfig) as {
    clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
    users: [{ user: { 'client-certificate-data': string; 'client-key-data': string } }];
  };
  const [{ cluster }] = config.clusters;
  const [{ user }] = config.users;
  const decoded = (text: string) => Buffer.from(text, 'base64').toString('utf8');
  return new HttpApiClient({
    server: cluster.server,
    ca: decoded(cluster['certificate-authority-data']),
    cert: decoded(user['client-certificate-data']),
    key: decoded(user['client-key-data']),
    userAgent: 'kubelab bench',
  });
}

function surroundings({ clock, random }: Round, client: ApiClient): Surroundings {
  return {
    settings: new Settings('bench'),
    clock,
    random,
    // What only components in the cluster's own process are given.
    get api(): never {
      throw new Error('a scheduler reaches the API through its ApiClient');
    },
    resources: new ResourceRegistry(builtinResources),
    roads: { to: () => undefined, enter: () => () => {} },
    shared: [],
    ca: () => undefined,
    client: () => client,
    kubeconfig: () => Promise.reject(new Error('a scheduler under test runs in this process')),
  };
}

/** The variant, whose scheduler is looked at in all it does. */
function examinedPlugin(round: Round, watcher: SchedulerWatcher): ConfiguredPlugin {
  const { definition } = round.variant;
  return {
    ...round.variant,
    definition: {
      ...definition,
      bind(container, options) {
        container.onActivation(Scheduler, (_, inner) => examined(inner, round, watcher));
        definition.bind(container, options);
      },
    },
  };
}
