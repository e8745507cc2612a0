// `kubelab scheduler` and `kubelab controller` against a cluster over HTTPS, each a process of its own: as a person runs them
// against a real Kubernetes. Pods of the cluster are simulated.

import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ConfigMaps } from '../../../core/model/config-map.ts';
import { type Deployment, Deployments } from '../../../core/model/deployment.ts';
import { Events } from '../../../core/model/event.ts';
import { Leases } from '../../../core/model/lease.ts';
import type { Draft } from '../../../core/model/meta.ts';
import { type Pod, Pods } from '../../../core/model/pod.ts';
import { ReplicaSets } from '../../../core/model/replica-set.ts';
import { allTests } from '../../../core/testing/runs.ts';
import { foreignCluster, HttpApiClient } from '../../api-http/plugin.ts';
import { CommandRoom, type Run } from '../command.fixture.ts';
import { eventually } from '../e2e/run.ts';
import { remains, tracesOf } from '../e2e/traces.ts';
import { LimitedServer } from './limited-server.fixture.ts';

/** A student's scheduler: everything on one node, if the pod's name does not say otherwise. */
const onto = (node: string) => `
import { type ClusterView, type Placement, type Pod, plugin, Scheduler } from 'kubelab';

class Favourite implements Scheduler {
  readonly name = 'favourite';
  readonly retryOn = ['NodeAdded'] as const;

  place(pod: Pod, cluster: ClusterView): Placement {
    if (pod.metadata.name === 'bad') return { unschedulable: { 'node(s) were too ugly': cluster.nodes.length } };
    return { node: '${node}' };
  }
}

export default plugin({
  name: 'scheduler-favourite',
  description: 'one node gets it all',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new Favourite());
  },
});
`;

/** A student's controller: every ConfigMap with a label gets a twin. */
const twins = `
import { ApiClient, ConfigMaps, Controller, type Informer, type Informers, itself, plugin } from 'kubelab';

class Twins implements Controller {
  readonly name = 'twins';
  readonly #client: ApiClient;
  #maps: Informer | undefined;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  sources(informers: Informers) {
    this.#maps = informers.of(ConfigMaps, { labelSelector: 'twin=wanted' });
    return [{ informer: this.#maps, keys: itself }];
  }

  async reconcile(key: string) {
    const map = this.#maps?.get(key);
    const { namespace = 'default', name = '' } = map?.metadata ?? {};
    if (!map || this.#maps?.get(key + '-twin')) return {};
    await this.#client.of(ConfigMaps).in(namespace).create({ metadata: { name: name + '-twin' }, data: map.data });
    return {};
  }
}

export default plugin({
  name: 'controller-twins',
  description: 'twins',
  provides: [Controller],
  bind: ({ bind }) => {
    bind(Controller).toResolvedValue((client: ApiClient) => new Twins(client), [ApiClient]);
  },
});
`;

const containers = [{ name: 'c', image: 'nginx' }];

/** Clusters come and go in it: with all tests. */
const long = allTests ? it : () => {};

