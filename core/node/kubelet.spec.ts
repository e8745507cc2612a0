import { expect } from 'chai';
import { Leases } from '../model/lease.ts';
import { Nodes } from '../model/node.ts';
import { Pods } from '../model/pod.ts';
import { TestNode } from './test-node.fixture.ts';

describe('Kubelet', () => {
  let node: TestNode;
  const advance = (ms: number) => node.clock.advance(ms);

  beforeEach(async () => {
    node = new TestNode();
    await node.start();
  });
  afterEach(async () => {
    expect(await node.stop(), 'what is left').to.deep.equal({ timer: undefined, watches: 0 });
  });

  it('enters its node, ready, with what it has', async () => {
    const { metadata, spec, status } = await node.node();
    expect(metadata.labels).to.include({ 'kubernetes.io/hostname': 'node-1', 'kubernetes.io/os': 'linux' });
    expect(spec.podCIDR).to.equal('10.244.0.0/24');
    expect(status?.conditions?.map(({ type, status: is, reason }) => [type, is, reason])).to.deep.equal([
      ['MemoryPressure', 'False', 'KubeletHasSufficientMemory'],
      ['DiskPressure', 'False', 'KubeletHasNoDiskPressure'],
      ['PIDPressure', 'False', 'KubeletHasSufficientPID'],
      ['Ready', 'True', 'KubeletReady'],
    ]);
    expect(status?.nodeInfo?.containerRuntimeVersion).to.equal('mock://1.0');
    expect(status?.allocatable?.pods).to.equal('110');
  });

  it('renews its lease every 10 seconds, and at most 0.4 later, so that many nodes do not do it at once', async () => {
    const renewed = async () => {
      const { spec } = await node.client.of(Leases).in('kube-node-lease').get('node-1');
      return Date.parse(spec?.renewTime ?? '') - Date.UTC(2026, 0, 1);
    };
    expect(await renewed()).to.equal(0);
    await advance(10_400);
    expect(await renewed()).to.be.within(10_000, 10_400);
    await advance(25_000);
    expect(await renewed()).to.be.within(30_000, 31_200);
  });

  it('says again that it is ready when somebody doubted it, and every 5 minutes', async () => {
    const ready = async () => (await node.node()).status?.conditions?.find(({ type }) => type === 'Ready');
    const doubted = await node.node();
    const conditions = doubted.status?.conditions?.map((one) =>
      one.type === 'Ready' ? { ...one, status: 'Unknown' } : one,
    );
    await node.client
      .of(Nodes)
      .status.update({ ...doubted, status: { ...doubted.status, ...(conditions && { conditions }) } });
    await advance(10_400);
    expect((await ready())?.status).to.equal('True');
    const before = Date.parse((await ready())?.lastHeartbeatTime ?? '');
    await advance(312_000);
    expect(Date.parse((await ready())?.lastHeartbeatTime ?? '') - before).to.be.within(300_000, 312_000);
  });

  it('runs a pod', async () => {
    await node.create('web', [{ name: 'web' }]);
    await advance(0);
    const pod = await node.pod('web');
    expect(await node.summary('web')).to.equal('Running web:running/ready');
    expect(pod?.status).to.deep.include({
      hostIP: '10.0.0.1',
      podIP: '10.244.0.2',
      podIPs: [{ ip: '10.244.0.2' }],
      qosClass: 'BestEffort',
      startTime: '2026-01-01T00:00:00Z',
    });
    expect(pod?.status?.conditions?.map(({ type, status }) => [type, status])).to.deep.equal([
      ['PodReadyToStartContainers', 'True'],
      ['Initialized', 'True'],
      ['Ready', 'True'],
      ['ContainersReady', 'True'],
      ['PodScheduled', 'True'],
    ]);
    expect(await node.events('web')).to.deep.equal([
      'Normal Pulled Container image "nginx" already present on machine',
      'Normal Created Created container: web',
      'Normal Started Started container web',
    ]);
  });

  it('needs no timer for a pod at rest but its own sign of life', async () => {
    await node.create('web', [{ name: 'web' }]);
    await advance(1_000);
    expect(node.clock.next).to.be.within(node.clock.now() + 9_000, node.clock.now() + 9_400);
  });

  it('waits longer and longer before it starts a container again', async () => {
    await node.create('crash', [{ name: 'crash' }], { mock: { 'run-for': '1s', 'exit-code': '3' } });
    await advance(1_000);
    // The first time at once.
    expect(await node.summary('crash')).to.equal('Running crash:running/ready*1');
    await advance(1_000);
    expect(await node.summary('crash')).to.equal('Running crash:CrashLoopBackOff*1');
    const status = (await node.pod('crash'))?.status?.containerStatuses?.[0];
    const uid = (await node.pod('crash'))?.metadata.uid;
    expect(status?.state?.waiting?.message).to.equal(
      `back-off 10s restarting failed container=crash pod=crash_default(${uid})`,
    );
    expect(status?.lastState?.terminated).to.include({ exitCode: 3, reason: 'Error' });
    await advance(10_000);
    expect(await node.summary('crash')).to.equal('Running crash:running/ready*2');
    await advance(1_000 + 19_000);
    expect(await node.summary('crash')).to.equal('Running crash:CrashLoopBackOff*2');
    await advance(1_000);
    expect(await node.summary('crash')).to.equal('Running crash:running/ready*3');
    expect(await node.events('crash')).to.include(
      `Warning BackOff Back-off restarting failed container crash in pod crash_default(${uid})`,
    );
  });

  it('ends pods whose containers are not to run again', async () => {
    await node.create('job', [{ name: 'job' }], { mock: { 'run-for': '5s' }, spec: { restartPolicy: 'OnFailure' } });
    await node.create('bad', [{ name: 'bad' }], { mock: { 'exit-code': '1' }, spec: { restartPolicy: 'Never' } });
    await advance(5_000);
    expect(await node.summary('job')).to.equal('Succeeded job:Completed');
    expect(await node.summary('bad')).to.equal('Failed bad:Error');
    const ready = (await node.pod('job'))?.status?.conditions?.find(({ type }) => type === 'Ready');
    expect([ready?.status, ready?.reason]).to.deep.equal(['False', 'PodCompleted']);
  });

  it('tells that a container was killed for its memory', async () => {
    await node.create('big', [{ name: 'big' }], { mock: { 'oom-after': '1s' }, spec: { restartPolicy: 'Never' } });
    await advance(1_000);
    expect(await node.summary('big')).to.equal('Failed big:OOMKilled');
  });

  it('runs init containers one by one, then the others', async () => {
    await node.create('app', [{ name: 'app' }], {
      mock: { 'one.run-for': '2s', 'two.run-for': '2s' },
      spec: {
        initContainers: [
          { name: 'one', image: 'busybox' },
          { name: 'two', image: 'busybox' },
        ],
      },
    });
    await advance(1_000);
    expect(await node.summary('app')).to.equal('Pending one:running two:PodInitializing app:PodInitializing');
    await advance(2_000);
    expect(await node.summary('app')).to.equal('Pending one:Completed/ready two:running app:PodInitializing');
    const initialized = (await node.pod('app'))?.status?.conditions?.find(({ type }) => type === 'Initialized');
    expect(initialized?.message).to.equal('containers with incomplete status: [two]');
    await advance(1_000);
    expect(await node.summary('app')).to.equal('Running one:Completed/ready two:Completed/ready app:running/ready');
  });

  it('keeps sidecars running beside the pod, and lets it end without them', async () => {
    await node.create('job', [{ name: 'work' }], {
      mock: { 'work.run-for': '5s' },
      spec: { restartPolicy: 'Never', initContainers: [{ name: 'proxy', image: 'envoy', restartPolicy: 'Always' }] },
    });
    await advance(1_000);
    expect(await node.summary('job')).to.equal('Running proxy:running/ready work:running/ready');
    await advance(4_000);
    expect(await node.summary('job')).to.equal('Succeeded proxy:Completed work:Completed');
  });

  it('shows that an image cannot be had, and tries again ever less often', async () => {
    await node.create('typo', [{ name: 'web', image: 'ngnix' }], { mock: { 'image-pull': 'fail' } });
    await advance(500);
    expect(await node.summary('typo')).to.equal('Pending web:ErrImagePull');
    await advance(1_000);
    expect(await node.summary('typo')).to.equal('Pending web:ImagePullBackOff');
    expect(await node.events('typo')).to.deep.equal([
      'Normal Pulling Pulling image "ngnix"',
      'Warning Failed Failed to pull image "ngnix": failed to pull and unpack image "ngnix": not found',
      'Warning Failed Error: ErrImagePull',
      'Normal BackOff Back-off pulling image "ngnix"',
      'Warning Failed Error: ImagePullBackOff',
    ]);
    expect((await node.pod('typo'))?.status?.containerStatuses?.[0]?.state?.waiting?.message).to.equal(
      'Back-off pulling image "ngnix": ErrImagePull: failed to pull and unpack image "ngnix": not found',
    );
  });

  it('tells that it pulls an image, when that takes its time', async () => {
    await node.create('web', [{ name: 'web' }], { mock: { 'image-pull': '3s' } });
    await advance(1_000);
    expect(await node.summary('web')).to.equal('Pending web:ContainerCreating');
    expect(await node.events('web')).to.deep.equal(['Normal Pulling Pulling image "nginx"']);
    await advance(2_000);
    expect(await node.summary('web')).to.equal('Running web:running/ready');
    expect(await node.events('web')).to.include(
      'Normal Pulled Successfully pulled image "nginx" in 3s (3s including waiting)',
    );
  });

  it('does not say that it pulled what is only simulated', async () => {
    const notice = { type: 'Warning', reason: 'Simulated', message: 'nothing of it runs' } as const;
    node.runtime.pullImage = async () => ({ id: 'x', simulated: true, notice });
    await node.create('web', [{ name: 'web' }]);
    await advance(1_000);
    expect(await node.events('web')).to.deep.equal([
      'Warning Simulated nothing of it runs',
      'Normal Created Created container: web',
      'Normal Started Started container web',
    ]);
  });

  it('ends a deleted pod with grace, and then removes it', async () => {
    await node.create('web', [{ name: 'web' }], { mock: { 'stop-delay': '5s' } });
    await advance(1_000);
    await node.client.of(Pods).in('default').delete('web');
    await advance(4_000);
    expect(await node.summary('web')).to.equal('Running web:running/ready');
    expect(await node.events('web')).to.include('Normal Killing Stopping container web');
    await advance(1_000);
    expect(await node.summary('web')).to.equal('gone');
    expect(await node.runtime.listSandboxes()).to.deep.equal([]);
  });

  it('kills what does not listen when the grace period is over, or sooner when asked again', async () => {
    await node.create('slow', [{ name: 'slow' }], { mock: { 'stop-delay': '1h' } });
    await node.create('asked', [{ name: 'asked' }], { mock: { 'stop-delay': '1h' } });
    await advance(1_000);
    await node.client.of(Pods).in('default').delete('slow');
    await node.client.of(Pods).in('default').delete('asked');
    await advance(5_000);
    await node.client.of(Pods).in('default').delete('asked', { gracePeriodSeconds: 1 });
    await advance(1_000);
    expect(await node.summary('asked')).to.equal('gone');
    await advance(23_999);
    expect(await node.summary('slow')).to.equal('Running slow:running/ready');
    await advance(1);
    expect(await node.summary('slow')).to.equal('gone');
  });

  it('ends what the API has no more', async () => {
    await node.create('web', [{ name: 'web' }]);
    await advance(1_000);
    await node.client.of(Pods).in('default').delete('web', { gracePeriodSeconds: 0 });
    await advance(30_000);
    expect(await node.summary('web')).to.equal('gone');
    expect(await node.runtime.listSandboxes()).to.deep.equal([]);
  });

  it('fails a pod that was active for longer than its deadline', async () => {
    await node.create('late', [{ name: 'late' }], { spec: { activeDeadlineSeconds: 20 } });
    await advance(19_000);
    expect(await node.summary('late')).to.equal('Running late:running/ready');
    await advance(1_000);
    const { status } = (await node.pod('late')) ?? {};
    expect([status?.phase, status?.reason]).to.deep.equal(['Failed', 'DeadlineExceeded']);
    expect(await node.events('late')).to.include(
      'Normal DeadlineExceeded Pod was active on the node longer than the specified deadline',
    );
  });
});
