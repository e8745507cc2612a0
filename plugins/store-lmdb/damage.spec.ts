// Damaged files: bytes of a store's file are changed, one at a time, anywhere: in heads of pages, in places of nodes, in keys, in
// values, in the list of free pages. Each time the store must say that it is damaged, and what to do; or give what was
// written, where the byte meant nothing. It must not give anything else, nor end the process, nor wait for ever.

import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { open } from 'lmdb';
import { firstValueFrom, takeWhile, toArray } from 'rxjs';
import { allTests } from '../../core/testing/runs.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { checkFile } from './file-check.ts';
import { Ledger } from './ledger.ts';
import { LmdbStore } from './lmdb-store.ts';
import { buildProgram, type Program } from './program.fixture.ts';
import type { Written } from './reader.fixture.ts';

const objects = allTests ? 3000 : 300;
const damages = allTests ? 400 : 20;
const inOneProcess = 20;
const page = 4096;

describe('lmdb store, its file damaged', function () {
  this.timeout(120_000 + damages * 1000);
  let program: Program;
  let original: Buffer;
  /** Numbers of the pages that are not free. */
  let inUse: readonly number[];
  let expected: string;
  before(async () => {
    program = await buildProgram('reader');
    const folder = path.join(program.folder, 'original');
    const written = await write(new LmdbStore(new Ledger(folder, 'kubelab'), new RealClock()));
    original = readFileSync(path.join(folder, 'store.lmdb'));
    inUse = pagesInUse(original, path.join(folder, 'wiped'));
    expected = path.join(program.folder, 'expected.json');
    writeFileSync(expected, JSON.stringify(written));
  });
  after(() => program.remove());

  /** What the reader says of each folder; undefined: it has ended before it said anything. */
  async function read(folders: readonly string[]): Promise<Map<string, string | undefined>> {
    const child = program.start([expected, ...folders]);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.once('close', (...how) => resolve(how)),
    );
    const lines = Buffer.concat(chunks).toString().split('\n').filter(Boolean);
    const said = new Map<string, string | undefined>();
    for (const line of lines) said.set(line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1));
    const silent = folders.findIndex((folder) => !said.has(folder));
    if (silent < 0) return said;
    said.set(folders[silent] ?? '', `ended: ${signal ?? `exit code ${code}`}`);
    return new Map([...said, ...(await read(folders.slice(silent + 1)))]);
  }

  /** @param change damages a copy of the file */
  function damaged(name: string, change: (bytes: Buffer) => void): string {
    const folder = path.join(program.folder, name);
    mkdirSync(folder, { recursive: true });
    const bytes = Buffer.from(original);
    change(bytes);
    writeFileSync(path.join(folder, 'store.lmdb'), bytes);
    return folder;
  }

  it('is read as it was written when nothing is damaged', async () => {
    const folder = damaged('same', () => {});
    expect(await read([folder])).to.deep.equal(new Map([[folder, 'whole']]));
  });

  it('is not taken for empty when a name in it has changed', async () => {
    const folders = new Map<string, string>();
    for (const name of ['changes', 'values', 'facts', 'oldest', 'owner']) {
      for (let at = original.indexOf(name); at >= 0; at = original.indexOf(name, at + 1)) {
        if (!inUse.includes(Math.floor(at / page))) continue;
        const folder = damaged(`${name}-${at}`, (bytes) => bytes.writeUInt8(bytes.readUInt8(at + 3) ^ 1, at + 3));
        folders.set(folder, name);
      }
    }
    const refused = new Set<string>();
    for (const [folder, said = ''] of await read([...folders.keys()])) {
      // Remains of an earlier page mean nothing.
      if (said === 'whole') continue;
      expect(said).to.match(/^refused .*store\.lmdb is damaged: it has something by the name of/);
      refused.add(folders.get(folder) ?? '');
    }
    expect([...refused]).to.have.members(['changes', 'values', 'facts', 'oldest', 'owner']);
  });

  it('may have been made a moment ago, by a process that was killed at once', async () => {
    const folder = path.join(program.folder, 'new');
    mkdirSync(folder);
    const how = { path: path.join(folder, 'store.lmdb'), noSubdir: true, overlappingSync: false } as const;
    await open(how).close();
    const store = new LmdbStore(new Ledger(folder, 'kubelab'), new RealClock());
    expect(await store.revision()).to.equal(1);
    await store.close();
  });

  it(`says so, or gives what was written, with any of ${damages} bytes changed`, async () => {
    const random = new SeededRandom('damage');
    const words = new Map<string, number>();
    const waiting = Array.from({ length: damages }, (_, n) => n);
    while (waiting.length > 0) {
      const places = new Map<string, string>();
      for (const n of waiting.splice(0, inOneProcess)) {
        // A third in the first bytes of a page; a ninth in those of the first two pages, which tell of all others.
        const number = n % 9 === 0 ? random.int(2) : (random.pick(inUse) ?? 0);
        const at = number * page + random.int(n % 3 === 0 ? 170 : page);
        const value = random.int(3) === 0 ? (original[at] ?? 0) ^ (1 << random.int(8)) : random.int(256);
        const folder = damaged(`${n % inOneProcess}`, (bytes) => bytes.writeUInt8(value, at));
        places.set(folder, `byte ${at} (page ${number}, ${at % page}): ${original[at]} > ${value}`);
      }
      for (const [folder, said = ''] of await read([...places.keys()])) {
        const [what = ''] = said.split(' ');
        words.set(what, (words.get(what) ?? 0) + 1);
        expect(what, `${places.get(folder)}: ${said}`).to.be.oneOf(['whole', 'refused']);
        if (what === 'refused')
          expect(said, places.get(folder)).to.match(/store\.lmdb.*(damaged|cut off).*; .*restore/);
      }
    }
    expect(words.get('refused')).to.be.greaterThan(damages / 10);
  });
});

