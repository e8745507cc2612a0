// Lab 6, what is put is there, and one number counts every change: 6.1 to 6.3.

import { KeyNotFound, type Stored } from '../../core/contracts/store.ts';
import { type Alone, alone, names } from './alone.ts';
import { isSame, operationOf, shown, shownValue } from './words.ts';

export const keeps = alone('6.1', async (bench) => {
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

export const oneNumber = alone('6.2', async (bench) => {
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

export const newLife = alone('6.3', async (bench) => {
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
