// The main job, as a user does it: start a cluster, deploy an application with kubectl, see it answer over the network,
// break things and see them heal, stop. One list of tests, for whoever runs it, wherever, with whichever kubectl.

import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { fetchText, nodePortOf, readyPods, startGuestbook } from './guestbook.ts';
import type { TestCluster } from './harness.ts';
import type { Kubectl } from './kubectl.ts';
import { eventually } from './run.ts';
import { processesWith } from './traces.ts';

/** An ordinary Deployment and Service, which know nothing of Kubelab. */
const hello = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: hello
spec:
  replicas: 2
  selector:
    matchLabels:
      app: hello
  template:
    metadata:
      labels:
        app: hello
    spec:
      containers:
      - name: nginx
        image: nginx:1.14.2
        ports:
        - containerPort: 80
---
apiVersion: v1
kind: Service
metadata:
  name: hello
spec:
  type: NodePort
  selector:
    app: hello
  ports:
  - protocol: TCP
    port: 80
    targetPort: 80
`;

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName?: string };
}

/** Declares the tests. @param start gives a cluster of three nodes; it is destroyed here. */
export function mainJob(start: () => Promise<{ cluster: TestCluster; kubectl: Kubectl }>): void {
  let cluster: TestCluster;
  let kubectl: Kubectl;
  let guestbook: string;

  before(async () => {
    ({ cluster, kubectl } = await start());
  });

  after(() => cluster?.destroy());

  const rolledOut = (name: string) => kubectl.run('rollout', 'status', `deployment/${name}`, '--timeout=90s');
  const podsOf = async (app: string): Promise<Pod[]> => (await kubectl.json('get', 'pods', '-l', `app=${app}`)).items;

  it('shows three Ready nodes and what the cluster is made of', async () => {
    const nodes = (await kubectl.run('get', 'nodes')).trim().split('\n').slice(1);
    expect(nodes.map((line) => line.split(/\s+/).slice(0, 2).join(' '))).to.deep.equal([
      'node-1 Ready',
      'node-2 Ready',
      'node-3 Ready',
    ]);
    const components = await kubectl.run('get', 'components');
    for (const plugin of ['store-memory', 'scheduler-resource-fit', 'runtime-process', 'proxy-userspace', 'api-http']) {
      expect(components).to.include(plugin);
    }
  });

  it('runs the guestbook: three tiers, entries that stay, answers from different pods', async () => {
    const { port, manifest } = await startGuestbook(kubectl);
    guestbook = manifest;
    const page = await fetchText(`http://127.0.0.1:${port}/`);
    expect(page).to.include('<form').and.to.include('Welcome to the guestbook');
    await fetchText(`http://127.0.0.1:${port}/entries`, { method: 'POST', body: JSON.stringify({ text: 'first!' }) });
    const pods = new Set<string>();
    for (let i = 0; i < 12; i += 1) {
      const answer = JSON.parse(await fetchText(`http://127.0.0.1:${port}/entries`));
      expect(answer.entries.map((entry: { text: string }) => entry.text)).to.include('first!');
      pods.add(answer.pod);
    }
    expect(pods.size, `answers came from ${[...pods]}`).to.be.greaterThan(1);
  });

  it('runs a Deployment and a Service that were not written for it', async () => {
    await kubectl.apply(hello);
    await rolledOut('hello');
    const port = await nodePortOf(kubectl, 'hello');
    expect(await eventually('nginx answers', () => fetchText(`http://127.0.0.1:${port}/`))).to.match(/nginx/i);
    const [name] = await readyPods(kubectl, 'app=hello');
    expect(await kubectl.run('describe', 'pod', name!)).to.match(/stand-in/);
    expect(await kubectl.run('logs', 'deployment/hello')).to.be.a('string');
  });

  it('runs what kubectl itself makes of a command', async () => {
    await kubectl.run('create', 'deployment', 'made', '--image=kubelab/web', '--replicas=2');
    await kubectl.run('expose', 'deployment', 'made', '--type=NodePort', '--port=8080', '--target-port=80');
    await rolledOut('made');
    const port = await nodePortOf(kubectl, 'made');
    const answer = await eventually('it answers', () => fetchText(`http://127.0.0.1:${port}/`));
    expect(answer).to.match(/^Hello from made-\S+ on node-\d/);
    const [, pod] = /from (\S+)/.exec(answer) ?? [];
    await eventually('its log', async () => /GET \//.test(await kubectl.run('logs', pod!)) || undefined);
    await kubectl.run('delete', 'service', 'made');
    await kubectl.run('delete', 'deployment', 'made');
    await eventually('its pods go with it', async () => (await podsOf('made')).length === 0 || undefined);
  });

  it('applies the same manifest again without a change', async () => {
    const lines = (await kubectl.apply(guestbook)).trim().split('\n');
    // `stringData` is write-only, so kubectl finds a difference in the Secret each time, on every cluster.
    for (const line of lines.filter((line) => !line.startsWith('secret/'))) expect(line).to.match(/unchanged$/);
    expect(lines).to.have.length.greaterThan(6);
  });

  it('replaces a deleted pod', async () => {
    const [victim] = await readyPods(kubectl, 'app=hello');
    await kubectl.run('delete', 'pod', victim!);
    await eventually('another pod is Ready', async () => {
      const pods = await readyPods(kubectl, 'app=hello');
      return pods.length === 2 && !pods.includes(victim!) ? pods : undefined;
    });
  });

  it('restarts a container whose process is killed', async function () {
    if (process.platform !== 'linux') return this.skip();
    const [name] = await readyPods(kubectl, 'app=hello');
    const pids = processesWith(`HOSTNAME=${name}`);
    expect(pids, `processes of ${name}`).not.to.be.empty;
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await eventually('the restart is counted', async () => {
      const [status] = (await kubectl.json('get', 'pod', name!)).status.containerStatuses;
      return (status.restartCount >= 1 && status.ready && status.lastState.terminated?.exitCode === 137) || undefined;
    });
  });

  it('scales up and down', async () => {
    await kubectl.run('scale', 'deployment/hello', '--replicas=5');
    await eventually('five are Ready', async () => (await readyPods(kubectl, 'app=hello')).length === 5 || undefined);
    await kubectl.run('scale', 'deployment/hello', '--replicas=1');
    await eventually('one is left', async () => (await podsOf('hello')).length === 1 || undefined);
  });

  it('rolls out a new image, keeps the history, and goes back', async () => {
    await kubectl.run('set', 'image', 'deployment/hello', 'nginx=httpd:2.4');
    expect(await rolledOut('hello')).to.include('successfully rolled out');
    const url = `http://127.0.0.1:${await nodePortOf(kubectl, 'hello')}/`;
    await eventually('httpd answers', async () => (await fetchText(url)).includes('It works') || undefined);
    const history = await kubectl.run('rollout', 'history', 'deployment/hello');
    expect(history).to.match(/^1 /m).and.to.match(/^2 /m);
    await kubectl.run('rollout', 'undo', 'deployment/hello');
    await rolledOut('hello');
    await eventually('nginx answers', async () => /nginx/.test(await fetchText(url)) || undefined);
    const { containers } = (await kubectl.json('get', 'deployment', 'hello')).spec.template.spec;
    expect(containers[0].image).to.equal('nginx:1.14.2');
  });

  it('keeps new pods off a cordoned node', async () => {
    await kubectl.run('cordon', 'node-1');
    expect(await kubectl.run('get', 'nodes')).to.include('Ready,SchedulingDisabled');
    await kubectl.run('create', 'deployment', 'cordoned', '--image=kubelab/sleep', '--replicas=6');
    await rolledOut('cordoned');
    const nodes = (await podsOf('cordoned')).map(({ spec }) => spec.nodeName);
    expect(nodes).to.have.length(6).and.not.to.include('node-1');
    await kubectl.run('uncordon', 'node-1');
  });

  it('drains a node, and goes on without it when it is removed', async () => {
    await kubectl.run('drain', 'node-2', '--ignore-daemonsets', '--delete-emptydir-data', '--force', '--timeout=90s');
    await rolledOut('cordoned');
    await kubectl.run('delete', 'node', 'node-2');
    await eventually('all pods stand on nodes that are there', async () => {
      const nodes = (await podsOf('cordoned')).map(({ spec }) => spec.nodeName);
      return (nodes.length === 6 && !nodes.includes('node-2')) || undefined;
    });
    expect(await kubectl.run('get', 'nodes')).not.to.include('node-2');
  });

  it('ends by Ctrl-C and leaves no process, no socket and no file behind', async () => {
    const before = cluster.traces();
    if (process.platform === 'linux') {
      expect(before.processes.length, 'the cluster and its containers').to.be.greaterThan(10);
      expect(before.sockets.size, 'what they listen at').to.be.greaterThan(10);
    }
    // npm ends by the signal, however well its script ends.
    expect(await cluster.stop('SIGINT'), cluster.output).to.equal(cluster.command === 'npm' ? 'SIGINT' : 0);
    expect(cluster.remains(before)).to.deep.equal([]);
    expect(existsSync(cluster.kubeconfig)).to.equal(false);
  });
}
