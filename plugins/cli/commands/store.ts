// `kubelab store`: looks into the store of a running cluster, whichever it is; a snapshot to a file, and a new store from it.

import path from 'node:path';
import { stringify } from 'yaml';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { openStore } from '../../../core/cluster/open-store.ts';
import { PluginRegistry } from '../../../core/cluster/plugin-registry.ts';
import { Settings } from '../../../core/cluster/settings.ts';
import type { Stored } from '../../../core/contracts/store.ts';
import { SeededRandom } from '../../../core/time/random.ts';
import { RealClock } from '../../../core/time/real-clock.ts';
import { standardPlugins } from '../../standard.ts';
import { readClusterFile } from '../cluster-config.ts';
import { ask } from '../control.ts';
import { EnvironmentError } from '../exit.ts';
import { runningCluster } from '../state.ts';
import { readSnapshot } from '../store/snapshot-file.ts';
import type { ChangesAnswer, GetAnswer, HistoryAnswer, ListAnswer, SnapshotAnswer } from '../store/store-handlers.ts';
import { takeSnapshot } from '../store/take-snapshot.ts';
import { columns, onlyJson } from '../text.ts';

interface StoreOptions {
  readonly name?: string;
  readonly output?: string;
  readonly at?: string;
  readonly after?: string;
  readonly before?: string;
  readonly data?: string;
  readonly store?: string;
  readonly file?: string;
}

/** Milliseconds: a list of 150,000 keys takes its time. */
const patience = 60_000;

export async function get(key: string, options: StoreOptions): Promise<void> {
  const { stored } = await question<GetAnswer>('get', options, { key, ...revisionOf('at', options.at) });
  const { value, ...numbers } = stored;
  print(options, stored, () => `${columnsOf([numbers])}\n${stringify(value)}`);
}

export async function list(prefix = '/', options: StoreOptions): Promise<void> {
  const answer = await question<ListAnswer>('list', options, { prefix, ...revisionOf('at', options.at) });
  const count = `${answer.items.length} keys at revision ${answer.revision}`;
  print(options, answer, () => (answer.items.length === 0 ? `${count}\n` : `${columnsOf(answer.items)}${count}\n`));
}

export async function history(key: string, options: StoreOptions): Promise<void> {
  const answer = await question<HistoryAnswer>('history', options, { key });
  print(options, answer, () =>
    answer.history
      .map(({ revision, type, lines }) => {
        const head =
          type === 'before'
            ? `revision ${revision}: as it stood before what is remembered`
            : `revision ${revision}: ${type}`;
        return `${[head, ...lines.map((line) => `  ${line}`)].join('\n')}\n`;
      })
      .join('\n'),
  );
}

/** Goes on until Ctrl-C, or until the cluster ends. */
export async function watch(prefix = '/', options: StoreOptions): Promise<void> {
  onlyJson('store watch', options.output);
  const state = runningCluster(options.name);
  let after = revisionOf('after', options.after).after;
  for (;;) {
    const wanted = { prefix, ...(after !== undefined && { after }) };
    const { revision, changes }: ChangesAnswer = await ask(state.controlSocket, '/store/changes', wanted, patience);
    for (const change of changes)
      process.stdout.write(
        options.output === 'json'
          ? `${JSON.stringify(change)}\n`
          : `${String(change.revision).padStart(8)}  ${change.type}  ${change.key}\n`,
      );
    after = revision;
  }
}

export async function compact(options: StoreOptions): Promise<void> {
  const answer = await question<{ revision: number }>('compact', options, revisionOf('before', options.before));
  print(options, answer, () => `compacted: history from before revision ${answer.revision} is forgotten\n`);
}

export async function snapshot(file: string, options: StoreOptions): Promise<void> {
  onlyJson('store snapshot', options.output);
  const state = runningCluster(options.name);
  const { objects, revision } = await takeSnapshot(file, state.name, (page) =>
    ask<SnapshotAnswer>(state.controlSocket, '/store/snapshot', page, patience),
  );
  print(options, { file, objects, revision }, () => `${file}: ${objects} objects at revision ${revision}\n`);
}

/** Fills a new store; `kubelab up` with the same --file, --store and --data then runs on it. */
export async function restore(file: string, options: StoreOptions): Promise<void> {
  onlyJson('store restore', options.output);
  const { head, items } = await readSnapshot(file);
  const cluster = options.file === undefined ? undefined : readClusterFile(options.file);
  const { name = cluster?.metadata?.name ?? head.cluster, data } = options;
  const inFile = cluster?.spec.store;
  const choice = options.store === undefined && inFile ? inFile : { plugin: options.store ?? 'lmdb' };
  const wanted = choice.plugin;
  if (wanted === 'lmdb' && data === undefined)
    throw new ConfigurationError('store restore wants a folder for the new store: --data DIR');
  const plugin = new PluginRegistry(standardPlugins).find(wanted, 'Store', choice.options ?? {});
  const setting = new Settings(name, undefined, data === undefined ? undefined : path.resolve(data));
  const random = new SeededRandom(`${process.pid}`);
  try {
    const store = openStore(plugin, setting, new RealClock(), random);
    try {
      await store.restore(items, { after: head.revision });
    } finally {
      await store.close();
    }
  } catch (error) {
    throw new EnvironmentError(`cannot restore ${file}: ${(error as Error).message}`);
  }
  const { file: clusterFile, store: named = clusterFile === undefined ? wanted : undefined } = options;
  const flags = { file: clusterFile, store: named, data, name: name === 'kubelab' ? undefined : name };
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  const start = ['npx kubelab up', ...given.map(([flag, value]) => `--${flag} ${value}`)].join(' ');
  print(
    options,
    { objects: items.length, revision: head.revision },
    () => `${items.length} objects restored; start: ${start}\n`,
  );
}

function question<T>(what: string, { name, output }: StoreOptions, body: object): Promise<T> {
  onlyJson(`store ${what}`, output);
  return ask<T>(runningCluster(name).controlSocket, `/store/${what}`, body, patience);
}

/** A revision that somebody gave as text, under its name. */
function revisionOf<K extends string>(name: K, text: string | undefined): { readonly [key in K]?: number } {
  if (text === undefined) return {};
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new ConfigurationError(`--${name} ${JSON.stringify(text)}: a revision is a number of at least 1`);
  return { [name]: Number(text) } as { readonly [key in K]?: number };
}

const columnsOf = (items: readonly Omit<Stored, 'value'>[]): string =>
  columns(
    ['KEY', 'CREATED', 'MODIFIED', 'VERSION'],
    items.map(({ key, createRevision, modRevision, version }) => [
      key,
      `${createRevision}`,
      `${modRevision}`,
      `${version}`,
    ]),
  );

function print({ output }: StoreOptions, answer: object, text: () => string): void {
  process.stdout.write(output === 'json' ? `${JSON.stringify(answer)}\n` : text());
}
