// A writer in a process of its own, to be killed, or to run out of disk: writes to a store, key after key, and prints each
// answer on a line of its own: `put KEY N REVISION`, `deleted KEY REVISION`, `refused KEY N MESSAGE`.
//   node --import tsx writer.fixture.ts FOLDER FROM COUNT BYTES

import { writeSync } from 'node:fs';
import { RealClock } from '../../core/time/real-clock.ts';
import { Ledger } from './ledger.ts';
import { LmdbStore } from './lmdb-store.ts';

const [folder = '', from = '0', count = '0', bytes = '100'] = process.argv.slice(2);
const store = new LmdbStore(new Ledger(folder, 'kubelab'), new RealClock());
const say = (text: string) => writeSync(1, `${text}\n`);
say('open');
const filling = 'x'.repeat(Number(bytes));
let next = Number(from);
const end = next + Number(count);

async function writer(name: number): Promise<void> {
  for (let turn = 0; next < end; turn += 1) {
    const n = next++;
    const key = `/keys/${name}-${turn % 3}`;
    try {
      const { modRevision } = await store.put(key, { n, filling });
      say(`put ${key} ${n} ${modRevision}`);
    } catch (error) {
      say(`refused ${key} ${n} ${(error as Error).message}`);
    }
    if (n % 50 === 0) await store.compact((await store.revision()) - 20).catch(() => {});
  }
}
await Promise.all(Array.from({ length: 8 }, (_, name) => writer(name)));
const page = await store.list('/');
say(`read ${page.items.length}`);
await store.close();
say('closed');
