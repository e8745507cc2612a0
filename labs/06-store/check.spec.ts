// What lab 6 asks of a store: first by itself, easiest first, then side by side with the store of reference on random work,
// then as the store of a whole cluster.

import { Conflict, KeyNotFound, type Stored } from '../../core/contracts/store.ts';
import { describeLab } from '../kit/describe-lab.ts';
import type { Lab } from '../kit/lab.ts';
import { type Alone, alone, keysOf } from './alone.ts';
import { sideBySide } from './side-by-side.ts';
import { wholeCluster } from './whole-cluster.ts';
import { isSame, operationOf, shown, shownValue } from './words.ts';

const names = (bench: Alone, count: number): string[] =>
  bench.random.shuffle(['/a', '/b', '/c', '/d/x', '/d/y', '/e', '/ä', '/f']).slice(0, count);

const keeps = alone('6.1', async (bench) => {
  const { random } = bench;
  // Every object of JavaScript has some of these names already.
  const odd = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  for (const key of odd) await answers(bench, undefined, 'get', key);
  const held = new Map<string, object>();
  const keys = [...odd, ...names(bench, 4), '/'];
  for (let times = 0; times < 30; times += 1) {
    const key = random.pick(keys)!;
    if (random.int(4) === 0 && held.delete(key)) {
      await bench.done('delete', key);
    } else {
      const value = JSON.parse(`{"n":${times},"__proto__":{"list":[1,true,"ü😀"]}}`) as object;
      held.set(key, value);
      await bench.done('put', key, value);
    }
    const asked = random.pick(keys)!;
    await answers(bench, held.get(asked), 'get', asked);
  }
  const { items } = await bench.done('list', '');
  const have = items.map(({ key }) => key).sort();
  const want = [...held.keys()].sort();
  if (!isSame(have, want)) bench.fail('all', { have: shownValue(have), want: shownValue(want) }, 'list');
});

/** get() finds this value, or nothing. */
async function answers(bench: Alone, want: object | undefined, method: 'get', key: string): Promise<void> {
  const stored = await bench.done(method, key);
  if (isSame(stored?.value, want)) return;
  const values = { operation: operationOf(method, [key]), have: shownValue(stored?.value), want: shownValue(want) };
  bench.fail('value', values, method, key);
}

const oneNumber = alone('6.2', async (bench) => {
  const { random } = bench;
  const living = new Map<string, Stored>();
  const keys = names(bench, 5);
  let last = bench.origin;
  if (last < 1) bench.fail('origin', { have: last }, 'revision');
  for (let times = 0; keys.length > 0; times += 1) {
    const key = random.pick(keys)!;
    const known = living.get(key);
    // A key that is deleted stays deleted: new lives are the next check's business.
    const isDelete = known !== undefined && random.int(4) === 0;
    const value = known && random.int(3) === 0 ? known.value : { n: times };
    const operation = isDelete ? operationOf('delete', [key]) : operationOf('put', [key, value]);
    if (isDelete) {
      await bench.done('delete', key);
      living.delete(key);
      keys.splice(keys.indexOf(key), 1);
    } else {
      const have = await bench.done('put', key, value);
      const [createRevision, version] = [known?.createRevision ?? last + 1, (known?.version ?? 0) + 1];
      const want: Stored = { key, value, createRevision, modRevision: last + 1, version };
      if (!isSame(have, want)) {
        bench.fail('numbers', { operation, have: shownValue(have), want: shownValue(want), last }, 'put', key);
      }
      living.set(key, { ...have });
    }
    last += 1;
    const counted = await bench.done('revision');
    if (counted !== last) {
      bench.fail('counter', { operation, have: counted, want: last }, isDelete ? 'delete' : 'put', key);
    }
  }
});

