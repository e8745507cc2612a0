import { expect } from 'chai';
import { PersistentVolumeClaims } from '../model/persistent-volume-claim.ts';
import { TestNode } from './test-node.fixture.ts';

describe('Kubelet: persistent volume claims', () => {
  let node: TestNode;
  const advance = (ms: number) => node.clock.advance(ms);

  beforeEach(async () => {
    node = new TestNode();
    await node.start();
  });
  afterEach(async () => {
    expect(await node.stop(), 'what is left').to.deep.equal({ timer: undefined, watches: 0 });
  });

  const claims = () => node.client.of(PersistentVolumeClaims).in('default');
  const claim = () =>
    claims().create({
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeName: 'disk' },
    });
  const bind = () => claims().status.patch('data', { status: { phase: 'Bound' } });
  const web = () =>
    node.create('web', [{ name: 'web', volumeMounts: [{ name: 'data', mountPath: '/data' }] }], {
      spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
    });
  const why = (text: string) => `Warning FailedMount MountVolume.SetUp failed for volume "data" : ${text}`;

  it('a pod waits until its claim is there and bound', async () => {
    await web();
    await advance(1000);
    expect(await node.summary('web')).to.equal('Pending web:ContainerCreating');
    expect(await node.events('web')).to.include(
      why(
        'error processing PVC default/data: failed to fetch PVC from API server: persistentvolumeclaims "data" not found',
      ),
    );
    await claim();
    await advance(60_000);
    expect(await node.events('web')).to.include(why('error processing PVC default/data: PVC is not bound'));
    await bind();
    await advance(60_000);
    expect(await node.summary('web')).to.equal('Running web:running/ready');
  });

  it('where files count, the pod is told that nothing can be mounted', async () => {
    Object.defineProperty(node.runtime, 'readsFiles', { value: true, configurable: true });
    await node.restartKubelet();
    await claim();
    await bind();
    await web();
    await advance(1000);
    expect(await node.summary('web')).to.equal('Pending web:ContainerCreating');
    expect(await node.events('web')).to.include(
      why(
        'no volume plugin matched: volume disk: this node can mount no persistent volumes; take an emptyDir or hostPath volume, or a node of the runtime mock',
      ),
    );
  });
});
