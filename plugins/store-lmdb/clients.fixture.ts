// Clients of a store in a process of their own, to be killed: tells the record on its output, an entry a line, as
// `SEED ENTRY`. Several lives are lived one after the other, so that a process that begins one history ends another.
//   node clients.js '[{"folder":"/tmp/1","seed":1,"life":2,"last":true}]'

import { writeSync } from 'node:fs';
import { Clients } from '../../core/testing/history/clients.ts';
import { Recorder } from '../../core/testing/history/recorder.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { Ledger } from './ledger.ts';
import { LmdbStore } from './lmdb-store.ts';

export interface Life {
  readonly folder: string;
  readonly seed: number;
  readonly life: number;
  /** The auditor goes on from here; from the beginning unless told. */
  readonly after?: number;
  /** Nobody kills it. */
  readonly last: boolean;
}

const clock = new RealClock();

async function live({ folder, seed, life, after, last }: Life): Promise<void> {
  const store = new LmdbStore(new Ledger(folder, 'kubelab'), clock);
  const recorder = new Recorder(
    store,
    `${life}`,
    (entry) => writeSync(1, `${seed} ${JSON.stringify(entry)}\n`),
    () => true,
  );
  const random = new SeededRandom(`clients ${seed} ${life}`);
  const clients = new Clients(recorder, {
    ...{ random, life: `${life}`, clients: 6, calls: last ? 5 : 1_000_000, patience: 5000 },
    origin: 1,
    after: after ?? 1,
    pace: () => clock.sleep(random.int(3)),
  });
  await clients.work();
  await clients.settle();
  writeSync(1, `${seed} ${JSON.stringify({ settled: true })}\n`);
  clients.stop();
  await store.close();
}

for (const life of JSON.parse(process.argv[2] ?? '[]') as Life[]) await live(life);
