import { expect } from 'chai';
import fc from 'fast-check';
import type { ResourceClient } from '../contracts/api-client.ts';
import type { Change, Informer } from '../contracts/controller.ts';
import type { KubeObject, OwnerReference } from '../model/meta.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { claim, decideClaim } from './claim.ts';
import { canonical, semanticEqual } from './equality.ts';
import { Expectations } from './expectations.ts';
import { itsController, itself, whoeverSelects } from './sources.ts';

const object = (name: string, metadata: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'default',
    uid: `uid-${name}`,
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...metadata,
  },
});
const owner = (kind: string, name: string, controller = true): OwnerReference => ({
  apiVersion: 'v1',
  kind,
  name,
  uid: `uid-${name}`,
  controller,
});
const change = (now: KubeObject, previous?: KubeObject): Change => ({ type: 'apply', object: now, previous });

describe('sources', () => {
  it('itself, its controller, its owners', () => {
    const pod = object('pod', { ownerReferences: [owner('ReplicaSet', 'web'), owner('ReplicaSet', 'other', false)] });
    expect([...itself(change(pod))]).to.deep.equal(['default/pod']);
    expect([...itsController('ReplicaSet')(change(pod))]).to.deep.equal(['default/web']);
    expect([...itsController('Job')(change(pod))]).to.deep.equal([]);
  });

  it('an object taken from its owner wakes both', () => {
    const before = object('pod', { ownerReferences: [owner('ReplicaSet', 'old')] });
    const after = object('pod', { ownerReferences: [owner('ReplicaSet', 'new')] });
    expect([...itsController('ReplicaSet')(change(after, before))]).to.deep.equal(['default/new', 'default/old']);
  });

  it('a relabelled object wakes those who select it, and those who did', () => {
    const services = [object('x'), object('y'), object('z')];
    const informer = { inNamespace: () => services } as unknown as Informer;
    const selecting = whoeverSelects(informer, ({ metadata }, labels) => labels.app === metadata.name);
    const keys = selecting(change(object('pod', { labels: { app: 'x' } }), object('pod', { labels: { app: 'z' } })));
    expect([...keys].sort()).to.deep.equal(['default/x', 'default/z']);
  });
});

describe('Expectations', () => {
  it('hold a key back until all that was done is seen', () => {
    const expectations = new Expectations(new VirtualClock());
    expect(expectations.satisfied('a')).to.equal(true);
    expectations.expectCreations('a', 2);
    expectations.creationObserved('a');
    expect(expectations.satisfied('a')).to.equal(false);
    expect(expectations.satisfied('b')).to.equal(true);
    expectations.creationObserved('a');
    expect(expectations.satisfied('a')).to.equal(true);
    expectations.expectDeletions('a', ['x', 'y']);
    expectations.deletionObserved('a', 'x');
    expectations.deletionObserved('a', 'x');
    expect(expectations.satisfied('a')).to.equal(false);
    expectations.deletionObserved('a', 'y');
    expect(expectations.satisfied('a')).to.equal(true);
  });

  it('are given up after five minutes', async () => {
    const clock = new VirtualClock();
    const expectations = new Expectations(clock);
    expectations.expectCreations('a', 1);
    expect(expectations.patienceLeft('a')).to.equal(300_001);
    await clock.advance(300_001);
    expect(expectations.satisfied('a')).to.equal(true);
    expect(expectations.patienceLeft('a')).to.equal(undefined);
  });
});

describe('decideClaim', () => {
  const web = object('web');
  const mine = { ownerReferences: [{ ...owner('Pod', 'web') }] };
  const going = { deletionTimestamp: '2026-01-01T00:00:00Z' };

  it('keeps, adopts, releases, and leaves alone', () => {
    expect(decideClaim(web, object('a', mine), true)).to.equal('mine');
    expect(decideClaim(web, object('a', mine), false)).to.equal('release');
    expect(decideClaim(web, object('a'), true)).to.equal('adopt');
    expect(decideClaim(web, object('a'), false)).to.equal('not mine');
    expect(decideClaim(web, object('a', { ownerReferences: [owner('Pod', 'other')] }), true)).to.equal('not mine');
  });

  it('takes nothing in and lets nothing go once either is being deleted', () => {
    expect(decideClaim(web, object('a', going), true)).to.equal('not mine');
    expect(decideClaim(object('web', going), object('a'), true)).to.equal('not mine');
    expect(decideClaim(object('web', going), object('a', mine), false)).to.equal('not mine');
  });
});

describe('claim', () => {
  const web = object('web');
  const attempt = async (fresh: KubeObject | undefined) => {
    const patched: string[] = [];
    const client = {
      patch: async (name: string) => object(patched[patched.push(name) - 1] ?? ''),
    } as unknown as ResourceClient<KubeObject>;
    const confirm = async () => fresh;
    const mine = await claim({
      owner: web,
      candidates: [object('a'), object('b')],
      matches: () => true,
      client,
      confirm,
    }).catch(String);
    return { mine: typeof mine === 'string' ? mine : mine.length, patched };
  };

  it('adopts when the API confirms that the owner is there', async () => {
    expect(await attempt(web)).to.deep.equal({ mine: 2, patched: ['a', 'b'] });
  });

  it('adopts nothing for an owner that is gone, replaced, or going, whatever the cache says', async () => {
    const uid = 'another';
    for (const fresh of [
      undefined,
      object('web', { uid }),
      object('web', { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    ]) {
      const { mine, patched } = await attempt(fresh);
      expect(mine).to.match(/^ApiError: (original Pod default\/web is gone|Pod default\/web has just been deleted)/);
      expect(patched).to.deep.equal([]);
    }
  });
});

describe('semanticEqual', () => {
  it('takes absent, undefined and empty for the same', () => {
    expect(semanticEqual({ a: 1, b: [] }, { a: 1, c: undefined, d: {} })).to.equal(true);
    expect(semanticEqual({ a: 0 }, {})).to.equal(false);
    expect(semanticEqual([1, 2], [2, 1])).to.equal(false);
    expect(semanticEqual({ constructor: 'x' }, {})).to.equal(false);
  });

  it('agrees with the canonical text, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(semanticEqual(a, structuredClone(a))).to.equal(true);
        if (canonical(a) === canonical(b)) expect(canonical(b)).to.equal(canonical(a));
        const reversed = JSON.parse(JSON.stringify(a), (_, value) =>
          value && typeof value === 'object' && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).reverse())
            : value,
        );
        expect(canonical(reversed)).to.equal(canonical(a));
      }),
    );
  });
});
