// Lab 6, lists in order, page by page, and the past that stands still: 6.6 and 6.7.

import type { Stored } from '../../core/contracts/store.ts';
import { type Alone, alone, keysOf, names } from './alone.ts';
import { isSame, operationOf, shownValue } from './words.ts';

/** Capitals sort before small letters, and the smiley's code units before those of the ligature, though its code point is greater. */
const letters = ['B', 'a', '_', 'é', 'Z', '10', '9', '~', '😀', 'ﬀ', 'a/x', 'ab', 'Ab', '-'];

export const inOrder = alone('6.6', async (bench) => {
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

export const thePast = alone('6.7', async (bench) => {
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
