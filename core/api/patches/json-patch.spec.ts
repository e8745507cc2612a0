// JSON patch and merge patch: what the libraries and the RFCs leave to us.

import { expect } from 'chai';
import { ApiError } from '../../model/status.ts';
import { applyJsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';

const refuses = (operations: unknown, code = 422) =>
  expect(() => applyJsonPatch({ data: { a: '1' }, list: [1, 2] }, operations))
    .to.throw(ApiError)
    .with.property('code', code);

describe('JSON patch', () => {
  it('reaches nothing but own properties', () => {
    const keys = Object.keys;
    for (const path of [
      '/constructor/keys',
      '/data/constructor/prototype/x',
      '/data/__proto__/x',
      '/data/toString/x',
      '/list/length',
      '/list/map/x',
    ]) {
      for (const op of ['add', 'replace', 'remove', 'test']) refuses([{ op, path, value: 1 }]);
      refuses([{ op: 'copy', from: path, path: '/data/b' }]);
      refuses([{ op: 'move', from: path, path: '/data/b' }]);
    }
    expect(Object.keys).to.equal(keys);
    expect(({} as { x?: unknown }).x).to.equal(undefined);
  });

  it('says what does not apply', () => {
    const why = (operation: object) => {
      try {
        return applyJsonPatch({ data: { a: '1' } }, [operation]);
      } catch (error) {
        return (error as ApiError).message.replace(
          'the server rejected our request due to an error in our request: ',
          '',
        );
      }
    };
    expect(why({ op: 'replace', path: '/data/b', value: 1 })).to.equal(
      'replace operation does not apply: doc is missing key: /data/b: missing value',
    );
    expect(why({ op: 'add', path: '/spec/__proto__', value: 1 })).to.equal(
      'add operation does not apply: doc is missing path: /spec/__proto__: missing value',
    );
    expect(why({ op: 'test', path: '/data/a', value: '2' })).to.equal('testing value /data/a failed');
  });

  it('adds to lists at a place and at the end', () => {
    const operations = [
      { op: 'add', path: '/list/0', value: 0 },
      { op: 'add', path: '/list/-', value: 3 },
    ];
    expect(applyJsonPatch({ list: [1, 2] }, operations)).to.deep.equal({ list: [0, 1, 2, 3] });
  });

  it('refuses what is no patch, too long a one, and one that blows the object up', () => {
    refuses({}, 400);
    refuses([null]);
    refuses([{ op: 'nonsense', path: '/data/a' }]);
    refuses([{ op: 'add', path: 7 }]);
    refuses(
      Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/data/a', value: '1' })),
      413,
    );
    refuses(Array.from({ length: 40 }, (_, i) => ({ op: 'copy', from: '/data', path: `/data/c${i}` })));
  });
});

describe('merge patch', () => {
  it('does as RFC 7386 says', () => {
    const cases: [unknown, unknown, unknown][] = [
      [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
      [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
      [{ a: 'b' }, { a: null }, {}],
      [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
      [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
      [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
      [['a'], { a: 'b' }, { a: 'b' }],
      [{ e: null }, { a: 1 }, { e: null, a: 1 }],
      [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    ];
    for (const [target, patch, result] of cases) expect(mergePatch(target, patch)).to.deep.equal(result);
  });

  it('treats every key as data', () => {
    const patched = mergePatch({}, JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":{"y":1}}}'));
    expect(JSON.stringify(patched)).to.equal('{"__proto__":{"x":1},"constructor":{"prototype":{"y":1}}}');
    expect(({} as { x?: unknown }).x).to.equal(undefined);
  });
});
