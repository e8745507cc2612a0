// Scheduler and binder together, in virtual time: a pod gets its volumes first, and then its node.

import { expect } from 'chai';
import type { Scheduler } from '../../core/contracts/scheduler.ts';
import type { VolumeProvisioner } from '../../core/contracts/volume-provisioner.ts';
import { ControllerRunner } from '../../core/control/controller-runner.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { Pods } from '../../core/model/pod.ts';
import { defaultProfile } from '../../core/scheduling/framework/default-profile.ts';
import { FrameworkScheduler } from '../../core/scheduling/framework/framework-scheduler.ts';
import { refusals } from '../../core/scheduling/refusals.ts';
import { SchedulingWorld } from '../../core/scheduling/scheduler-loop.fixture.ts';
import { podWithClaims } from '../../core/scheduling/volumes/storage.fixture.ts';
import { makeNode, makePod } from '../../core/testing/objects.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { VolumeBinder } from './volume-binder.ts';
import { Storage } from './world.fixture.ts';

const waits = { volumeBindingMode: 'WaitForFirstConsumer' };

/** Reached from that node alone. */
const on = (node: string) => ({
  storageClassName: 'local',
  local: { path: '/mnt/disk' },
  nodeAffinity: {
    required: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }],
    },
  },
});

describe('scheduler and volumes', () => {
  let world: SchedulingWorld;
  let storage: Storage;
  let endBinder: () => Promise<void>;

  beforeEach(async () => {
    world = new SchedulingWorld();
    storage = new Storage(world.client);
    endBinder = async () => {};
    await world.join(makeNode('a'), makeNode('b'), makeNode('c'));
    await storage.storageClass('local', 'kubernetes.io/no-provisioner', waits);
  });
  afterEach(async () => {
    await endBinder();
    await world.stop();
    expect(world.clock.next, 'a timer is left').to.equal(undefined);
  });

  const theDefault = () => new FrameworkScheduler({ name: 'default', ...defaultProfile() });
  const start = (scheduler: Scheduler = theDefault()) => world.start({ scheduler });
  const bindVolumes = async (...provisioners: VolumeProvisioner[]) => {
    const { client, clock } = world;
    const random = new SeededRandom('binder');
    const recorder = new EventRecorder({ client, clock, random, component: 'persistentvolume-controller' });
    const controller = new VolumeBinder({ client, clock, recorder, provisioners });
    const runner = new ControllerRunner({ client, clock, random, controller });
    endBinder = () => runner.stop();
    const started = runner.start();
    await clock.settle();
    await started;
  };
  const pass = (milliseconds = 2000) => world.clock.advance(milliseconds);

  it('a pod lands where its volume is, bound before the pod is', async () => {
    await bindVolumes();
    await start();
    await storage.volume('disk-c', '1Gi', on('c'));
    await storage.claim('data', '1Gi', { storageClassName: 'local' });
    await pass();
    expect(await storage.stateOf('data')).to.equal('Pending');
    await world.create(podWithClaims('web', 'data'));
    await pass();
    expect(await world.nodeOf('web')).to.equal('c');
    expect(await storage.stateOf('data')).to.equal('Bound to disk-c');
  });

  it('as many pods as there are volumes find one each, and the next one waits until there is another', async () => {
    await bindVolumes();
    await start();
    for (const node of ['a', 'b', 'c']) await storage.volume(`disk-${node}`, '1Gi', on(node));
    for (const at of [0, 1, 2, 3]) await storage.claim(`data-${at}`, '1Gi', { storageClassName: 'local' });
    for (const at of [0, 1, 2, 3]) await world.create(podWithClaims(`web-${at}`, `data-${at}`));
    await pass();
    const nodes = await Promise.all([0, 1, 2].map((at) => world.nodeOf(`web-${at}`)));
    expect(new Set(nodes).size).to.equal(3);
    expect(await world.nodeOf('web-3')).to.equal(undefined);
    expect((await world.eventsOf('web-3'))[0]).to.match(
      /^Warning FailedScheduling: 0\/3 nodes are available: 3 node\(s\) didn't find available persistent volumes to bind\./,
    );
    await storage.volume('disk-new', '1Gi', on('b'));
    await pass(20_000);
    expect(await world.nodeOf('web-3')).to.equal('b');
  });

  it('a scheduler that knows nothing of volumes is kept from binding a pod without them', async () => {
    await bindVolumes();
    const first: Scheduler = { name: 'first', retryOn: [], place: (_, { nodes }) => ({ node: nodes[0]!.name }) };
    await start(first);
    await storage.claim('data', '1Gi', { storageClassName: 'local' });
    await world.create(podWithClaims('web', 'data'), makePod('plain'));
    await pass();
    expect(await world.nodeOf('plain')).to.equal('a');
    expect(await world.nodeOf('web')).to.equal(undefined);
    expect(await world.eventsOf('web')).to.include(
      "Warning FailedScheduling: 0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind.",
    );
    await storage.volume('disk', '1Gi', on('a'));
    await pass(5000);
    expect(await world.nodeOf('web')).to.equal('a');
  });

  it('who asks for refusals is told of volumes, too', async () => {
    await bindVolumes();
    const place: Scheduler['place'] = (pod, view) => {
      const node = view.nodes.find((one) => refusals(pod, one, view).length === 0);
      return node ? { node: node.name } : { unschedulable: {} };
    };
    await start({ name: 'first fit', retryOn: [], place });
    await storage.volume('disk', '1Gi', on('c'));
    await storage.claim('data', '1Gi', { storageClassName: 'local' });
    await world.create(podWithClaims('web', 'data'));
    await pass();
    expect(await world.nodeOf('web')).to.equal('c');
  });

  it('waits for a volume to be made on the node that it has chosen', async () => {
    const paper: VolumeProvisioner = {
      name: 'example.com/paper',
      provision: async ({ node }) => ({ ...on(node!.metadata.name), storageClassName: 'paper' }) as never,
      delete: async () => {},
    };
    await bindVolumes(paper);
    await start();
    await storage.storageClass('paper', 'example.com/paper', waits);
    await storage.claim('data', '1Gi', { storageClassName: 'paper' });
    await world.create(podWithClaims('web', 'data'));
    await pass();
    expect(await world.nodeOf('web')).to.equal('a');
    const { metadata } = await storage.claims.get('data');
    expect(metadata.annotations).to.include({ 'volume.kubernetes.io/selected-node': 'a' });
  });

  it('others are placed while a pod waits for its volumes; who waits too long, or is deleted, gives back its room', async () => {
    await start();
    await storage.storageClass('cloud', 'ebs.csi.aws.com', waits);
    for (const at of [0, 1]) {
      await storage.claim(`data-${at}`, '1Gi', { storageClassName: 'cloud' });
      await world.create(podWithClaims(`web-${at}`, `data-${at}`));
    }
    await world.create(makePod('plain'));
    await pass();
    expect(await world.nodeOf('plain')).to.be.a('string');
    expect(await world.nodeOf('web-0')).to.equal(undefined);
    await world.client.of(Pods).in('default').delete('web-1');
    await pass(600_000);
    expect(await world.eventsOf('web-0')).to.deep.equal([
      'Warning FailedScheduling: running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
    ]);
  });

  it('a provisioner that cannot serve the node has the pod scheduled anew', async () => {
    await start();
    await storage.storageClass('cloud', 'ebs.csi.aws.com', waits);
    await storage.claim('data', '1Gi', { storageClassName: 'cloud' });
    await world.create(podWithClaims('web', 'data'));
    await pass();
    await storage.claims.patch('data', { metadata: { annotations: { 'volume.kubernetes.io/selected-node': null } } });
    await pass(500);
    expect(await world.eventsOf('web')).to.deep.equal([
      'Warning FailedScheduling: running PreBind plugin "VolumeBinding": binding volumes: provisioning failed for PVC "data"',
    ]);
    await pass(5000);
    const { metadata } = await storage.claims.get('data');
    expect(metadata.annotations).to.have.property('volume.kubernetes.io/selected-node');
  });

  it('a volume that somebody else takes meanwhile: the pod tries again with another', async () => {
    await bindVolumes();
    let isTaken = false;
    const permit = () => {
      // The scheduler has chosen already, and has not written yet.
      const claimRef = { namespace: 'default', name: 'else' };
      if (!isTaken) void storage.volumes.patch('disk', { spec: { claimRef } });
      isTaken = true;
      return 'allow' as const;
    };
    await world.start({ scheduler: theDefault(), plugins: { permit: [{ name: 'thief', permit }] } });
    await storage.volume('disk', '1Gi', on('a'));
    await storage.claim('data', '1Gi', { storageClassName: 'local' });
    await pass();
    await world.create(podWithClaims('web', 'data'));
    await pass(500);
    expect(await world.eventsOf('web')).to.deep.equal([
      'Warning FailedScheduling: running PreBind plugin "VolumeBinding": binding volumes: Operation cannot be fulfilled on persistentvolumes "disk": the object has been modified; please apply your changes to the latest version and try again',
    ]);
    await storage.volume('other', '1Gi', on('b'));
    await pass(20_000);
    expect(await world.nodeOf('web')).to.equal('b');
    expect(await storage.stateOf('data')).to.equal('Bound to other');
  });
});