const newLife = alone('6.3', async (bench) => {
  const { random } = bench;
  for (const key of names(bench, 3)) {
    const never = await bench.ask('delete', key);
    if (!('error' in never && never.error instanceof KeyNotFound)) {
      bench.fail('not-found', { operation: operationOf('delete', [key]), have: shown(never) }, 'delete', key);
    }
    for (let life = 0; life < 3; life += 1) {
      let last = await bench.done('put', key, { life });
      const revision = await bench.done('revision');
      if (last.version !== 1 || last.createRevision !== revision) {
        const values = { operation: operationOf('put', [key, { life }]), have: shownValue(last), want: revision };
        bench.fail('born', values, 'put', key);
      }
      for (let times = random.int(3); times > 0; times -= 1) last = await bench.done('put', key, { life, times });
      const given = await bench.done('delete', key);
      if (!isSame(given, last)) {
        bench.fail('given-back', { key, have: shownValue(given), want: shownValue(last) }, 'delete', key);
      }
      const left = await bench.done('get', key);
      if (left) bench.fail('still-there', { key, have: shownValue(left) }, 'get', key);
      const again = await bench.ask('delete', key);
      if ('error' in again && again.error instanceof KeyNotFound) continue;
      bench.fail('not-found', { operation: operationOf('delete', [key]), have: shown(again) }, 'delete', key);
    }
  }
});

const guarded = alone('6.4', async (bench) => {
  const { random } = bench;
  const keys = names(bench, 3);
  const current = new Map<string, Stored>();
  for (let times = 0; times < 30; times += 1) {
    const key = random.pick(keys)!;
    const stands = current.get(key);
    const wrong = stands ? [0, stands.modRevision - 1, stands.modRevision + 1, stands.createRevision] : [1, 3];
    const right = stands?.modRevision ?? 0;
    const expect = random.int(2) === 0 ? right : random.pick(wrong.filter((other) => other !== right))!;
    const isDelete = random.int(4) === 0;
    if (isDelete && expect === 0) continue; // of a key that is not there: the check before this one
    const before = await bench.done('revision');
    const value = { n: times };
    const method = isDelete ? 'delete' : 'put';
    const operation = operationOf(method, isDelete ? [key, { expect }] : [key, value, { expect }]);
    const said = isDelete ? await bench.ask('delete', key, { expect }) : await bench.ask('put', key, value, { expect });
    const standing = stands ? `revision ${stands.modRevision}` : 'no revision: there is no such key';
    if (expect === right) {
      if ('error' in said)
        return bench.fail('held-up', { operation, error: said.error.message, standing }, method, key);
      if (isDelete) current.delete(key);
      else current.set(key, said.answer);
      continue;
    }
    if ('answer' in said || !(said.error instanceof Conflict)) {
      return bench.fail('let-through', { operation, standing, expect, have: shown(said) }, method, key);
    }
    if (!isSame(said.error.current, stands)) {
      const values = { operation, have: shownValue(said.error.current), want: shownValue(stands) };
      bench.fail('current', values, method, key);
    }
    const after = await bench.done('revision');
    const left = await bench.done('get', key);
    if (after === before && isSame(left, stands)) continue;
    const values = { operation, before, after, have: shownValue(left), want: shownValue(stands) };
    bench.fail('trace', values, method, key);
  }
});

const oneWinner = alone('6.5', async (bench) => {
  const { random } = bench;
  for (const key of names(bench, 4)) {
    let stands: Stored | undefined;
    for (let round = 0; round < 4; round += 1) {
      const writers = 2 + random.int(7);
      const expect = stands?.modRevision ?? 0;
      const isDelete = stands !== undefined && random.int(4) === 0;
      const calls = Array.from({ length: writers }, (_, writer) =>
        isDelete && writer % 2 === 0
          ? (['delete', key, { expect }] as const)
          : (['put', key, { round, writer }, { expect }] as const),
      );
      const outcomes = await bench.together(...calls.map((call) => [...call] as ['put', ...unknown[]]));
      const winners = outcomes.filter((outcome) => 'answer' in outcome).length;
      if (winners !== 1) bench.fail('winners', { key, writers, winners, expect }, 'put', key);
      stands = await bench.done('get', key);
    }
    const before = await bench.done('revision');
    const writers = 2 + random.int(5);
    const puts = Array.from({ length: writers }, (_, writer) => ['put', key, { writer }] as ['put', ...unknown[]]);
    const outcomes = (await bench.together(...puts)) as { readonly answer: Stored }[];
    const have = outcomes.map(({ answer }) => answer.modRevision).sort((a, b) => a - b);
    const want = puts.map((_, nth) => before + 1 + nth);
    if (!isSame(have, want)) {
      bench.fail('same-number', { key, writers, have: have.join(', '), want: want.join(', ') }, 'put', key);
    }
  }
});

/** Capitals sort before small letters, and the smiley's code units before those of the ligature, though its code point is greater. */
const letters = ['B', 'a', '_', 'é', 'Z', '10', '9', '~', '😀', 'ﬀ', 'a/x', 'ab', 'Ab', '-'];

