// Workloads: what becomes of pods of every sort on a cluster as it comes from a cluster file, seen with kubectl and over
// the network: images that are not there, crashes, logs, services of every sort, schedulers side by side, nodes and
// namespaces that go away.

import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { allTests } from '../../../core/testing/runs.ts';
import { fetchText, nodePortOf, readyPods, startGuestbook } from './guestbook.ts';
import { TestCluster } from './harness.ts';
import { Kubectl } from './kubectl.ts';
import { eventually } from './run.ts';
import { processesWith } from './traces.ts';

interface Event {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** Seconds each. */
const inAllTests = allTests ? it : () => {};

describe('workloads', function () {
  this.timeout(180_000);
  let folder: string;
  let cluster: TestCluster;
  let kubectl: Kubectl;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kubelab-e2e-'));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  async function start(spec: object): Promise<void> {
    const file = path.join(folder, 'cluster.yaml');
    writeFileSync(file, stringify({ apiVersion: 'kubelab.dev/v1', kind: 'Cluster', spec }));
    cluster = await TestCluster.start(['-f', file]);
    kubectl = Kubectl.any(cluster);
  }

  const apply = (...objects: readonly object[]) =>
    kubectl.apply(objects.map((object) => stringify(object)).join('---\n'));
  const pod = (name: string, spec: object, labels = { app: name }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec,
  });
  const one = (image: string, more: object = {}) => ({ containers: [{ name: 'main', image, ...more }] });
  const deployment = (name: string, replicas: number, spec: object) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec },
    },
  });
  const service = (name: string, spec: object) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ...spec },
  });

  const ready = (app: string, count: number) =>
    eventually(`${count} pods of ${app} are Ready`, async () => {
      const names = await readyPods(kubectl, `app=${app}`);
      return names.length === count ? names : undefined;
    });
  const eventsOf = async (name: string): Promise<Event[]> =>
    (await kubectl.json('get', 'events', '--field-selector', `involvedObject.name=${name}`)).items;
  /** Waits for an event; `type Reason: message`. */
  const event = (name: string, text: string | RegExp) =>
    eventually(`the event ${text} of ${name}`, async () => {
      const lines = (await eventsOf(name)).map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
      const found = lines.find((line) => (typeof text === 'string' ? line === text : text.test(line)));
      if (!found) throw new Error(lines.join('; '));
      return found;
    });
  /** The STATUS column of `kubectl get pod`. */
  const statusOf = async (name: string) =>
    (await kubectl.run('get', 'pod', name)).trim().split('\n')[1]?.split(/\s+/)[2];
  const shows = (name: string, status: string) =>
    eventually(`${name} is shown as ${status}`, async () => {
      const now = await statusOf(name);
      if (now !== status) throw new Error(`it is ${now}`);
      return true;
    });

  describe('on an ordinary cluster with a second scheduler', () => {
    before(() =>
      start({
        nodes: 3,
        schedulers: [
          { schedulerName: 'turns', plugin: 'round-robin' },
          { schedulerName: 'packer', plugin: 'resource-fit', options: { strategy: 'pack' } },
        ],
      }),
    );
    after(() => cluster?.destroy());

    it('runs a container that does nothing for an image that it does not have, and says so', async () => {
      await apply(pod('stranger', one('ghcr.io/example/unheard-of:3')));
      await ready('stranger', 1);
      await event(
        'stranger',
        "Warning Simulated: ghcr.io/example/unheard-of:3 is not among Kubelab's images: a container that does nothing runs in its place",
      );
      expect(await kubectl.run('describe', 'pod', 'stranger')).to.include('Simulated');
    });

    it('restarts what crashes, waits longer each time, and keeps the log of the run before', async () => {
      await apply(pod('crasher', one('kubelab/crash', { env: [{ name: 'CRASH_CODE', value: '3' }] })));
      await shows('crasher', 'CrashLoopBackOff');
      const [status] = (await kubectl.json('get', 'pod', 'crasher')).status.containerStatuses;
      expect(status.restartCount).to.be.greaterThanOrEqual(1);
      expect(status.ready).to.equal(false);
      expect(status.lastState.terminated).to.include({ exitCode: 3, reason: 'Error' });
      expect(status.state.waiting.message).to.match(
        /^back-off (10|20)s restarting failed container=main pod=crasher_default\([0-9a-f-]{36}\)$/,
      );
      await event(
        'crasher',
        /^Warning BackOff: Back-off restarting failed container main in pod crasher_default\([0-9a-f-]{36}\)$/,
      );
      const log = 'crashing in 0.5 s\ncrashing now with exit code 3\n';
      expect(await kubectl.run('logs', 'crasher', '--previous')).to.equal(log);
      expect(await kubectl.run('logs', 'crasher', '--tail=1')).to.equal('crashing now with exit code 3\n');
      await kubectl.run('delete', 'pod', 'crasher');
      expect((await kubectl.outcome(['logs', 'crasher'])).stderr).to.include('pods "crasher" not found');
    });

    it('follows a log until its end', async () => {
      await apply(
        pod('counter', {
          restartPolicy: 'Never',
          ...one('busybox:1.36', {
            command: ['sh', '-c', 'for i in 1 2 3; do echo line $i; sleep 0.4; done; echo bye >&2'],
          }),
        }),
      );
      await eventually(
        'it has begun',
        async () => (await kubectl.outcome(['logs', 'counter'])).stdout.includes('line 1') || undefined,
      );
      expect(await kubectl.run('logs', '-f', 'counter')).to.equal('line 1\nline 2\nline 3\nbye\n');
      await shows('counter', 'Completed');
    });

    it('carries TCP and UDP through node ports', async () => {
      await apply(
        deployment('echo', 2, one('kubelab/echo')),
        service('echo', {
          type: 'NodePort',
          ports: [
            { name: 'tcp', port: 7, protocol: 'TCP' },
            { name: 'udp', port: 7, protocol: 'UDP' },
          ],
        }),
      );
      await ready('echo', 2);
      const { ports } = (await kubectl.json('get', 'service', 'echo')).spec;
      const at = (name: string): number => ports.find((each: { name: string }) => each.name === name).nodePort;
      expect(await eventually('TCP comes back', () => echoTcp(at('tcp'), 'hello over TCP'))).to.equal('hello over TCP');
      expect(await eventually('UDP comes back', () => echoUdp(at('udp'), 'hello over UDP'))).to.equal('hello over UDP');
    });

    it('lets a pod reach another Service by its name, short and long', async () => {
      await apply(
        deployment('inside', 2, one('kubelab/web')),
        service('inside', { ports: [{ name: 'http', port: 8000, targetPort: 80 }] }),
      );
      await ready('inside', 2);
      const ask = ['inside:8000', 'inside.default:8000', 'inside.default.svc.cluster.local:8000']
        .map((host) => `wget -qO- http://${host}/`)
        .join(' && ');
      const { clusterIP } = (await kubectl.json('get', 'service', 'inside')).spec;
      await apply(
        pod('asker', {
          restartPolicy: 'OnFailure',
          ...one('busybox', { command: ['sh', '-c', `${ask} && wget -qO- http://${clusterIP}:8000/`] }),
        }),
      );
      await shows('asker', 'Completed');
      const lines = (await kubectl.run('logs', 'asker')).trim().split('\n');
      expect(lines).to.have.length(4);
      for (const line of lines) expect(line).to.match(/^Hello from inside-\S+ on node-\d$/);
    });

    it('spreads connections over all pods; keeps a client with its pod where the Service says so', async () => {
      const ports = [{ port: 80 }];
      const clientIP = { sessionAffinity: 'ClientIP' };
      await apply(deployment('many', 3, one('kubelab/web')), service('many', { type: 'NodePort', ports }), {
        ...service('sticky', { type: 'NodePort', ports, selector: { app: 'many' }, ...clientIP }),
      });
      await ready('many', 3);
      const answers = async (name: string) => {
        const url = `http://127.0.0.1:${await nodePortOf(kubectl, name)}/`;
        await eventually(`${name} answers`, () => fetchText(url));
        const pods = new Set<string>();
        for (let i = 0; i < 12; i += 1) pods.add((await fetchText(url)).split(' ')[2] ?? '');
        return pods;
      };
      await eventually('all three take their turn', async () => (await answers('many')).size === 3 || undefined);
      expect((await answers('sticky')).size).to.equal(1);
    });

    inAllTests('rolls the guestbook over without one failed request', async () => {
      const { port } = await startGuestbook(kubectl);
      const url = `http://127.0.0.1:${port}/entries`;
      await fetchText(url, { method: 'POST', body: JSON.stringify({ text: 'still here' }) });
      let over = false;
      let asked = 0;
      const failures: string[] = [];
      const pods = new Set<string>();
      const visitor = async () => {
        while (!over) {
          asked += 1;
          try {
            const { pod, entries } = JSON.parse(await fetchText(url));
            pods.add(pod);
            if (entries[0]?.text !== 'still here') failures.push(`entries: ${JSON.stringify(entries)}`);
          } catch (error) {
            failures.push(`${(error as Error).message} ${(error as Error).cause ?? ''}`);
          }
        }
      };
      const visitors = [visitor(), visitor()];
      try {
        for (const [name, container] of [
          ['guestbook', 'web'],
          ['guestbook-api', 'api'],
        ] as const) {
          await kubectl.run('set', 'image', `deployment/${name}`, `${container}=kubelab/${name}:2`);
          await kubectl.run('rollout', 'status', `deployment/${name}`, '--timeout=90s');
          await ready('guestbook', 6);
        }
      } finally {
        over = true;
        await Promise.all(visitors);
      }
      expect(failures, `of ${asked} requests`).to.deep.equal([]);
      expect(asked).to.be.greaterThan(50);
      expect(pods.size, 'old pods and new ones have answered').to.be.greaterThan(3);
    });

    it('places each pod by the scheduler that it names', async () => {
      const small = { resources: { requests: { cpu: '10m' } } };
      await apply(
        deployment('by-turns', 6, { schedulerName: 'turns', ...one('kubelab/sleep', small) }),
        deployment('packed', 6, { schedulerName: 'packer', ...one('kubelab/sleep', small) }),
        pod('nobodys', { schedulerName: 'nobody', ...one('kubelab/sleep') }),
      );
      const nodesOf = async (app: string): Promise<string[]> => {
        await ready(app, 6);
        const { items } = await kubectl.json('get', 'pods', '-l', `app=${app}`);
        return items.map((each: { spec: { nodeName: string } }) => each.spec.nodeName).sort();
      };
      expect(await nodesOf('by-turns')).to.deep.equal(['node-1', 'node-1', 'node-2', 'node-2', 'node-3', 'node-3']);
      expect(new Set(await nodesOf('packed')).size).to.equal(1);
      expect(await statusOf('nobodys')).to.equal('Pending');
      const [name] = await readyPods(kubectl, 'app=by-turns');
      const { items } = await kubectl.json('get', 'events', '--field-selector', `involvedObject.name=${name}`);
      const scheduled = items.find(({ reason }: Event) => reason === 'Scheduled');
      expect(scheduled.source?.component ?? scheduled.reportingComponent).to.equal('turns');
    });

    it('says why a pod cannot be placed, and places it as soon as it can', async () => {
      await apply(pod('picky', { nodeSelector: { disk: 'fast' }, ...one('kubelab/sleep') }));
      await event(
        'picky',
        /^Warning FailedScheduling: 0\/3 nodes are available: 3 node\(s\) didn't match Pod's node affinity\/selector\./,
      );
      await kubectl.run('label', 'node', 'node-3', 'disk=fast');
      await ready('picky', 1);
      expect((await kubectl.json('get', 'pod', 'picky')).spec.nodeName).to.equal('node-3');
    });

    inAllTests('removes everything that is in a namespace with it', async () => {
      await kubectl.run('create', 'namespace', 'short');
      const there = (object: { metadata: object }) => ({
        ...object,
        metadata: { ...object.metadata, namespace: 'short' },
      });
      await apply(
        // A namespace is looked at again after half of the longest grace period in it, on any cluster.
        there(deployment('gone', 3, { terminationGracePeriodSeconds: 2, ...one('kubelab/web') })),
        there(service('gone', { type: 'NodePort', ports: [{ port: 80 }] })),
        there({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'gone' }, data: { a: 'b' } } as never),
        there({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'gone' }, stringData: { a: 'b' } } as never),
      );
      await kubectl.run('rollout', 'status', '-n', 'short', 'deployment/gone', '--timeout=90s');
      const { ports } = (await kubectl.json('get', 'service', '-n', 'short', 'gone')).spec;
      await eventually('it answers', () => fetchText(`http://127.0.0.1:${ports[0].nodePort}/`));
      await kubectl.run('delete', 'namespace', 'short');
      const kinds =
        'pods,deployments,replicasets,services,endpoints,endpointslices,configmaps,secrets,serviceaccounts,events';
      for (const kind of kinds.split(',')) {
        expect((await kubectl.json('get', kind, '-n', 'short')).items, kind).to.deep.equal([]);
      }
      expect((await kubectl.outcome(['get', 'namespace', 'short'])).stderr).to.include('namespaces "short" not found');
      await eventually('its port is closed', async () => {
        const answer = await fetchText(`http://127.0.0.1:${ports[0].nodePort}/`).catch(() => undefined);
        return answer === undefined || undefined;
      });
    });
  });

  describe('on a cluster that refuses unknown images', () => {
    before(() =>
      start({
        nodes: 3,
        runtime: { plugin: 'process', options: { unknownImages: 'refuse' } },
      }),
    );
    after(() => cluster?.destroy());

    it('shows ErrImagePull, then ImagePullBackOff, with Kubernetes’ events', async () => {
      const image = 'ghcr.io/example/unheard-of:3';
      await apply(pod('stranger', one(image)));
      const reasons = new Set<string>();
      await eventually('it waits for the next try', async () => {
        const status = await statusOf('stranger');
        if (status) reasons.add(status);
        return status === 'ImagePullBackOff' || undefined;
      });
      expect([...reasons].filter((reason) => !/ContainerCreating|Pending/.test(reason))).to.deep.equal([
        'ErrImagePull',
        'ImagePullBackOff',
      ]);
      await event('stranger', `Normal Pulling: Pulling image "${image}"`);
      await event('stranger', new RegExp(`^Warning Failed: Failed to pull image "${image}": .*not found`));
      await event('stranger', 'Warning Failed: Error: ErrImagePull');
      await event('stranger', `Normal BackOff: Back-off pulling image "${image}"`);
      await event('stranger', 'Warning Failed: Error: ImagePullBackOff');
      expect((await kubectl.outcome(['logs', 'stranger'])).stderr).to.include(
        'container "main" in pod "stranger" is waiting to start: trying and failing to pull image',
      );
      await kubectl.run('delete', 'pod', 'stranger');
    });

    inAllTests('moves the pods of a node that is lost, and ends what ran on it', async () => {
      await apply(
        deployment('moving', 6, one('kubelab/web')),
        service('moving', { type: 'NodePort', ports: [{ port: 80 }] }),
      );
      await ready('moving', 6);
      const on = async (node: string): Promise<string[]> => {
        const { items } = await kubectl.json(
          'get',
          'pods',
          '-l',
          'app=moving',
          '--field-selector',
          `spec.nodeName=${node}`,
        );
        return items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
      };
      // An option of a component, by its object: not the usual 40 s until a lost node's pods are removed.
      await apply({
        apiVersion: 'kubelab.dev/v1',
        kind: 'Component',
        metadata: { name: 'controller-node' },
        spec: { slot: 'Controller', plugin: 'controller-node', options: { quarantineSeconds: 1 } },
      });
      const lost = await on('node-3');
      expect(lost).not.to.be.empty;
      await kubectl.run('delete', 'node', 'node-3');
      await eventually(
        'six are Ready, and none of them was there',
        async () => {
          const names = await readyPods(kubectl, 'app=moving');
          return (names.length === 6 && !names.some((name) => lost.includes(name))) || undefined;
        },
        35,
      );
      expect(await on('node-3')).to.deep.equal([]);
      const url = `http://127.0.0.1:${await nodePortOf(kubectl, 'moving')}/`;
      expect(await eventually('the Service answers', () => fetchText(url))).to.match(/on node-[12]$/m);
      if (process.platform === 'linux') {
        await eventually('no process of theirs is left', async () => {
          const left = lost.filter((name) => processesWith(`HOSTNAME=${name}`).length > 0);
          if (left.length > 0) throw new Error(left.join(', '));
          return true;
        });
      }
      expect((await kubectl.run('get', 'nodes')).trim().split('\n')).to.have.length(3);
    });
  });
});

function echoTcp(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(text));
    socket.setTimeout(5000, () => socket.destroy(new Error('nothing came back within 5 s')));
    socket.on('data', (data) => {
      answer += data;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(answer));
  });
}

function echoUdp(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const timer = setTimeout(() => {
      socket.close();
      reject(new Error('nothing came back within 2 s'));
    }, 2000);
    socket.once('message', (message) => {
      clearTimeout(timer);
      socket.close();
      resolve(message.toString());
    });
    socket.send(text, port, '127.0.0.1');
  });
}
