import { expect } from 'chai';
import fc from 'fast-check';
import { type KubeObject, keyOf } from '../model/meta.ts';
import { ObjectCache } from './object-cache.ts';

const object = (name: string, values: readonly string[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name,
    namespace: `ns-${name.length % 2}`,
    uid: name,
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    annotations: { values: values.join() },
  },
});
const valuesOf = ({ metadata }: KubeObject) => (metadata.annotations?.values ?? '').split(',').filter(Boolean);

describe('ObjectCache', () => {
  it('has indexes that agree with its objects, after any changes', () => {
    const value = fc.constantFrom('x', 'y', 'z', 'constructor', '__proto__');
    const change = fc.record({
      name: fc.constantFrom('a', 'bb', 'c', 'dd', '__proto__'),
      values: fc.option(fc.uniqueArray(value)),
      late: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const cache = new ObjectCache<KubeObject>();
        const model = new Map<string, KubeObject>();
        cache.index('value', valuesOf);
        for (const { name, values, late } of changes) {
          const one = object(name, values ?? []);
          if (values) model.set(keyOf(one), one);
          else model.delete(keyOf(one));
          if (values) cache.set(one);
          else cache.remove(one);
          if (late) cache.index('late', (object) => valuesOf(object));
        }
        cache.index('late', valuesOf);
        expect(cache.all()).to.have.members([...model.values()]);
        expect(cache.size).to.equal(model.size);
        for (const name of ['value', 'late']) {
          for (const wanted of ['x', 'y', 'z', 'constructor', '__proto__', 'never']) {
            const filed = [...model.values()].filter((one) => valuesOf(one).includes(wanted));
            expect(cache.by(name, wanted)).to.have.members(filed);
          }
        }
        const inNamespace = [...model.values()].filter(({ metadata }) => metadata.namespace === 'ns-1');
        expect(cache.inNamespace('ns-1')).to.have.members(inNamespace);
      }),
    );
  });

  it('keeps objects in the order in which they came', () => {
    const cache = new ObjectCache<KubeObject>();
    cache.index('value', valuesOf);
    for (const name of ['a', 'bb', 'c']) cache.set(object(name, ['x']));
    cache.set(object('a', ['x', 'y']));
    const names = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name);
    expect(names(cache.all())).to.deep.equal(['a', 'bb', 'c']);
    expect(names(cache.by('value', 'x'))).to.deep.equal(['a', 'bb', 'c']);
  });

  it('outlives an indexer that throws, and tells of it once', () => {
    const cache = new ObjectCache<KubeObject>();
    const told: unknown[] = [];
    const { error } = console;
    console.error = (...words: unknown[]) => void told.push(words[0]);
    try {
      cache.index('wrong', (one) => {
        if (one.metadata.name === 'bad') throw new TypeError('no such field');
        return ['x'];
      });
      for (const name of ['good', 'bad']) cache.set(object(name, []));
      cache.set(object('bad', []));
      expect(cache.by('wrong', 'x').map(({ metadata }) => metadata.name)).to.deep.equal(['good']);
      expect(cache.remove(object('bad', []))).to.equal(true);
    } finally {
      console.error = error;
    }
    expect(told).to.have.length(1);
    expect(told[0]).to.match(/^index "wrong" failed at .*bad; this is a bug in the indexer:$/);
  });

  it('shares one index among those who file by the same function', () => {
    const cache = new ObjectCache<KubeObject>();
    const sample = object('web', []);
    let asked = 0;
    const byName = ({ metadata }: KubeObject) => {
      asked += 1;
      return [metadata.name];
    };
    cache.index('name', byName);
    cache.index('other', byName);
    cache.set(sample);
    expect(asked).to.equal(1);
    expect(cache.by('other', sample.metadata.name)).to.deep.equal([sample]);
    cache.remove(sample);
    expect(cache.by('name', sample.metadata.name)).to.deep.equal([]);
  });
});
