// VolumeBinding, VolumeRestrictions and VolumeZone: the cases of Kubernetes' documentation of persistent volumes.

import { expect } from 'chai';
import type { KubeObject } from '../../../model/meta.ts';
import type { PersistentVolume } from '../../../model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../model/persistent-volume-claim.ts';
import type { StorageClass } from '../../../model/storage-class.ts';
import { makeNode, makePod } from '../../../testing/objects.ts';
import { fitError } from '../../refusals.ts';
import { Snapshot } from '../../snapshot.ts';
import { makeBoundClaim, makeClaim, makeClass, makeVolume, podWithClaims } from '../../volumes/storage.fixture.ts';
import { defaultProfile } from '../default-profile.ts';
import { FrameworkScheduler } from '../framework-scheduler.ts';
import { volumeBinding } from './volume-binding.ts';

describe('filters of volumes', () => {
  let view: Snapshot;
  let scheduler: FrameworkScheduler;

  beforeEach(() => {
    view = new Snapshot();
    scheduler = new FrameworkScheduler({ name: 'default', ...defaultProfile() });
    for (const name of ['a', 'b', 'c'])
      view.setNode(makeNode(name, {}, { 'topology.kubernetes.io/zone': `zone-${name}` }));
    give(makeClass('local'), makeClass('fast', 'Immediate', 'example.com/disks'));
  });

  const give = (...objects: KubeObject[]) => {
    for (const object of objects) {
      const { name, namespace } = object.metadata;
      if (object.kind === 'PersistentVolume') view.storage.setVolume(name, object as PersistentVolume);
      else if (object.kind === 'StorageClass') view.storage.setStorageClass(name, object as StorageClass);
      else view.storage.setClaim(`${namespace}/${name}`, object as PersistentVolumeClaim);
    }
  };
  /** The node, or what the pod is told. */
  const place = (...claims: string[]): string => {
    const placement = scheduler.place(podWithClaims('web', ...claims), view);
    if ('node' in placement) return placement.node;
    const { postFilterMessage: _, ...rest } = placement;
    return fitError(view.nodes.length, placement.unschedulable, rest);
  };

  it('have nothing to say of pods without claims', () => {
    expect(volumeBinding.preFilter(makePod('web', { volumes: [{ name: 'tmp', emptyDir: {} }] }), view)).to.equal(
      undefined,
    );
    expect(volumeBinding.preFilter(makePod('web'), view)).to.equal(undefined);
  });

  it('refuse all nodes for a claim that is missing, lost or on its way out', () => {
    expect(place('data')).to.equal('0/3 nodes are available: persistentvolumeclaim "data" not found.');
    give({ ...makeBoundClaim('data', 'disk'), status: { phase: 'Lost' } } as KubeObject);
    expect(place('data')).to.equal(
      '0/3 nodes are available: persistentvolumeclaim "data" bound to non-existent persistentvolume "disk".',
    );
    const going = makeClaim('data', '1Gi');
    give({ ...going, metadata: { ...going.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    expect(place('data')).to.equal('0/3 nodes are available: persistentvolumeclaim "data" is being deleted.');
    const pod = makePod('web', { volumes: [{ name: 'scratch', ephemeral: {} }] });
    expect(scheduler.place(pod, view)).to.deep.include({
      preFilterMessage: 'waiting for ephemeral volume controller to create the persistentvolumeclaim "web-scratch"',
    });
  });

  it('wait for claims that should be bound at once', () => {
    const waits = '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.';
    give(makeClaim('data', '1Gi', { storageClassName: 'fast' }));
    expect(place('data')).to.equal(waits);
    give(makeClaim('named', '1Gi', { volumeName: 'disk' }));
    expect(place('named')).to.equal(waits);
    const placement = scheduler.place(podWithClaims('web', 'data'), view);
    expect(placement).to.have.property('retryOn').that.includes('ClaimChanged').and.not.includes('PodGone');
  });

  it('a bound claim: the pod goes where its volume is', () => {
    give(makeVolume('disk', '1Gi', ['b']), makeBoundClaim('data', 'disk'));
    expect(place('data')).to.equal('b');
    give(makeVolume('disk', '1Gi', ['elsewhere']));
    expect(place('data')).to.equal('0/3 nodes are available: 3 node(s) had volume node affinity conflict.');
    give(makeBoundClaim('data', 'gone'));
    expect(place('data')).to.equal(
      '0/3 nodes are available: 3 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s).',
    );
  });

  it('a claim that waits: the pod goes where a volume is free that will do', () => {
    give(makeVolume('small', '1Gi', ['a']), makeVolume('big', '10Gi', ['c']), makeClaim('data', '5Gi'));
    expect(place('data')).to.equal('c');
    give(makeClaim('data', '50Gi'));
    expect(place('data')).to.equal(
      "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind.",
    );
  });

  it('counts a node once, under the first filter that refuses it', () => {
    view.setNode(makeNode('a', { unschedulable: true }));
    give(makeClaim('data', '1Gi'));
    expect(place('data')).to.equal(
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't find available persistent volumes to bind.",
    );
  });

  it('two claims need two volumes on the same node', () => {
    give(makeVolume('a-1', '1Gi', ['a']), makeVolume('b-1', '1Gi', ['b']), makeVolume('b-2', '5Gi', ['b']));
    // The smaller claim chooses first, or the greater one would find nothing.
    give(makeClaim('big', '5Gi'), makeClaim('little', '1Gi'));
    expect(place('big', 'little')).to.equal('b');
    give(makeVolume('b-2', '5Gi', ['b'], { storageClassName: 'other' }));
    expect(place('big', 'little')).to.contain("didn't find available persistent volumes");
  });

  it('a bound one and one that waits: both reasons are told', () => {
    give(makeVolume('far', '1Gi', ['elsewhere']), makeBoundClaim('data', 'far'), makeClaim('more', '1Gi'));
    expect(place('data', 'more')).to.equal(
      "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind, 3 node(s) had volume node affinity conflict.",
    );
  });

  it('keep to selector, access modes, class and volume mode, and to what is free', () => {
    const wrong: [Partial<PersistentVolume['spec']>, Partial<PersistentVolumeClaim['spec']>][] = [
      [{}, { selector: { matchLabels: { tier: 'gold' } } }],
      [{}, { accessModes: ['ReadWriteMany'] }],
      [{ storageClassName: 'other' }, {}],
      [{ volumeMode: 'Block' }, {}],
      [{ claimRef: { namespace: 'default', name: 'else' } }, {}],
    ];
    for (const [volume, claim] of wrong) {
      give(makeVolume('disk', '1Gi', ['a'], volume), makeClaim('data', '1Gi', claim));
      expect(place('data'), JSON.stringify([volume, claim])).to.contain("didn't find available");
    }
    give(makeVolume('disk', '1Gi', ['b'], {}, { tier: 'gold' }));
    give(makeClaim('data', '1Gi', { selector: { matchLabels: { tier: 'gold' } } }));
    expect(place('data')).to.equal('b');
    give({ ...makeVolume('disk', '1Gi', ['b']), status: { phase: 'Released' } } as KubeObject);
    give(makeClaim('data', '1Gi'));
    expect(place('data')).to.contain("didn't find available");
  });

  it('a volume that is kept for the claim is the one', () => {
    const claimRef = { namespace: 'default', name: 'data', uid: 'uid-data' };
    give(makeVolume('kept', '9Gi', ['c'], { claimRef }), makeVolume('free', '1Gi', ['a']), makeClaim('data', '1Gi'));
    expect(place('data')).to.equal('c');
  });

  it('where nothing is free one may be made: by whom, and where, says the class', () => {
    const zones = (...values: string[]) => [
      { matchLabelExpressions: [{ key: 'topology.kubernetes.io/zone', values }] },
    ];
    give(makeClass('made', 'WaitForFirstConsumer', 'example.com/disks', { allowedTopologies: zones('zone-b') }));
    give(makeClaim('data', '1Gi', { storageClassName: 'made' }));
    expect(place('data')).to.equal('b');
    give(makeClass('made', 'WaitForFirstConsumer', 'example.com/disks', { allowedTopologies: zones('zone-x') }));
    expect(place('data')).to.contain("3 node(s) didn't find available persistent volumes to bind");
  });

  it('a claim for which a node was chosen already stays with it', () => {
    give(makeClass('made', 'WaitForFirstConsumer', 'example.com/disks'));
    give(makeClaim('data', '1Gi', { storageClassName: 'made' }, { 'volume.kubernetes.io/selected-node': 'c' }));
    expect(place('data')).to.equal('c');
  });

  it('a ReadWriteOncePod claim is for one pod', () => {
    give(makeVolume('disk', '1Gi'), {
      ...makeBoundClaim('data', 'disk'),
      spec: { ...makeBoundClaim('data', 'disk').spec, accessModes: ['ReadWriteOncePod'] },
    } as KubeObject);
    expect(place('data')).to.equal('a');
    view.setPod(podWithClaims('first', 'data'), 'b');
    expect(place('data')).to.equal(
      '0/3 nodes are available: 3 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.',
    );
    view.removePod('uid-first');
    expect(place('data')).to.equal('a');
  });

  it('a volume with the label of a zone is for nodes of that zone', () => {
    const labels = { 'topology.kubernetes.io/zone': 'zone-b__zone-x' };
    give(makeVolume('disk', '1Gi', [], {}, labels), makeBoundClaim('data', 'disk'));
    expect(place('data')).to.equal('b');
    give(makeVolume('disk', '1Gi', [], {}, { 'topology.kubernetes.io/zone': 'zone-x' }));
    expect(place('data')).to.equal('0/3 nodes are available: 3 node(s) had no available volume zone.');
  });
});