const inOrder = alone('6.6', async (bench) => {
  const { random } = bench;
  const keys = random.shuffle(letters.flatMap((name) => [`/p/${name}`, `/pq/${name}`])).slice(0, 18);
  for (const key of keys) await bench.done('put', key, { key });
  const gone = random.shuffle(keys).slice(0, 4);
  for (const key of gone) await bench.done('delete', key);
  const living = keys.filter((key) => !gone.includes(key)).sort();
  const revision = await bench.done('revision');
  for (const prefix of ['/p/', '/p', '/pq/', '', '/none/']) {
    const wanted = living.filter((key) => key.startsWith(prefix));
    const page = await bench.done('list', prefix);
    const values = { operation: operationOf('list', [prefix]), have: keysOf(page).join(' '), want: wanted.join(' ') };
    if (!isSame(keysOf(page), wanted)) bench.fail('order', values, 'list');
    if (page.more || page.revision !== revision) {
      bench.fail('page', { ...values, have: shownValue(page), revision, more: 'false' }, 'list');
    }
    for (let times = 0; times < 4; times += 1) await pages(bench, prefix, wanted, revision);
  }
});

/** A walk, page by page; and a page behind a key that need not be there. */
async function pages(bench: Alone, prefix: string, wanted: readonly string[], revision: number): Promise<void> {
  const limit = 1 + bench.random.int(5);
  let after: string | undefined = bench.random.int(2) === 0 ? undefined : `${prefix}${bench.random.pick(letters)}`;
  for (;;) {
    const options = { limit, ...(after !== undefined && { after }) };
    const rest = wanted.filter((key) => after === undefined || key > after);
    const page = await bench.done('list', prefix, options);
    const more = rest.length > limit;
    const values = { operation: operationOf('list', [prefix, options]), have: shownValue(page) };
    if (!isSame(keysOf(page), rest.slice(0, limit)) || page.more !== more || page.revision !== revision) {
      const want = rest.slice(0, limit).join(' ') || 'nothing';
      bench.fail('page', { ...values, want, revision, more: String(more) }, 'list');
    }
    after = keysOf(page).at(-1);
    if (!more) return;
  }
}

const thePast = alone('6.7', async (bench) => {
  const { random } = bench;
  const keys = names(bench, 5);
  /** What was there after each revision. */
  const history = new Map<number, ReadonlyMap<string, Stored>>([[bench.origin, new Map()]]);
  const answered: { readonly operation: string; readonly answer: Stored; readonly before: string }[] = [];
  let now: ReadonlyMap<string, Stored> = new Map();
  for (let times = 0; times < 25; times += 1) {
    const key = random.pick(keys)!;
    if (now.has(key) && random.int(3) === 0) {
      await bench.done('delete', key);
      now = new Map([...now].filter(([other]) => other !== key));
    } else {
      const answer = await bench.done('put', key, { n: times });
      const copy = JSON.parse(JSON.stringify(answer)) as Stored;
      answered.push({ operation: operationOf('put', [key, { n: times }]), answer, before: shownValue(answer) });
      now = new Map([...now, [key, copy]]);
    }
    history.set(await bench.done('revision'), now);
  }
  for (const { operation, answer, before } of answered) {
    const after = shownValue(answer);
    if (after !== before) bench.fail('rewritten', { operation, before, after }, 'put', answer.key);
  }
  for (const [at, then] of history) {
    const key = random.pick(keys)!;
    const one = await bench.done('get', key, { at });
    const values = { operation: operationOf('get', [key, { at }]), have: shownValue(one), at };
    if (!isSame(one, then.get(key))) bench.fail('past', { ...values, want: shownValue(then.get(key)) }, 'get', key);
    const items = [...then.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    const page = await bench.done('list', '/', { at });
    if (isSame(page, { items, revision: at, more: false })) continue;
    const want = shownValue({ items, revision: at, more: false });
    bench.fail('past', { operation: operationOf('list', ['/', { at }]), have: shownValue(page), want, at }, 'list');
  }
});

export const lab: Lab = {
  number: 6,
  name: 'store',
  hours: 3,
  file: 'store.ts',
  slot: 'Store',
  checks: [keeps, oneNumber, newLife, guarded, oneWinner, inOrder, thePast, sideBySide, wholeCluster],
};
export default lab;

describeLab(lab);
