import { expect } from 'chai';
import type { Container } from '../model/container.ts';
import { Pods } from '../model/pod.ts';
import type { Probe } from '../model/probe.ts';
import { ApiError } from '../model/status.ts';
import { TestNode } from './test-node.fixture.ts';

describe('Kubelet: probes, hooks, logs, restarts', () => {
  let node: TestNode;
  const advance = (ms: number) => node.clock.advance(ms);

  beforeEach(async () => {
    node = new TestNode();
    await node.start();
  });
  afterEach(async () => {
    expect(await node.stop(), 'what is left').to.deep.equal({ timer: undefined, watches: 0 });
  });

  const http: Probe = { httpGet: { path: '/', port: 80, scheme: 'HTTP' }, periodSeconds: 2, failureThreshold: 3 };
  const web = (more: Partial<Container>): Partial<Container> & { name: string } => ({
    name: 'web',
    ports: [{ containerPort: 80, name: 'http' }],
    ...more,
  });
  const runConfig = async () => (await node.runtime.listContainers()).at(-1)?.config;

  describe('probes', () => {
    it('sends no traffic to a pod before its readiness probe succeeds', async () => {
      await node.create('web', [web({ readinessProbe: http })], { mock: { 'ready-after': '6s' } });
      await advance(5_900);
      expect(await node.summary('web')).to.equal('Running web:running');
      const conditions = (await node.pod('web'))?.status?.conditions;
      const ready = conditions?.find(({ type }) => type === 'Ready');
      expect(ready).to.include({ reason: 'ContainersNotReady', message: 'containers with unready status: [web]' });
      expect(await node.events('web')).to.include(
        'Warning Unhealthy Readiness probe failed: Get "http://10.244.0.2:80/": dial tcp 10.244.0.2:80: connect: connection refused',
      );
      await advance(1_100);
      expect(await node.summary('web')).to.equal('Running web:running/ready');
    });

    it('restarts a container whose liveness probe fails', async () => {
      await node.create('web', [web({ livenessProbe: { ...http, httpGet: { port: 'http' } } })], {
        mock: { 'unhealthy-after': '10s' },
      });
      await advance(16_000);
      expect(await node.summary('web')).to.equal('Running web:running/ready*1');
      const events = await node.events('web');
      expect(events).to.include('Warning Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 500');
      expect(events).to.include('Normal Killing Container web failed liveness probe, will be restarted');
    });

    it('asks nothing else before the startup probe succeeds', async () => {
      await node.create(
        'slow',
        [web({ startupProbe: { ...http, failureThreshold: 30 }, livenessProbe: { ...http, failureThreshold: 1 } })],
        { mock: { 'ready-after': '20s' } },
      );
      await advance(19_000);
      expect(await node.summary('slow')).to.equal('Running web:running');
      await advance(3_000);
      expect(await node.summary('slow')).to.equal('Running web:running/ready');
    });

    it('restarts a container that never starts up', async () => {
      await node.create(
        'dead',
        [web({ startupProbe: { exec: { command: ['true'] }, periodSeconds: 2, failureThreshold: 3 } })],
        {
          mock: { 'ready-after': '1h' },
        },
      );
      await advance(5_500);
      expect(await node.summary('dead')).to.equal('Running web:running*1');
      expect(await node.events('dead')).to.include(
        'Normal Killing Container web failed startup probe, will be restarted',
      );
    });
  });

  describe('hooks', () => {
    it('counts the preStop hook within the grace period', async () => {
      await node.create('web', [web({ lifecycle: { preStop: { sleep: { seconds: 8 } } } })], {
        mock: { 'stop-delay': '1h' },
        spec: { terminationGracePeriodSeconds: 10 },
      });
      await advance(1_000);
      await node.client.of(Pods).in('default').delete('web');
      await advance(9_900);
      expect(await node.summary('web')).to.equal('Running web:running/ready');
      await advance(100);
      expect(await node.summary('web')).to.equal('gone');
    });

    it('stops a container whose postStart hook fails', async () => {
      await node.create('web', [web({ lifecycle: { postStart: { exec: { command: ['false'] } } } })], {
        mock: { 'ready-after': '1h' },
      });
      await advance(1_000);
      expect(await node.events('web')).to.include('Warning FailedPostStartHook PostStartHook failed');
      expect(await node.summary('web')).to.match(/^Running web:CrashLoopBackOff/);
    });
  });

  describe('logs', () => {
    const read = async (pod: string, options: Parameters<typeof node.kubelet.logs>[2] = {}) => {
      try {
        return await new Response(await node.kubelet.logs('default', pod, options)).text();
      } catch (error) {
        return error instanceof ApiError ? `${error.code} ${error.message}` : String(error);
      }
    };

    it('gives the output of a container, and of the run before', async () => {
      await node.create('web', [web({})], { mock: { log: 'one\ntwo', 'run-for': '5s' } });
      await advance(1_000);
      expect(await read('web')).to.equal('one\ntwo\n');
      expect(await read('web', { previous: true })).to.equal(
        '400 previous terminated container "web" in pod "web" not found',
      );
      await advance(5_000);
      expect(await read('web', { previous: true, tailLines: 1 })).to.equal('two\n');
    });

    it('says why there is none, in the words of Kubernetes', async () => {
      await node.create('two', [{ name: 'a' }, { name: 'b' }]);
      await node.create('slow', [{ name: 'web' }], { mock: { 'image-pull': 'slow' } });
      await node.create('typo', [{ name: 'web' }], { mock: { 'image-pull': 'fail' } });
      await advance(2_000);
      expect(await read('two')).to.equal('400 a container name must be specified for pod two, choose one of: [a b]');
      expect(await read('two', { container: 'c' })).to.equal('400 container c is not valid for pod two');
      expect(await read('slow')).to.equal('400 container "web" in pod "slow" is waiting to start: ContainerCreating');
      expect(await read('typo')).to.equal(
        '400 container "web" in pod "typo" is waiting to start: trying and failing to pull image',
      );
      expect(await read('none')).to.equal('404 pods "none" not found');
    });
  });

  describe('restarts of the kubelet', () => {
    it('goes on with the pods that run, and touches nothing', async () => {
      await node.create('web', [web({ readinessProbe: http })]);
      await advance(3_000);
      const before = await node.pod('web');
      const [running] = await node.runtime.listContainers();
      await node.restartKubelet();
      await advance(3_000);
      expect((await node.runtime.listContainers()).map(({ id }) => id)).to.deep.equal([running?.id]);
      expect((await node.pod('web'))?.metadata.resourceVersion).to.equal(before?.metadata.resourceVersion);
    });

    it('sees what happened while it was away', async () => {
      await node.create('web', [web({})]);
      await node.create('gone', [web({})]);
      await advance(1_000);
      await node.whileTimePasses(node.kubelet.stop());
      const containers = await node.runtime.listContainers();
      const idOf = (pod: string) =>
        containers.find(({ config }) => config.labels['io.kubernetes.pod.name'] === pod)?.id ?? '';
      await node.whileTimePasses(node.runtime.stopContainer(idOf('web'), 0));
      await node.client.of(Pods).in('default').delete('gone', { gracePeriodSeconds: 0 });
      await node.create('new', [web({})]);
      node.kubelet = node.makeKubelet();
      await node.whileTimePasses(node.kubelet.start());
      await advance(1_000);
      expect(await node.summary('web')).to.equal('Running web:running/ready*1');
      expect(await node.summary('new')).to.equal('Running web:running/ready');
      expect(await node.runtime.listSandboxes()).to.have.length(2);
    });

    it('starts pods anew whose sandbox has died, and remembers how often they ran', async () => {
      await node.create('web', [web({})], {
        spec: { initContainers: [{ name: 'init', image: 'busybox' }] },
        mock: { 'init.run-for': '1s' },
      });
      await advance(2_000);
      const [sandbox] = await node.runtime.listSandboxes();
      await node.runtime.stopSandbox(sandbox?.id ?? '');
      await advance(3_000);
      expect(await node.summary('web')).to.equal('Running init:Completed/ready*1 web:running/ready*1');
      expect(await node.events('web')).to.include(
        'Normal SandboxChanged Pod sandbox changed, it will be killed and re-created.',
      );
      expect((await node.pod('web'))?.status?.podIP).to.equal('10.244.0.3');
    });

    it('starts pods anew when the machine has lost everything', async () => {
      await node.create('web', [web({})]);
      await advance(1_000);
      await node.whileTimePasses(node.kubelet.stop());
      for (const { id } of await node.runtime.listSandboxes()) await node.runtime.removeSandbox(id);
      node.kubelet = node.makeKubelet();
      await node.whileTimePasses(node.kubelet.start());
      await advance(1_000);
      expect(await node.summary('web')).to.equal('Running web:running/ready*1');
      const last = (await node.pod('web'))?.status?.containerStatuses?.[0]?.lastState?.terminated;
      expect(last).to.include({ exitCode: 137, reason: 'ContainerStatusUnknown' });
    });
  });

  it('restarts a container whose image was changed', async () => {
    await node.create('web', [web({})]);
    await advance(1_000);
    await node.client
      .of(Pods)
      .in('default')
      .patch('web', { spec: { containers: [{ name: 'web', image: 'nginx:2' }] } }, { type: 'strategic' });
    await advance(1_000);
    expect(await node.summary('web')).to.equal('Running web:running/ready*1');
    expect((await runConfig())?.image).to.equal('nginx:2');
    expect(await node.events('web')).to.include('Normal Killing Container web definition changed, will be restarted');
  });
});
