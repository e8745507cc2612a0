import { expect } from 'chai';
import { Nodes } from '../model/node.ts';
import { Pods } from '../model/pod.ts';
import { ApiError, conflict, expired } from '../model/status.ts';
import { TestNode } from './test-node.fixture.ts';

const outOfReach = () => new ApiError(503, 'ServiceUnavailable', 'the API server is out of reach');

describe('Kubelet in trouble', () => {
  let node: TestNode;
  const advance = (ms: number) => node.clock.advance(ms);

  beforeEach(async () => {
    node = new TestNode();
    await node.start();
  });
  afterEach(async () => {
    node.faulty.before = () => {};
    expect(await node.stop(), 'what is left').to.deep.equal({ timer: undefined, watches: 0 });
  });

  it('runs pods while their status cannot be written, and writes it when it can', async () => {
    node.faulty.before = ({ isWrite }) => {
      if (isWrite) throw outOfReach();
    };
    await node.create('web', [{ name: 'web' }]);
    await advance(5_000);
    expect((await node.runtime.listContainers()).map(({ state }) => state)).to.deep.equal(['running']);
    expect(await node.summary('web')).to.equal('Pending');
    node.faulty.before = () => {};
    await advance(2_000);
    expect(await node.summary('web')).to.equal('Running web:running/ready');
  });

  it('does not overwrite what others write at the same time', async () => {
    let conflicts = 3;
    node.faulty.before = ({ verb, resource }) => {
      if (verb === 'status update' && resource.plural === 'pods' && conflicts-- > 0) throw conflict(Pods, 'web');
    };
    await node.create('web', [{ name: 'web' }]);
    await advance(1_000);
    expect(conflicts).to.be.below(0);
    expect(await node.summary('web')).to.equal('Running web:running/ready');
  });

  it('starts although others write its node at the same time', async () => {
    let conflicts = 3;
    node.faulty.before = ({ verb, resource }) => {
      if (verb === 'status update' && resource.plural === 'nodes' && conflicts-- > 0) throw conflict(Nodes, 'node-1');
    };
    await advance(5_000);
    await node.restartKubelet();
    expect(conflicts).to.be.below(0);
    const ready = (await node.node()).status?.conditions?.find(({ type }) => type === 'Ready');
    expect(Date.parse(ready?.lastHeartbeatTime ?? '')).to.equal(node.clock.now());
  });

  it('asks again to remove a pod that it has ended', async () => {
    await node.create('web', [{ name: 'web' }]);
    await advance(1_000);
    node.faulty.before = ({ verb }) => {
      if (verb === 'delete') throw outOfReach();
    };
    await node.client.of(Pods).in('default').delete('web');
    await advance(3_000);
    expect(await node.summary('web')).to.match(/^(Succeeded|Failed)/);
    node.faulty.before = () => {};
    await advance(2_000);
    expect(await node.summary('web')).to.equal('gone');
  });

  it('misses nothing while its watches are cut', async () => {
    await node.create('goes', [{ name: 'web' }]);
    await advance(1_000);
    node.faulty.before = ({ verb }) => {
      if (verb === 'watch' || verb === 'list') throw outOfReach();
    };
    node.faulty.cutWatches(expired('too old resource version'));
    await node.create('comes', [{ name: 'web' }]);
    await node.client.of(Pods).in('default').delete('goes', { gracePeriodSeconds: 0 });
    await advance(5_000);
    node.faulty.before = () => {};
    await advance(60_000);
    expect(await node.summary('comes')).to.equal('Running web:running/ready');
    expect((await node.runtime.listSandboxes()).map(({ config }) => config.name)).to.deep.equal(['comes']);
  });

  it('shows life again when the API is back', async () => {
    node.faulty.before = () => {
      throw outOfReach();
    };
    await advance(60_000);
    node.faulty.before = () => {};
    await advance(20_000);
    expect((await node.node()).status?.conditions?.find(({ type }) => type === 'Ready')?.status).to.equal('True');
  });

  it('fails to start, and leaves nothing, when the API cannot be reached', async () => {
    await node.whileTimePasses(node.kubelet.stop());
    node.faulty.before = () => {
      throw outOfReach();
    };
    node.kubelet = node.makeKubelet();
    const error = await node.whileTimePasses(
      node.kubelet.start().then(
        () => undefined,
        (thrown: unknown) => thrown,
      ),
    );
    expect(String(error)).to.contain('the API server is out of reach');
  });

  it('says that a sandbox cannot be made, and tries again', async () => {
    const { runtime } = node;
    const runSandbox = runtime.runSandbox.bind(runtime);
    runtime.runSandbox = async () => {
      throw new Error('no IP addresses available in range set: 10.244.0.0/24');
    };
    await node.create('web', [{ name: 'web' }]);
    await advance(1_000);
    expect(await node.summary('web')).to.equal('Pending web:ContainerCreating');
    expect(await node.events('web')).to.deep.equal([
      'Warning FailedCreatePodSandBox Failed to create pod sandbox: no IP addresses available in range set: 10.244.0.0/24',
    ]);
    runtime.runSandbox = runSandbox;
    await advance(10_000);
    expect(await node.summary('web')).to.equal('Running web:running/ready');
  });
});
