// What is acknowledged is on disk: a writer in a process of its own is killed with kill -9 at any moment, again and again
// on the same file, and another one runs out of disk. 20 kills with every test run, 300 with all tests.

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { expect } from 'chai';
import { allTests } from '../../core/testing/runs.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { Ledger } from './ledger.ts';
import { LmdbStore } from './lmdb-store.ts';
import { buildProgram, type Program } from './program.fixture.ts';

const kills = allTests ? 300 : 20;

describe('lmdb store, killed and full', function () {
  this.timeout(300_000);
  let program: Program;
  before(async () => {
    program = await buildProgram('writer');
  });
  after(() => program.remove());

  const opened = (data: string) => new LmdbStore(new Ledger(data, 'kubelab'), new RealClock());

  it(`has every acknowledged write after each of ${kills} kills`, async () => {
    const data = path.join(program.folder, 'killed');
    const random = new SeededRandom('kill -9');
    const clock = new RealClock();
    const acknowledged = new Acknowledged();
    let written = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const child = program.start([data, String(written), '100000', '200']);
      const lines = linesOf(child);
      // In one of eight the writer is killed while it opens; else after so many answers, in the middle of the next writes.
      const answers = random.int(8) === 0 ? 0 : random.int(120);
      await Promise.race([lines.atLeast(answers), ended(child)]);
      await clock.sleep(random.int(4));
      child.kill('SIGKILL');
      await ended(child);
      for (const line of lines.whole) acknowledged.hear(line);
      written += 100_000;
      const store = opened(data);
      await acknowledged.check(store);
      await store.close();
    }
    expect(acknowledged.count).to.be.greaterThan(kills);
  });

  it('refuses writes when the disk is full, goes on reading, and has at the next start what it acknowledged', async function () {
    if (process.platform === 'win32') this.skip(); // no limit for the size of a file to be had there
    const data = path.join(program.folder, 'full');
    // 500 KiB is the largest file that this shell's children can write.
    const child = spawn('sh', [
      '-c',
      `ulimit -f 1000; exec '${process.execPath}' '${program.file}' '${data}' 0 800 800`,
    ]);
    const lines = linesOf(child);
    expect(await ended(child)).to.equal(0);
    const { whole } = lines;
    const acknowledged = new Acknowledged();
    for (const line of whole) acknowledged.hear(line);
    const refused = whole.filter((line) => line.startsWith('refused'));
    expect(refused[0]).to.match(/store\.lmdb cannot be written: /);
    expect(refused.length + acknowledged.count).to.equal(800);
    expect(whole.slice(-2)).to.deep.equal([`read ${acknowledged.keys}`, 'closed']);
    const store = opened(data);
    await acknowledged.check(store);
    const values = (await store.list('/')).items.map(({ value }) => (value as { n: number }).n);
    for (const line of refused) expect(values).not.to.include(Number(line.split(' ')[2]));
    await store.put('/after', {});
    await store.close();
  });
});

/** What a writer was told to be written: the last of each key. */
class Acknowledged {
  readonly #last = new Map<string, { readonly n: number; readonly revision: number }>();
  count = 0;

  get keys(): number {
    return this.#last.size;
  }

  /** `put KEY N REVISION` */
  hear(line: string): void {
    const [what, key = '', n, revision] = line.split(' ');
    if (what !== 'put') return;
    this.count += 1;
    const known = this.#last.get(key);
    if (Number(revision) > (known?.revision ?? 0)) this.#last.set(key, { n: Number(n), revision: Number(revision) });
  }

  /** A write that nobody was told of may be there too: it is newer. */
  async check(store: LmdbStore): Promise<void> {
    for (const [key, { n, revision }] of this.#last) {
      const stored = await store.get(key);
      expect(stored?.modRevision, key).to.be.at.least(revision);
      if (stored?.modRevision === revision) expect((stored.value as { n: number }).n).to.equal(n);
      expect(await store.revision()).to.be.at.least(revision);
    }
  }
}

function linesOf(child: ChildProcess) {
  let text = '';
  const heard: ((lines: number) => void)[] = [];
  let lines = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk;
    lines += chunk.toString().split('\n').length - 1;
    for (const hear of heard) hear(lines);
  });
  return {
    /** Lines that came whole: the last one may have been cut off. */
    get whole(): readonly string[] {
      return text.split('\n').slice(0, -1);
    },
    /** Resolves when so many lines have come. */
    atLeast: (count: number) =>
      new Promise<void>((resolve) => {
        if (count === 0) resolve();
        heard.push((lines) => lines >= count && resolve());
      }),
  };
}

/** The exit code, once all that it printed was read. */
const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.stdout?.closed) resolve(child.exitCode);
    else child.once('close', resolve);
  });
