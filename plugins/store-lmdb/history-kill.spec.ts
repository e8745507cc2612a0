// Histories with kill -9: the process that has the store, and all clients, ends at any moment; another one opens the file and
// goes on. What both tell is one record.

import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { checkHistory, reportViolations } from '../../core/testing/history/check-history.ts';
import { auditedUntil } from '../../core/testing/history/clients.ts';
import type { Entry } from '../../core/testing/history/record.ts';
import { someHistorySeeds } from '../../core/testing/history/seeds.ts';
import { Strikes } from '../../core/testing/history/strikes.ts';
import { SeededRandom } from '../../core/time/random.ts';
import type { Life } from './clients.fixture.ts';
import { buildProgram, type Program } from './program.fixture.ts';

/** A process for each: a third is enough. */
const seeds = someHistorySeeds(1 / 3);

describe('history of lmdb, killed', function () {
  this.timeout(60_000 + seeds.length * 3000);
  let program: Program;
  before(async () => {
    program = await buildProgram('clients');
  });
  after(() => program.remove());

  const lifeOf = (seed: number, life: number, record: readonly Entry[], last: boolean): Life => {
    const after = auditedUntil(record);
    return { folder: path.join(program.folder, `${seed}`), seed, life, ...(after !== undefined && { after }), last };
  };

  /** @param killAfter so many entries of that seed, then the process is killed */
  function live(lives: readonly Life[], hear: (seed: number, entry: Entry) => void, seed = 0, killAfter = Infinity) {
    const child = program.start([JSON.stringify(lives)]);
    let heard = 0;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const at = line.indexOf(' ');
      const of = Number(line.slice(0, at));
      const entry = entryOf(line.slice(at + 1));
      if (entry) hear(of, entry);
      if (of === seed) heard += 1;
      if (of === seed && heard === killAfter) child.kill('SIGKILL');
    });
    return new Promise<number | null>((resolve) => child.once('close', resolve));
  }

  it(`keeps its promises in ${seeds.length} histories`, async () => {
    const random = new SeededRandom('kill -9 of clients');
    const records = new Map<number, Entry[]>();
    const hear = (seed: number, entry: Entry) => void records.get(seed)?.push(entry);
    let before: Life[] = [];
    for (const seed of seeds) {
      const record: Entry[] = [];
      records.set(seed, record);
      await live([...before, lifeOf(seed, 1, record, false)], hear, seed, 1 + random.int(250));
      record.push({ fault: 'kill -9', kills: true });
      before = [lifeOf(seed, 2, record, true)];
    }
    expect(await live(before, hear)).to.equal(0);
    const strikes = new Strikes([]);
    for (const [seed, record] of records) {
      strikes.add(record);
      expect(
        record.some((entry) => 'settled' in entry),
        `whether history ${seed} came to its end`,
      ).to.equal(true);
      expect(reportViolations(checkHistory(record)), `seed ${seed}`).to.equal('');
    }
    if (seeds.length >= 10) expect(strikes.never, strikes.words).to.deep.equal([]);
  });
});

/** Undefined: the line was cut off. */
function entryOf(text: string): Entry | undefined {
  try {
    return JSON.parse(text) as Entry;
  } catch {
    return undefined;
  }
}
