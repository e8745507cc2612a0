// Priority: who goes first and who may not be taken away, as a user of kubectl meets it: a pod of a high class makes one of a
// low class give way, and a disruption budget holds a drain back until there are enough pods elsewhere.

import { expect } from 'chai';
import { allTests } from '../../../core/testing/runs.ts';
import { readyPods } from './guestbook.ts';
import { TestCluster } from './harness.ts';
import { Kubectl, kubectls } from './kubectl.ts';
import { eventually } from './run.ts';

describe('priorities and disruption budgets', function () {
  this.timeout(180_000);
  let cluster: TestCluster;
  let kubectl: Kubectl;

  before(async () => {
    // The environment decides which kubectl `kubelab kubectl` is.
    const env = { ...(process.env as Record<string, string>), KUBELAB_KUBECTL: 'built-in' };
    cluster = await TestCluster.start(['--nodes', '2', '--scheduler', 'default', '--runtime', 'mock'], { env });
    kubectl = Kubectl.any(cluster);
  });
  after(() => cluster?.destroy());

  const ready = (app: string, count: number) =>
    eventually(`${count} pods of ${app} are Ready`, async () => {
      const names = await readyPods(kubectl, `app=${app}`);
      return names.length === count ? names : undefined;
    });

  const newsOf = async (reason: string): Promise<{ about: string; message: string }[]> => {
    const { items } = await kubectl.json('get', 'events', '--field-selector', `reason=${reason}`);
    type Event = { involvedObject: { name: string }; message: string };
    return items.map(({ involvedObject, message }: Event) => ({ about: involvedObject.name, message }));
  };

  /** Pods that take a node's CPU each. */
  const whole = async (app: string, replicas: number, priorityClassName: string) => {
    const { items } = await kubectl.json('get', 'nodes');
    const { cpu } = items[0].status.allocatable;
    await kubectl.apply(`apiVersion: apps/v1
kind: Deployment
metadata: {name: ${app}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${app}}}
  template:
    metadata: {labels: {app: ${app}}}
    spec:
      priorityClassName: ${priorityClassName}
      terminationGracePeriodSeconds: 1
      containers: [{name: main, image: kubelab/sleep, resources: {requests: {cpu: "${cpu}"}}}]
`);
  };

  it('lets a pod of a high class take the place of a low one', async () => {
    await kubectl.apply(`apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: low}
value: -10
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1000
`);
    await whole('low', 2, 'low');
    const before = await ready('low', 2);
    await whole('high', 1, 'high');
    const [winner] = await ready('high', 1);
    const { spec, status, metadata } = await kubectl.json('get', 'pod', winner!);
    expect(spec).to.include({ priority: 1000, preemptionPolicy: 'PreemptLowerPriority' });
    expect(status.nominatedNodeName).to.equal(spec.nodeName);
    expect(await kubectl.run('get', 'pod', winner!, '-o', 'wide')).to.match(
      new RegExp(`NOMINATED NODE.*\\n.* ${spec.nodeName} +${spec.nodeName} `),
    );
    const preempted = await eventually('the event Preempted', async () => (await newsOf('Preempted'))[0]);
    expect(before).to.include(preempted.about);
    expect(preempted.message).to.equal(`Preempted by pod ${metadata.uid} on node ${spec.nodeName}`);
    // Its successor finds no room, and nobody who is less important.
    const [left] = await ready('low', 1);
    const said = await eventually('why its successor waits', async () =>
      (await newsOf('FailedScheduling')).find(({ about }) => about.startsWith('low-') && about !== left),
    );
    expect(said.message).to.equal(
      '0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
    );
    await kubectl.run('delete', 'deployment', 'high', 'low');
    await ready('low', 0);
    await ready('high', 0);
  });

  it('refuses a class that is not there', async () => {
    const { code, stderr } = await kubectl.outcome(
      ['create', '-f', '-'],
      'apiVersion: v1\nkind: Pod\nmetadata: {name: lost}\nspec:\n  priorityClassName: higher\n  containers: [{name: a, image: b}]\n',
    );
    expect(code).to.equal(1);
    expect(stderr).to.match(/pods "lost" is forbidden: no PriorityClass with name higher was found/);
  });

  /** A drain that a budget holds back, and which goes on when the budget lets it. */
  const drains = async (drainer: Kubectl) => {
    await kubectl.run('create', 'deployment', 'web', '--image=kubelab/web', '--replicas=2');
    await kubectl.run('create', 'pdb', 'web', '--selector=app=web', '--min-available=2');
    const [name] = await ready('web', 2);
    const { nodeName } = (await kubectl.json('get', 'pod', name!)).spec;
    const refused = await drainer.outcome(['drain', nodeName, '--timeout=1s']);
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.match(
      /error when evicting pods\/"web-\S+" -n "default" \(will retry after 5s\): Cannot evict pod as it would violate the pod's disruption budget\./,
    );
    expect(await ready('web', 2)).to.include(name);
    // It tries once, waits, and tries again; meanwhile there is one more than the budget asks for.
    const draining = drainer.outcome(['drain', nodeName, '--timeout=60s']);
    await kubectl.run('scale', 'deployment', 'web', '--replicas=3');
    const { code, stdout, stderr } = await draining;
    expect(code, stdout + stderr).to.equal(0);
    expect(stdout).to.contain(`pod/${name} evicted\n`).and.contain(`node/${nodeName} drained\n`);
    const { items } = await kubectl.json(
      'get',
      'pods',
      '-l',
      'app=web',
      '--field-selector',
      `spec.nodeName=${nodeName}`,
    );
    expect(items).to.deep.equal([]);
    await ready('web', 3);
    await kubectl.run('uncordon', nodeName);
    await kubectl.run('delete', 'deployment/web', 'pdb/web');
    await ready('web', 0);
  };

  // Drains wait five seconds between two tries: with all tests.
  const long = allTests ? it : () => {};
  long('holds a drain back while a budget needs the pods', () => drains(kubectl));

  // Without a real kubectl it was the built-in one already.
  if (kubectls().onPath)
    long('holds the drain of the built-in kubectl back as well', () => drains(Kubectl.ofKubelab(cluster)));
});