/** A page is in use when the file without it is damaged. */
function pagesInUse(bytes: Buffer, copy: string): number[] {
  writeFileSync(copy, bytes);
  const file = openSync(copy, 'r+');
  const wiped = Buffer.alloc(page, 0xff);
  const pages = Array.from({ length: Math.floor(bytes.length / page) }, (_, number) => number);
  const used = pages.filter((number) => {
    writeSync(file, wiped, 0, page, number * page);
    const isWhole = attempt(() => checkFile(copy, () => {}));
    writeSync(file, bytes, number * page, page, number * page);
    return !isWhole;
  });
  closeSync(file);
  return used;
}

function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** Objects that come, change and go, and a history whose older part is compacted: pages of all kinds, and free ones. */
async function write(store: LmdbStore): Promise<Written> {
  const put = (n: number, text: string) => store.put(`/registry/pods/default/pod-${n}`, { n, text });
  const all = Array.from({ length: objects }, (_, n) => n);
  for (const start of [0, 0.5]) {
    const part = all.filter((n) => Math.floor((n / objects) * 2) === start * 2);
    await Promise.all(part.map((n) => put(n, 'x'.repeat(n % 40 === 0 ? 9000 : 200))));
  }
  for (let turn = 0; turn < 10; turn += 1) {
    await Promise.all(all.filter((n) => n % 10 === turn).map((n) => put(n, `turn ${turn}`)));
    await Promise.all(all.filter((n) => n % 70 === turn).map((n) => store.delete(`/registry/pods/default/pod-${n}`)));
    await store.compact((await store.revision()) - Math.ceil(objects / 2));
  }
  const revision = await store.revision();
  const after = revision - Math.ceil(objects / 4);
  const events = store.watch('', { after }).pipe(
    takeWhile((event) => event.revision < revision, true),
    toArray(),
  );
  const seen = await firstValueFrom(events);
  const { items } = await store.list('');
  await store.close();
  return {
    ...{ after, revision, items: items.map((item) => JSON.stringify(item)) },
    events: seen.filter(({ type }) => type !== 'progress').map((event) => JSON.stringify(event)),
  };
}
