// Lab 6, writers that say what they expect, one after the other and all at once: 6.4 and 6.5.

import { Conflict, type Stored } from '../../core/contracts/store.ts';
import { alone, names } from './alone.ts';
import { isSame, operationOf, shown, shownValue } from './words.ts';

export const guarded = alone('6.4', async (bench) => {
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

export const oneWinner = alone('6.5', async (bench) => {
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
