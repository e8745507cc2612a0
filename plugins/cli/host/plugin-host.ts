// Plugin host: the process in which a plugin given by path runs. It imports the file, runs the plugin in a component like
// any other (core/cluster/build-part.ts), and speaks to the cluster's API over HTTPS with an identity of its own.
// Always true: it ends with its cluster (the IPC channel closes); a plugin that does not return is ended by the watchdog.

import { readFileSync } from 'node:fs';
import module from 'node:module';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { parse } from 'yaml';
import { buildPart } from '../../../core/cluster/build-part.ts';
import { type ComponentPlan, roleOf } from '../../../core/cluster/composition.ts';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { assemble, given } from '../../../core/cluster/container.ts';
import { checkOptions } from '../../../core/cluster/options.ts';
import type { Part } from '../../../core/cluster/part.ts';
import type { ConfiguredPlugin, Plugin } from '../../../core/cluster/plugin.ts';
import { nameOf } from '../../../core/cluster/token.ts';
import { Clock } from '../../../core/contracts/clock.ts';
import { Random } from '../../../core/contracts/random.ts';
import { Scheduler } from '../../../core/contracts/scheduler.ts';
import {
  decideAfresh,
  type FreshDecision,
  type Scene,
  type WhyAnswer,
  type WhyQuestion,
} from '../../../core/scheduling/explain-attempt.ts';
import { SeededRandom } from '../../../core/time/random.ts';
import { RealClock } from '../../../core/time/real-clock.ts';
import { HttpApiClient } from '../../api-http/plugin.ts';
import { Complaints } from '../anywhere/complaints.ts';
import { farClient } from '../anywhere/far-cluster.ts';
import { EnvironmentError } from '../exit.ts';
import { Activity } from './activity.ts';
import { kubelabModules } from './core-files.ts';
import type { FromPlugin, RemotePlace, ToPlugin } from './messages.ts';
import { beside, watchdogSource } from './places.ts';
import type { Answered, Asked } from './questions.ts';
import { explain } from './source-line.ts';
import { surroundingsOf } from './surroundings.ts';
import { watched } from './watched.ts';
import { wrongExport } from './wrong-export.ts';

const activity = new Activity();
let file = '';
let plugin: ConfiguredPlugin | undefined;
let part: Part | undefined;
let client: HttpApiClient | undefined;
const complaints = new Complaints((line) => console.error(line));

const tell = (message: FromPlugin) => process.send?.(message);

const end = process.exit.bind(process);
process.on('disconnect', () => end(0));
// Ctrl-C in a terminal reaches the whole group; when this process ends is the cluster's business.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error) => {
    process.send?.({ type: 'crashed', message: explain(error, file) } satisfies FromPlugin, () => end(1));
  });
}

// A plugin that ends its process would end without a word.
process.exit = ((code?: number) => {
  throw new Error(`it called process.exit(${code ?? ''}); a plugin ends when its cluster stops it`);
}) as typeof process.exit;

process.on('message', async (message: ToPlugin) => {
  if (message.type === 'question') return tell(await answer(message));
  try {
    if (message.type === 'load') tell(await load(message.file, message.options));
    else if (message.type === 'start') tell(await start(message.place));
    else tell(await stop());
  } catch (error) {
    if (error instanceof ConfigurationError) tell({ type: 'failed', message: error.message, options: true });
    else if (error instanceof EnvironmentError) tell({ type: 'failed', message: error.message, environment: true });
    else tell({ type: 'failed', message: explain(error, file) });
  }
});

async function load(path: string, options: Readonly<Record<string, unknown>>): Promise<FromPlugin> {
  file = path;
  guard();
  module.register(beside('resolve-hooks'), { data: kubelabModules() });
  readFileSync(file); // says which file is missing better than the loader does
  const exported: { default?: unknown } = await import(pathToFileURL(file).href);
  const wrong = wrongExport(exported, file);
  if (wrong !== undefined) return { type: 'failed', message: wrong };
  const { definition } = exported.default as Plugin;
  const configured: ConfiguredPlugin = { definition, options, label: basename(file) };
  checkOptions(configured);
  plugin = watched(configured, activity, (message) => tell({ type: 'bug', message }), file);
  assemble([plugin], []); // it binds what it says it provides
  const { name, description, provides } = definition;
  return { type: 'loaded', name, description, provides: provides.map(nameOf) };
}

async function start(place: RemotePlace): Promise<FromPlugin> {
  if (!plugin) throw new Error('start before load');
  const role = roleOf(plugin)!;
  client = await connect(place);
  const around = surroundingsOf({ ...place, client: () => client! });
  const { component: name, schedulerName } = place;
  const plan: ComponentPlan = {
    name,
    role,
    plugin,
    options: {},
    ...(schedulerName !== undefined && { schedulerName }),
  };
  part = buildPart(around, plan, () => {});
  await Promise.race([part.start(), complaints.refused]);
  complaints.works();
  return { type: 'started' };
}

async function answer({ number, about }: Asked): Promise<Answered> {
  try {
    return { type: 'answer', number, answer: 'why' in about ? await why(about.why) : decide(about.decide) };
  } catch (error) {
    return { type: 'answer', number, message: explain(error, file) };
  }
}

function why(question: WhyQuestion): Promise<WhyAnswer> {
  if (!part?.why) throw new Error(`${basename(file)} runs no scheduler`);
  return part.why(question);
}

/** By a scheduler that has done nothing yet. */
function decide(scene: Scene): FreshDecision {
  const values = [given(Clock, new RealClock()), given(Random, new SeededRandom('afresh'))];
  return decideAfresh(assemble([plugin!], values).get(Scheduler), scene);
}

async function stop(): Promise<FromPlugin> {
  complaints.end();
  await part?.stop();
  client?.close();
  return { type: 'stopped' };
}

/** Begins to beat, and sets the watchdog on it. */
function guard(): void {
  setInterval(() => activity.beat(), 100).unref();
  const worker = new Worker(watchdogSource(), {
    eval: true,
    workerData: { memory: activity.memory, file },
    execArgv: [],
  });
  worker.unref();
}

async function connect(place: RemotePlace): Promise<HttpApiClient> {
  const userAgent = `${place.component} (${basename(file).replace(/[^\x20-\x7e]/g, '?')})`;
  return place.foreign ? farClient(place.foreign, userAgent, complaints) : ownClient(place, userAgent);
}

/** The client of a kubeconfig as this cluster writes it: one cluster, one user with a certificate. */
function ownClient({ kubeconfig, user }: RemotePlace, userAgent: string): HttpApiClient {
  const config = parse(kubeconfig) as {
    clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
    users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
  };
  const { cluster } = config.clusters[0]!;
  const credentials = config.users[0]!.user;
  const decoded = (text: string) => Buffer.from(text, 'base64').toString('utf8');
  return new HttpApiClient({
    server: cluster.server,
    ca: decoded(cluster['certificate-authority-data']),
    cert: decoded(credentials['client-certificate-data']),
    key: decoded(credentials['client-key-data']),
    user,
    userAgent,
  });
}
