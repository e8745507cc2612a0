// A reader of damaged stores in a process of its own, so that it can be seen to end: for each folder it opens the store there,
// reads everything, now and as it was, watches all history, writes, compacts, reads again, and prints one line:
//   `FOLDER whole` | `FOLDER refused MESSAGE` | `FOLDER wrong WHAT`
//   node reader.js EXPECTED FOLDER...       EXPECTED: a file with what was written, see damage.spec.ts

import { readFileSync, writeSync } from 'node:fs';
import { firstValueFrom, takeWhile, toArray } from 'rxjs';
import type { Stored } from '../../core/contracts/store.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { Ledger } from './ledger.ts';
import { LmdbStore } from './lmdb-store.ts';

/** What was written, each as JSON: what stands, in order of keys, and the events after `after`. */
export interface Written {
  readonly after: number;
  readonly revision: number;
  readonly items: readonly string[];
  readonly events: readonly string[];
}

const [file = '', ...folders] = process.argv.slice(2);
const written = JSON.parse(readFileSync(file, 'utf8')) as Written;

class Wrong extends Error {}
const same = (what: string, found: readonly string[], wanted: readonly string[]) => {
  const at = wanted.findIndex((text, at) => text !== found[at]);
  if (at >= 0 || found.length !== wanted.length)
    throw new Wrong(`${what}: ${found.length} of ${wanted.length}; ${at}: ${found[at]} and not ${wanted[at]}`);
};
const texts = (items: readonly Stored[]) => items.map((item) => JSON.stringify(item));

async function read(store: LmdbStore): Promise<void> {
  const { after, revision, items, events } = written;
  if ((await store.revision()) !== revision) throw new Wrong(`revision ${await store.revision()} and not ${revision}`);
  same('list', texts((await store.list('')).items), items);
  const until = store.watch('', { after }).pipe(
    takeWhile((event) => event.revision < revision, true),
    toArray(),
  );
  const seen = await firstValueFrom(until);
  same('watch', texts(seen.filter(({ type }) => type !== 'progress') as unknown as Stored[]), events);
}

async function write(store: LmdbStore): Promise<void> {
  const { items } = written;
  for (let n = 0; n < 2; n += 1) await Promise.all(Array.from({ length: 40 }, (_, at) => store.put(`/~${at}`, { n })));
  await store.compact(await store.revision());
  for (let n = 2; n < 4; n += 1) await Promise.all(Array.from({ length: 40 }, (_, at) => store.put(`/~${at}`, { n })));
  same('list after writes', texts((await store.list('')).items.filter(({ key }) => !key.startsWith('/~'))), items);
}

async function outcomeOf(folder: string): Promise<string> {
  let store: LmdbStore | undefined;
  try {
    store = new LmdbStore(new Ledger(folder, 'kubelab'), new RealClock());
    await read(store);
    await write(store);
    return 'whole';
  } catch (error) {
    return `${error instanceof Wrong ? 'wrong' : 'refused'} ${(error as Error).message}`;
  } finally {
    await store?.close().catch(() => {});
  }
}

for (const folder of folders) writeSync(1, `${folder} ${await outcomeOf(folder)}\n`);
