// What `kubelab store history` tells: a key's life, and the difference between two of its values.

import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { difference } from './difference.ts';
import { keyHistory } from './key-history.ts';

describe('the history of a key', () => {
  it('has every change of the key and of no other, its deletion too', async () => {
    const store = new MemoryStore(new VirtualClock());
    await store.put('/pods/a', { n: 1 });
    await store.put('/pods/ab', { n: 1 });
    await store.put('/pods/a', { n: 2 });
    await store.delete('/pods/a');
    await store.put('/other', {});
    const { first, changes } = await keyHistory(store, '/pods/a');
    expect(first).to.equal(undefined);
    expect(changes.map(({ type, revision }) => `${type} ${revision}`)).to.deep.equal(['put 2', 'put 4', 'delete 5']);
  });

  it('begins where the store still remembers', async () => {
    const store = new MemoryStore(new VirtualClock());
    for (let n = 1; n <= 5; n += 1) await store.put('/a', { n });
    await store.compact(4);
    const { first, changes } = await keyHistory(store, '/a');
    const values = [first, ...changes.map((change) => (change.type === 'put' ? change.stored : undefined))];
    const numbers = values.map((stored) => stored?.value as { n: number }).map(({ n }) => n);
    expect([3, 4, 5].slice(-numbers.length)).to.deep.equal(numbers.slice(-3));
    expect(numbers).to.include.members([4, 5]).and.not.to.include(1);
    await store.put('/b', {});
    await store.compact(await store.revision());
    const later = await keyHistory(store, '/a');
    expect(later.changes).to.deep.equal([]);
    expect(later.first?.value).to.deep.equal({ n: 5 });
  });

  it('is empty for a key that nobody ever put, also in a new store', async () => {
    const store = new MemoryStore(new VirtualClock());
    expect((await keyHistory(store, '/a')).changes).to.deep.equal([]);
    await store.put('/b', {});
    expect((await keyHistory(store, '/a')).changes).to.deep.equal([]);
  });
});

describe('a difference', () => {
  const cases: readonly (readonly [string, unknown, unknown, readonly string[]])[] = [
    ['nothing', { a: { b: [1] } }, { a: { b: [1] } }, []],
    ['a field that came', { spec: {} }, { spec: { nodeName: 'node-1' } }, ['+ spec.nodeName: node-1']],
    ['a field that went', { a: 1, b: 2 }, { a: 1 }, ['- b: 2']],
    [
      'a value that changed',
      { status: { phase: 'Pending' } },
      { status: { phase: 'Running' } },
      ['~ status.phase: Pending -> Running'],
    ],
    ['a whole object that came', {}, { a: { b: { c: 'x y' }, d: [] } }, ['+ a.b.c: "x y"', '+ a.d: []']],
    [
      'items by position',
      { list: [{ type: 'A' }] },
      { list: [{ type: 'B' }, 1] },
      ['~ list[0].type: A -> B', '+ list[1]: 1'],
    ],
    ['a field of another sort', { a: { b: 1 } }, { a: 'text' }, ['- a.b: 1', '+ a: text']],
    [
      'keys with dots, and __proto__',
      { m: {} },
      { m: JSON.parse('{"a.b/c":"1","__proto__":"x"}') },
      ['+ m."a.b/c": 1', '+ m.__proto__: x'],
    ],
  ];
  for (const [what, before, after, lines] of cases) {
    it(`tells ${what}`, () => expect(difference(before, after)).to.deep.equal(lines));
  }
});