describe('a plugin in a cluster that somebody else runs', function () {
  this.timeout(120_000);
  let room: CommandRoom;
  let cluster: Run;
  let client: HttpApiClient;

  const working = new Set<Run>();

  const inRoom = (name: string) => path.join(room.folder, name);
  const write = (name: string, text: string) => writeFileSync(inRoom(name), text);

  before(async () => {
    room = new CommandRoom();
    // No ReplicaSet controller: one comes from outside.
    write(
      'cluster.yaml',
      'apiVersion: kubelab.dev/v1\nkind: Cluster\nspec:\n  controllers: [{ plugin: deployment }, { plugin: service-account }]\n',
    );
    cluster = await startCluster('0');
    client = new HttpApiClient(await foreignCluster({ file: inRoom('config') }));
  });
  afterEach(async function () {
    // What a test that failed has left would place the pods of the next one.
    if (this.currentTest?.isFailed()) for (const started of working) started.process.kill('SIGKILL');
    working.clear();
  });
  after(async () => {
    client?.close();
    await room.close();
  });

  const startCluster = (port: string) =>
    room.up(
      '-f',
      'cluster.yaml',
      '--port',
      port,
      '--store',
      'memory',
      '--data',
      inRoom('data'),
      '--kubeconfig',
      inRoom('config'),
      '-o',
      'json',
    );

  /** `kubelab COMMAND --kubeconfig ... ARGS`, ready. */
  const run = async (command: 'scheduler' | 'controller', ...args: string[]): Promise<Run> => {
    const started = room.start(command, '--kubeconfig', inRoom('config'), '-o', 'json', ...args);
    working.add(started);
    await started.says(/^\{.*\}\n/);
    return started;
  };
  /** As Ctrl-C does; it leaves nothing. */
  const stop = async (started: Run): Promise<void> => {
    const traces = tracesOf(started.process.pid!);
    started.process.kill('SIGINT');
    const { code } = await started.ended;
    expect(code, started.stderr).to.equal(0);
    expect(remains(traces)).to.deep.equal([]);
  };

  const pod = (name: string, schedulerName = 'mine'): Promise<Pod> =>
    client
      .of(Pods)
      .in('default')
      .create({ metadata: { name }, spec: { schedulerName, containers } } as Draft<Pod>);
  const nodeOf = (name: string) =>
    eventually(`a node for ${name}`, async () => (await client.of(Pods).in('default').get(name)).spec.nodeName);
  const eventOf = (name: string, reason: string) =>
    eventually(`${reason} of ${name}`, async () => {
      const fieldSelector = `involvedObject.name=${name},reason=${reason}`;
      return (await client.of(Events).in('default').list({ fieldSelector })).items[0];
    });
  const says = (started: Run, pattern: RegExp) =>
    eventually(`${pattern}`, async () => pattern.exec(started.stderr) ?? undefined);

  it('places its pods, and no others; controllers, ours and a student’s, do their work', async () => {
    write('mine.ts', onto('node-3'));
    write('twins.ts', twins);
    const [mine, replication, controller] = await Promise.all([
      run('scheduler', '--plugin', './mine.ts', '--name', 'mine'),
      run('controller', '--plugin', 'replication'),
      run('controller', '--plugin', './twins.ts', '--name', 'twins'),
    ]);
    const { server } = JSON.parse(cluster.stdout);
    expect(JSON.parse(mine.stdout)).to.deep.equal({
      name: 'mine',
      server,
      plugin: './mine.ts',
      user: 'kubernetes-admin',
      pid: mine.process.pid,
    });
    for (const [name, schedulerName] of [
      ['web', 'mine'],
      ['other', 'default-scheduler'],
    ] as const) {
      const labels = { app: name };
      await client
        .of(Deployments)
        .in('default')
        .create({
          metadata: { name },
          spec: {
            replicas: 3,
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { schedulerName, containers } },
          },
        } as unknown as Draft<Deployment>);
    }
    const placesOf = (app: string) =>
      eventually(`pods of ${app} that run`, async () => {
        const { items } = await client
          .of(Pods)
          .in('default')
          .list({ labelSelector: `app=${app}` });
        const running = items.filter(({ status }) => status?.phase === 'Running');
        return running.length === 3 ? running.map(({ spec }) => spec.nodeName).sort() : undefined;
      });
    expect(await placesOf('web')).to.deep.equal(['node-3', 'node-3', 'node-3']);
    expect(await placesOf('other')).to.include.members(['node-1', 'node-2']);
    expect((await client.of(ReplicaSets).in('default').list()).items).to.have.lengthOf(2);

    await Promise.all([pod('good'), pod('bad')]);
    const scheduled = await eventOf('good', 'Scheduled');
    expect(scheduled.message).to.equal('Successfully assigned default/good to node-3');
    expect(scheduled.source?.component).to.equal('mine');
    const failed = await eventOf('bad', 'FailedScheduling');
    expect(failed.message).to.match(/^0\/3 nodes are available: 3 node\(s\) were too ugly\./);
    expect(failed.source?.component).to.equal('mine');

    const maps = client.of(ConfigMaps).in('default');
    await maps.create({ metadata: { name: 'a', labels: { twin: 'wanted' } }, data: { x: '1' } });
    const twin = await eventually('the twin', () => maps.get('a-twin'));
    expect(twin.data).to.deep.equal({ x: '1' });

    await Promise.all([stop(mine), stop(replication), stop(controller)]);
    expect(mine.stderr + replication.stderr + controller.stderr).to.equal('');
  });

  long('a file that is saved takes over, with --watch', async () => {
    write('mine.ts', onto('node-1'));
    const mine = await run('scheduler', '--plugin', './mine.ts', '--name', 'mine', '--watch');
    await pod('before');
    expect(await nodeOf('before')).to.equal('node-1');
    write('mine.ts', 'nonsense(');
    await says(mine, /^mine: mine\.ts:1:\d+: .*; the version before it goes on$/m);
    write('mine.ts', onto('node-2'));
    await says(mine, /^mine: works again$/m);
    await pod('after');
    expect(await nodeOf('after')).to.equal('node-2');
    await stop(mine);
  });

  long('of two that elect a leader, one works; the other stands by, and takes over when that one ends', async () => {
    write('mine.ts', onto('node-3'));
    const elects = ['scheduler', '--plugin', './mine.ts', '--name', 'elected', '--leader-elect'] as const;
    const first = await run(...elects);
    const second = await run(...elects);
    await says(second, /^elected: stands by: \S+ leads$/m);
    await pod('one', 'elected');
    expect(await nodeOf('one')).to.equal('node-3');
    const lease = await client.of(Leases).in('kube-system').get('elected');
    await stop(first);
    expect(first.stderr).to.equal('');
    await says(second, /^elected: leads$/m);
    await pod('two', 'elected');
    expect(await nodeOf('two')).to.equal('node-3');
    const { spec } = await client.of(Leases).in('kube-system').get('elected');
    expect(spec?.holderIdentity).not.to.equal(lease.spec?.holderIdentity);
    expect(spec?.leaseTransitions).to.equal(1);
    await stop(second);
  });

  long('goes on when the server was away, also one that begins again from nothing', async () => {
    write('mine.ts', onto('node-3'));
    const [mine, pack, other] = await Promise.all([
      run('scheduler', '--plugin', './mine.ts', '--name', 'mine'),
      run('scheduler', '--plugin', 'scheduler-binpack', '--name', 'pack'),
      run('scheduler', '--plugin', 'random', '--name', 'other'),
    ]);
    const { server } = JSON.parse(cluster.stdout);
    cluster.process.kill('SIGINT');
    await cluster.ended;
    await Promise.all([
      says(mine, /^\[mine\.ts\] the (server|connection).*; it is tried again until it answers$/m),
      says(pack, /^pack: the (server|connection).*; it is tried again until it answers$/m),
    ]);
    await stop(other); // Ctrl-C works meanwhile too
    cluster = await startCluster(new URL(server).port);
    expect(JSON.parse(cluster.stdout).server).to.equal(server);
    // Its controllers have begun again too: a pod is taken once its service account is there.
    await eventually('the service account', () => pod('again'));
    await Promise.all([pod('packed-1', 'pack'), pod('packed-2', 'pack')]);
    expect(await nodeOf('again')).to.equal('node-3');
    expect(await nodeOf('packed-1')).to.equal(await nodeOf('packed-2'));
    expect(mine.stderr).to.match(/^\[mine\.ts\] the server answers again$/m);
    expect(pack.stderr).to.match(/^pack: the server answers again$/m);
    await Promise.all([stop(mine), stop(pack)]);
  });
});

