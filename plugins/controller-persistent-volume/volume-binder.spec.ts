import { expect } from 'chai';
import type { VolumeProvisioner } from '../../core/contracts/volume-provisioner.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { Nodes } from '../../core/model/node.ts';
import type { PersistentVolume } from '../../core/model/persistent-volume.ts';
import { Pods } from '../../core/model/pod.ts';
import type { ControlPlane } from '../../core/testing/control-plane.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { makePod } from '../../core/testing/objects.ts';
import { TestWorld } from '../../core/testing/test-world.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { VolumeBinder } from './volume-binder.ts';
import { Storage } from './world.fixture.ts';

const binderOf = ({ faulty: client, clock, random }: ControlPlane, provisioners: readonly VolumeProvisioner[] = []) => {
  const recorder = new EventRecorder({ client, clock, random, component: 'persistentvolume-controller' });
  return new VolumeBinder({ client, clock, recorder, provisioners });
};

/** Makes volumes that exist on paper. */
class Paper implements VolumeProvisioner {
  readonly name = 'example.com/paper';
  readonly made: string[] = [];
  readonly deleted: string[] = [];
  failure: string | undefined;

  async provision({ volumeName, node }: Parameters<VolumeProvisioner['provision']>[0]) {
    if (this.failure) throw new Error(this.failure);
    this.made.push(`${volumeName.slice(0, 4)} on ${node?.metadata.name ?? 'any node'}`);
    return { hostPath: { path: `/tmp/${volumeName}` } };
  }

  async delete({ metadata }: PersistentVolume) {
    this.deleted.push(metadata.name.slice(0, 4));
  }
}

describeController('persistentvolume-binder', () => ({
  store: (clock) => new MemoryStore(clock),
  make: binderOf,
  begin: async ({ client }) => {
    const storage = new Storage(client);
    for (const size of ['3Gi', '2Gi', '1Gi']) await storage.volume(`disk-${size[0]}`, size);
    for (const size of ['2Gi', '1Gi', '3Gi']) await storage.claim(`data-${size[0]}`, size);
  },
  holds: async ({ client }) => {
    const { items } = await new Storage(client).claims.list();
    return items.length === 3 && items.every(({ status }) => status?.phase === 'Bound');
  },
}));

