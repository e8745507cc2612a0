import { expect } from 'chai';
import fc from 'fast-check';
import type { PersistentVolume } from '../../model/persistent-volume.ts';
import { bySize, isFree, reaches } from '../../volumes/match.ts';
import { Snapshot } from '../snapshot.ts';
import { AssumedStorage } from './assumed-storage.ts';
import { makeClaim, makeVolume } from './storage.fixture.ts';

const hosts = ['a', 'b', 'c'];
const siteOf = (name: string) => ({ name, labels: { 'kubernetes.io/hostname': name } });

describe('storage of the scheduling snapshot', () => {
  it('knows the free volumes near a node, whatever happened to them', () => {
    const change = fc.record({
      name: fc.constantFrom('v1', 'v2', 'v3', 'v4', 'v5'),
      size: fc.constantFrom('1Gi', '2Gi', '1024Mi'),
      hosts: fc.subarray(hosts),
      storageClassName: fc.constantFrom('local', ''),
      phase: fc.constantFrom('Available', 'Bound'),
      isGone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const { storage } = new Snapshot();
        const all = new Map<string, PersistentVolume>();
        for (const { name, size, phase, isGone, storageClassName, hosts: on } of changes) {
          const volume = { ...makeVolume(name, size, on, { storageClassName }), status: { phase } };
          storage.setVolume(name, isGone ? undefined : volume);
          if (isGone) all.delete(name);
          else all.set(name, volume);
        }
        for (const host of hosts) {
          for (const storageClass of ['local', '']) {
            const found = storage
              .freeVolumes(storageClass, siteOf(host))
              .filter((volume) => reaches(volume, siteOf(host)));
            const wanted = [...all.values()]
              .filter(
                (volume) =>
                  isFree(volume) && volume.spec.storageClassName === storageClass && reaches(volume, siteOf(host)),
              )
              .sort(bySize);
            expect(found).to.deep.equal(wanted);
          }
        }
      }),
    );
  });

  it('counts what is promised, until the API says something newer', () => {
    const { storage } = new Snapshot();
    const assumed = new AssumedStorage(storage);
    const free = makeVolume('disk', '1Gi');
    const at = (resourceVersion: string, volume = free) => ({
      ...volume,
      metadata: { ...volume.metadata, resourceVersion },
    });
    const promised = { ...free, spec: { ...free.spec, claimRef: { namespace: 'default', name: 'data', uid: 'u' } } };
    const claim = makeClaim('data', '1Gi');

    assumed.told({ type: 'apply', object: free, previous: undefined });
    assumed.assume(promised);
    expect(storage.freeVolumes('local', siteOf('a'))).to.deep.equal([]);
    expect(storage.volumesNaming(claim)).to.deep.equal([promised]);
    assumed.told({ type: 'apply', object: at('1'), previous: free });
    expect(storage.volume('disk')).to.equal(promised);
    assumed.undo(promised);
    expect(storage.freeVolumes('local', siteOf('a'))).to.deep.equal([free]);

    assumed.assume(promised);
    const newer = at('2', promised);
    assumed.told({ type: 'apply', object: newer, previous: free });
    assumed.undo(promised);
    expect(storage.volume('disk')).to.equal(newer);

    assumed.assume(at('2', promised));
    assumed.told({ type: 'delete', object: newer, previous: newer });
    expect(storage.volume('disk')).to.equal(undefined);
    expect(storage.volumesNaming(claim)).to.deep.equal([]);
  });
});