/** Seconds each. */
const inAllTests = allTests ? it : () => {};

describe('kubelab scheduler and kubelab controller', function () {
  this.timeout(60_000);
  let room: CommandRoom;
  let server: LimitedServer;

  before(async () => {
    room = new CommandRoom();
    server = await new LimitedServer().start();
    const write = (name: string, text: string) => writeFileSync(path.join(room.folder, name), text);
    write('config', await server.kubeconfig('ann'));
    write('mine.ts', onto('node-1'));
    write('twins.ts', twins);
    write('throws.ts', "throw new Error('no luck');\n");
  });
  after(async () => {
    await room.close();
    await server.stop();
  });
  beforeEach(() => server.denied.clear());

  const scheduler = 'scheduler --kubeconfig config --name mine --plugin';
  const wrong: readonly (readonly [code: number, args: string, message: RegExp])[] = [
    [2, 'scheduler --plugin binpack', /required option '--name <name>' not specified/],
    [2, `${scheduler} controller-node`, /provides Controller, not Scheduler/],
    [2, 'controller --kubeconfig config --plugin ./mine.ts', /provides Scheduler, not Controller/],
    [1, `${scheduler} ./throws.ts`, /^error: throws\.ts:1: no luck$/m],
    [2, `${scheduler} binpack --context other`, /^error: .*no cluster for the context "other"; there are: kubelab$/m],
    [2, 'scheduler --kubeconfig config --plugin binpack --name Mine', /^error: --name "Mine": use small letters/m],
  ];
  for (const [code, args, message] of wrong) {
    it(`${code}: kubelab ${args}`, async () => {
      const outcome = await room.kubelab(...args.split(' '));
      expect(outcome.stderr).to.match(message);
      expect(outcome.code).to.equal(code);
      expect(outcome.stdout).to.equal('');
      expect(existsSync(path.join(room.home, 'kubelab'))).to.equal(false);
    });
  }

  it('3: what a scheduler may not do', async () => {
    server.denied.add('create pods/binding');
    const { code, stderr } = await room.kubelab(...`${scheduler} ./mine.ts`.split(' '));
    expect(stderr).to.match(/^error: ann may not do .*; missing: create pods\/binding\n.*--user=ann\n$/);
    expect(code).to.equal(3);
  });

  long('3: who may not elect a leader', async () => {
    server.denied.add('update leases');
    const { code, stderr } = await room.kubelab(...`${scheduler} ./mine.ts --leader-elect`.split(' '));
    expect(stderr).to.equal(
      'error: ann may not do in this cluster what electing a leader by the Lease kube-system/mine takes; missing: update leases.coordination.k8s.io\n' +
        '       whoever owns the cluster grants it with: kubectl create role mine-leader -n kube-system --verb=get,create,update --resource=leases.coordination.k8s.io\n' +
        '       and: kubectl create rolebinding mine-leader -n kube-system --role=mine-leader --user=ann\n',
    );
    expect(code).to.equal(3);
  });

  inAllTests('3: what a controller may not read', async () => {
    server.denied.add('list configmaps').add('watch replicasets').add('list replicasets');
    const refused = async (plugin: string) => {
      const { code, stderr } = await room.kubelab('controller', '--kubeconfig', 'config', '--plugin', plugin);
      expect(code).to.equal(3);
      return stderr;
    };
    const [twins, replication] = await Promise.all([refused('./twins.ts'), refused('replication')]);
    expect(twins).to.equal(
      'error: configmaps is forbidden: User "ann" cannot list resource "configmaps" in API group "" at the cluster scope\n',
    );
    expect(replication).to.equal(
      'error: replicasets.apps is forbidden: User "ann" cannot list resource "replicasets" in API group "apps" at the cluster scope\n',
    );
  });

  inAllTests('say what a controller may not write', async () => {
    server.denied.add('create configmaps');
    const run = room.start('controller', '--kubeconfig', 'config', '--plugin', './twins.ts', '-o', 'json');
    await run.says(/^\{.*\}\n/);
    await server.client
      .of(ConfigMaps)
      .in('default')
      .create({ metadata: { name: 'a', labels: { twin: 'wanted' } } });
    const pattern = /^\[twins\.ts\] .*User "ann" cannot create resource "configmaps"/m;
    await eventually('the complaint', async () => pattern.exec(run.stderr) ?? undefined);
    run.process.kill('SIGTERM');
    expect((await run.ended).code).to.equal(0);
  });
});