describe('persistentvolume-binder', () => {
  let world: TestWorld;
  let storage: Storage;
  let paper: Paper;

  beforeEach(async () => {
    world = new TestWorld((clock) => new MemoryStore(clock));
    storage = new Storage(world.client);
    paper = new Paper();
    await world.namespace('default');
    await world.run(binderOf(world, [paper]));
  });
  afterEach(() => world.close());

  it('binds a claim to the smallest volume that will do, and both say so', async () => {
    await storage.volume('big', '10Gi');
    await storage.volume('middle', '5Gi');
    await storage.volume('small', '1Gi');
    await world.settle();
    expect(await storage.phaseOf('middle')).to.equal('Available');
    const { metadata } = await storage.claim('data', '3Gi');
    await world.settle();
    const claim = await storage.claims.get('data');
    expect(claim.spec.volumeName).to.equal('middle');
    expect(claim.status).to.deep.equal({
      phase: 'Bound',
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '5Gi' },
    });
    expect(claim.metadata.annotations).to.deep.equal({
      'pv.kubernetes.io/bind-completed': 'yes',
      'pv.kubernetes.io/bound-by-controller': 'yes',
    });
    const volume = await storage.volumes.get('middle');
    expect(volume.spec.claimRef).to.deep.include({ namespace: 'default', name: 'data', uid: metadata.uid });
    expect(volume.metadata.annotations).to.deep.equal({ 'pv.kubernetes.io/bound-by-controller': 'yes' });
    expect(await storage.phaseOf('middle')).to.equal('Bound');
    expect(await storage.phaseOf('big')).to.equal('Available');
  });

  it('looks at class, labels, access modes and volume mode', async () => {
    await storage.volume('classy', '1Gi', { storageClassName: 'fast' });
    await storage.volume('labelled', '1Gi', {}, { tier: 'gold' });
    await storage.volume('shared', '1Gi', { accessModes: ['ReadWriteOnce', 'ReadWriteMany'] });
    await storage.volume('raw', '1Gi', { volumeMode: 'Block' });
    await storage.claim('a', '1Gi', { storageClassName: 'fast' });
    await storage.claim('b', '1Gi', { selector: { matchLabels: { tier: 'gold' } } });
    await storage.claim('c', '1Gi', { accessModes: ['ReadWriteMany'] });
    await storage.claim('d', '1Gi', { volumeMode: 'Block' });
    await storage.claim('e', '1Gi', { selector: { matchLabels: { tier: 'silver' } } });
    await world.settle();
    const states = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => storage.stateOf(name)));
    expect(states).to.deep.equal([
      'Bound to classy',
      'Bound to labelled',
      'Bound to shared',
      'Bound to raw',
      'Pending',
    ]);
  });

  it('gives no volume to two claims, however many come at once', async () => {
    for (let at = 0; at < 20; at += 1) await storage.volume(`disk-${at}`, '1Gi');
    for (let at = 0; at < 20; at += 1) await storage.claim(`data-${at}`, '1Gi');
    await world.settle();
    const { items } = await storage.claims.list();
    expect(new Set(items.map(({ spec }) => spec.volumeName)).size).to.equal(20);
    expect(items.every(({ status }) => status?.phase === 'Bound')).to.equal(true);
  });

  it('keeps a volume for the claim that it names, and a claim for the volume that it names', async () => {
    await storage.volume('kept', '9Gi', { claimRef: { namespace: 'default', name: 'mine' } });
    await storage.volume('free', '1Gi');
    await world.settle();
    expect(await storage.phaseOf('kept')).to.equal('Available');
    await storage.claim('other', '5Gi');
    await storage.claim('mine', '1Gi');
    await storage.claim('named', '1Gi', { volumeName: 'free' });
    await world.settle();
    expect(await storage.stateOf('mine')).to.equal('Bound to kept');
    expect(await storage.stateOf('named')).to.equal('Bound to free');
    expect(await storage.stateOf('other')).to.equal('Pending');
    expect(await storage.newsOf('other')).to.deep.equal([
      'Normal FailedBinding: no persistent volumes available for this claim and no storage class is set',
    ]);
    const { metadata } = await storage.volumes.get('kept');
    expect(metadata.annotations ?? {}).to.deep.equal({});
  });

  it('says why a volume that a claim names is not for it', async () => {
    await storage.volume('tiny', '1Gi');
    await storage.volume('taken', '1Gi', { claimRef: { namespace: 'default', name: 'else' } });
    await storage.claim('big', '2Gi', { volumeName: 'tiny' });
    await storage.claim('late', '1Gi', { volumeName: 'taken' });
    await storage.claim('early', '1Gi', { volumeName: 'none-yet' });
    await world.settle();
    expect(await storage.newsOf('big')).to.include(
      'Warning VolumeMismatch: Cannot bind to requested volume "tiny": requested PV is too small',
    );
    expect(await storage.newsOf('late')).to.include(
      'Warning FailedBinding: volume "taken" already bound to a different claim.',
    );
    expect(await storage.newsOf('early')).to.deep.equal([]);
    await storage.volume('none-yet', '1Gi');
    await world.settle();
    expect(await storage.stateOf('early')).to.equal('Bound to none-yet');
  });

  it('lets go of a volume whose claim is gone, and what is on it stays', async () => {
    await storage.volume('disk', '1Gi');
    await storage.claim('data', '1Gi');
    await world.settle();
    await storage.claims.delete('data');
    await world.settle();
    expect(await storage.phaseOf('disk')).to.equal('Released');
    await storage.claim('data', '1Gi');
    await world.settle();
    expect(await storage.stateOf('data')).to.equal('Pending');
    // An administrator who has cleaned it gives it back.
    await storage.volumes.patch('disk', { spec: { claimRef: null } });
    await world.settle();
    expect(await storage.stateOf('data')).to.equal('Bound to disk');
  });

  it('calls a claim lost whose volume is gone', async () => {
    await storage.volume('disk', '1Gi');
    await storage.claim('data', '1Gi');
    await world.settle();
    await storage.volumes.delete('disk');
    await world.settle();
    expect(await storage.stateOf('data')).to.equal('Lost to disk');
    expect(await storage.newsOf('data')).to.deep.equal([
      'Warning ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!',
    ]);
  });

  it('marks as Failed what should be deleted or recycled and cannot be', async () => {
    await storage.volume('delete', '1Gi', { persistentVolumeReclaimPolicy: 'Delete' });
    await storage.volume('recycle', '2Gi', { persistentVolumeReclaimPolicy: 'Recycle' });
    await storage.claim('a', '1Gi');
    await storage.claim('b', '2Gi');
    await world.settle();
    await storage.claims.delete('a');
    await storage.claims.delete('b');
    await world.settle();
    expect(await storage.phaseOf('delete')).to.equal('Failed');
    expect(await storage.newsOf('delete')).to.deep.equal([
      'Warning VolumeFailedDelete: error getting deleter volume plugin for volume "delete": no deletable volume plugin matched',
    ]);
    expect(await storage.newsOf('recycle')).to.deep.equal([
      'Warning VolumeFailedRecycle: No recycler plugin found for the volume!',
    ]);
  });

  it('leaves a claim whose class waits for a pod to the scheduler, and binds what it has chosen', async () => {
    const waiting = { volumeBindingMode: 'WaitForFirstConsumer' };
    await storage.storageClass('local', 'kubernetes.io/no-provisioner', waiting);
    await storage.volume('disk', '1Gi', { storageClassName: 'local' });
    const { metadata } = await storage.claim('data', '1Gi', { storageClassName: 'local' });
    await world.settle();
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    const { uid: _u, resourceVersion: _r, ...web } = makePod('web').metadata;
    await world.client
      .of(Pods)
      .in('default')
      .create({ ...makePod('web', { volumes }), metadata: web });
    await world.settle();
    expect(await storage.stateOf('data')).to.equal('Pending');
    expect(await storage.newsOf('data')).to.deep.equal([
      'Normal WaitForFirstConsumer: waiting for first consumer to be created before binding',
      'Normal WaitForPodScheduled: waiting for pod web to be scheduled',
    ]);
    const claimRef = { kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data', uid: metadata.uid };
    await storage.volumes.patch('disk', { spec: { claimRef } });
    await world.settle();
    expect(await storage.stateOf('data')).to.equal('Bound to disk');
  });

  it('gives the default class to a claim that came before it', async () => {
    await storage.claim('data', '1Gi');
    await world.settle();
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    await storage.storageClass('paper', 'example.com/paper', { metadata: { name: 'paper', annotations } });
    await world.settle();
    const { spec, status } = await storage.claims.get('data');
    expect(spec.storageClassName).to.equal('paper');
    expect(status?.phase).to.equal('Bound');
  });

  it('has a volume made, and taken away again', async () => {
    await storage.storageClass('paper', 'example.com/paper', { mountOptions: ['ro'] });
    const { metadata } = await storage.claim('data', '1Gi', { storageClassName: 'paper' });
    await world.settle();
    const name = `pvc-${metadata.uid}`;
    expect(await storage.stateOf('data')).to.equal(`Bound to ${name}`);
    const volume = await storage.volumes.get(name);
    expect(volume.spec).to.include({ persistentVolumeReclaimPolicy: 'Delete', storageClassName: 'paper' });
    expect(volume.metadata.annotations).to.deep.equal({
      'pv.kubernetes.io/bound-by-controller': 'yes',
      'pv.kubernetes.io/provisioned-by': 'example.com/paper',
    });
    expect(await storage.newsOf('data')).to.deep.equal([
      `Normal ProvisioningSucceeded: Successfully provisioned volume ${name} using example.com/paper`,
    ]);
    await storage.claims.delete('data');
    await world.settle();
    expect((await storage.volumes.list()).items).to.deep.equal([]);
    expect([paper.made, paper.deleted]).to.deep.equal([['pvc- on any node'], ['pvc-']]);
  });

  it('tells what went wrong with it, gives the node back, and tries again', async () => {
    paper.failure = 'out of paper';
    await storage.storageClass('paper', 'example.com/paper', { volumeBindingMode: 'WaitForFirstConsumer' });
    await world.client.of(Nodes).create({ metadata: { name: 'node-1' }, spec: {} });
    await storage.claim(
      'data',
      '1Gi',
      { storageClassName: 'paper' },
      { 'volume.kubernetes.io/selected-node': 'node-1' },
    );
    await world.settle();
    expect(await storage.newsOf('data')).to.include(
      'Warning ProvisioningFailed: failed to provision volume with StorageClass "paper": out of paper',
    );
    const { metadata } = await storage.claims.get('data');
    expect(metadata.annotations).not.to.have.property('volume.kubernetes.io/selected-node');
    paper.failure = undefined;
    await storage.claims.patch('data', {
      metadata: { annotations: { 'volume.kubernetes.io/selected-node': 'node-1' } },
    });
    await world.settle();
    expect(paper.made).to.deep.equal(['pvc- on node-1']);
    expect(await storage.stateOf('data')).to.match(/^Bound/);
  });

  it("waits for a provisioner of somebody else's, and says so", async () => {
    await storage.storageClass('cloud', 'ebs.csi.aws.com');
    await storage.storageClass('manual', 'kubernetes.io/no-provisioner');
    for (const name of ['cloud', 'manual', 'nowhere']) await storage.claim(name, '1Gi', { storageClassName: name });
    await world.settle();
    expect(await storage.newsOf('cloud')).to.include(
      "Normal ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'ebs.csi.aws.com' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
    );
    expect((await storage.claims.get('cloud')).metadata.annotations).to.deep.equal({
      'volume.beta.kubernetes.io/storage-provisioner': 'ebs.csi.aws.com',
      'volume.kubernetes.io/storage-provisioner': 'ebs.csi.aws.com',
    });
    expect(await storage.newsOf('manual')).to.deep.equal([
      'Warning ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner',
    ]);
    expect(await storage.newsOf('nowhere')).to.deep.equal([
      'Warning ProvisioningFailed: storageclass.storage.k8s.io "nowhere" not found',
    ]);
  });
});
