// Plugin files at work in a cluster: what happens to the cluster when they hang, throw, end, are saved again. The cluster
// is in this process, with simulated pods; the plugins are real processes.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type Cluster, createCluster } from '../../../core/cluster/cluster.ts';
import { plugin } from '../../../core/cluster/plugin.ts';
import { Scheduler } from '../../../core/contracts/scheduler.ts';
import { Components } from '../../../core/model/component.ts';
import { ConfigMaps } from '../../../core/model/config-map.ts';
import { Pods } from '../../../core/model/pod.ts';
import { allTests } from '../../../core/testing/runs.ts';
import { apiHttp } from '../../api-http/plugin.ts';
import { runtimeMock } from '../../runtime-mock/plugin.ts';
import { schedulerRoundRobin } from '../../scheduler-round-robin/plugin.ts';
import { standardControllers, standardPlugins } from '../../standard.ts';
import { storeMemory } from '../../store-memory/plugin.ts';
import { builtHost } from './built.fixture.ts';
import { PluginFiles } from './plugin-files.ts';

/** A scheduler whose place() is this. */
const scheduler = (place: string) => `
import { plugin, Scheduler } from 'kubelab';
export default plugin({
  name: 'scheduler-mine',
  description: 'mine',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => ({
      name: 'mine',
      retryOn: ['NodeAdded'] as const,
      place: (pod, cluster) => {
        ${place}
      },
    }));
  },
});
`;
const onto = (node: string) => scheduler(`return { node: '${node}' };`);
/** Lines from the top of the file to place()'s first. */
const placeLine = 12;

const controller = (reconcile: string) => `
import { ConfigMaps, Controller, itself, plugin } from 'kubelab';
export default plugin({
  name: 'controller-mine',
  description: 'mine',
  provides: [Controller],
  bind: ({ bind }) => {
    bind(Controller).toResolvedValue(() => ({
      name: 'mine',
      sources: (informers) => [{ informer: informers.of(ConfigMaps), keys: itself }],
      reconcile: async (key) => {
        if (!key.startsWith('default/mine')) return {};
        ${reconcile}
        return {};
      },
    }));
  },
});
`;

/** Seconds each. */
const inAllTests = allTests ? it : () => {};

describe('a plugin file in a running cluster', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let files: PluginFiles;
  let folder: string;
  let file: string;
  let pods = 0;

  before(async () => {
    files = new PluginFiles({ watch: true, program: await builtHost() });
    folder = mkdtempSync(path.join(tmpdir(), 'kubelab hosted '));
    file = path.join(folder, 'mine.ts');
    cluster = await createCluster({
      plugins: [storeMemory(), apiHttp({ port: 0 }), schedulerRoundRobin(), ...standardControllers(), runtimeMock()],
      nodes: 3,
      registered: standardPlugins,
    });
  });

  after(async () => {
    await cluster?.stop();
    await files?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a real process brings about in its own time. */
  const eventually = async <T>(what: string, ask: () => Promise<T | undefined>, seconds = 15): Promise<T> => {
    const until = performance.now() + seconds * 1000;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (performance.now() > until) throw new Error(`not within ${seconds} s: ${what}`);
      await sleep(20);
    }
  };
  const component = () => cluster.client().of(Components).get('scheduler');
  const message = (pattern: RegExp) =>
    eventually(`message ${pattern}`, async () => {
      const { status } = await component();
      return pattern.test(status?.message ?? '') ? status : undefined;
    });
  const newPod = async (): Promise<string> => {
    pods += 1;
    const name = `pod-${pods}`;
    const spec = { containers: [{ name: 'main', image: 'nginx' }] };
    await cluster
      .client()
      .of(Pods)
      .in('default')
      .create({ metadata: { name }, spec } as never);
    return name;
  };
  const nodeOf = (name: string) =>
    eventually(
      `${name} is placed`,
      async () => (await cluster.client().of(Pods).in('default').get(name)).spec.nodeName,
    );
  const swap = async (text: string) => {
    writeFileSync(file, text);
    await cluster.swap('scheduler', await files.load(file, {}));
  };
  const failure = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => expect.fail('it was taken'),
      (error: Error) => error,
    );

  it('places pods, with an identity of its own', async () => {
    await swap(onto('node-2'));
    expect(await nodeOf(await newPod())).to.equal('node-2');
    expect((await component()).spec).to.deep.equal({ slot: 'Scheduler', plugin: file, path: file });
  });

  it('takes over when it is saved', async () => {
    writeFileSync(file, onto('node-3'));
    await eventually('a pod on node-3', async () => ((await nodeOf(await newPod())) === 'node-3' ? true : undefined));
  });

  it('stays as it was when a broken text is saved, and says where it is broken', async () => {
    writeFileSync(file, 'export default plugin({ name: ;');
    const status = await message(/^mine\.ts:1:\d+: .*; the version before it goes on$/);
    expect(status.state).to.equal('Running');
    expect(await nodeOf(await newPod())).to.equal('node-3');
  });

  it('is stopped when place() does not return, named with pod, file and line; the next save repairs it', async () => {
    writeFileSync(file, scheduler('for (;;) {}'));
    const since = (await component()).status?.startedAt;
    await eventually('it runs', async () => {
      const { status } = await component();
      return status?.state === 'Running' && (status.startedAt !== since || !status.message) ? true : undefined;
    });
    const name = await newPod();
    const begun = performance.now();
    const status = await message(/did not return/);
    expect(performance.now() - begun).to.be.lessThan(8000);
    expect(status.state).to.equal('CrashLoopBackOff');
    expect(status.message).to.equal(`place(default/${name}) did not return, mine.ts:${placeLine}`);
    writeFileSync(file, onto('node-1'));
    expect(await nodeOf(name)).to.equal('node-1');
    await eventually('it is well', async () => ((await component()).status?.state === 'Running' ? true : undefined));
  });

  it('goes on when place() throws or calls process.exit, and says so', async () => {
    await swap(scheduler("if (pod.metadata.name.length % 2 < 2) throw new RangeError('too far');"));
    const name = await newPod();
    const status = await message(/too far/);
    expect(status).to.include({
      state: 'Running',
      message: `place(default/${name}): mine.ts:${placeLine}: RangeError: too far`,
    });
    await swap(scheduler('process.exit(7);'));
    await newPod();
    expect((await message(/process\.exit/)).message).to.match(/mine\.ts:12: it called process\.exit\(7\)/);
  });

  it('is started again when it ends where nobody catches it', async () => {
    await swap(scheduler("setTimeout(() => { throw new Error('too late'); }, 1); return { node: 'node-1' };"));
    const { restarts = 0 } = (await component()).status ?? {};
    await newPod();
    const status = await message(/^mine\.ts:12: too late$/);
    expect(status.state).to.equal('CrashLoopBackOff');
    expect(status.restarts).to.equal(restarts + 1);
    await swap(onto('node-1'));
  });

  inAllTests(
    'in a crash loop stays there when its successor does not start, and is repaired by the next save',
    async () => {
      await swap(scheduler("setTimeout(() => { throw new Error('too late'); }, 1); return { node: 'node-1' };"));
      writeFileSync(file, "throw new Error('broken at once');");
      await message(/broken at once/);
      await newPod();
      const next = plugin({
        name: 'scheduler-worse',
        description: 'does not start',
        provides: [Scheduler],
        bind() {},
      })();
      const elsewhere = () => ({ start: () => Promise.reject(new Error('no such luck')), stop: async () => {} });
      const error = await failure(cluster.swap('scheduler', { ...next, elsewhere }));
      expect(error.message).to.equal('no such luck');
      const { status } = await component();
      expect(status).to.include({
        state: 'CrashLoopBackOff',
        message: 'scheduler-worse did not start: no such luck',
      });
      writeFileSync(file, onto('node-1'));
      await eventually('it is well', async () => ((await component()).status?.state === 'Running' ? true : undefined));
      expect(await nodeOf(await newPod())).to.equal('node-1');
    },
  );

  it('may come back by its name, through the API; a path that nobody registered may not', async () => {
    const components = cluster.client().of(Components);
    await cluster.swap('scheduler', schedulerRoundRobin());
    await components.patch('scheduler', { spec: { plugin: path.join(folder, 'evil.ts') } });
    await message(/evil\.ts was not taken: no plugin is called/);
    await components.patch('scheduler', { spec: { plugin: file } });
    await eventually('it runs again', async () => (cluster.find('scheduler').plugin === file ? true : undefined));
    expect(await nodeOf(await newPod())).to.equal('node-1');
  });

  it('is refused where its slot does not fit, and the one that runs stays', async () => {
    writeFileSync(path.join(folder, 'controller.ts'), controller(''));
    const other = await files.load(path.join(folder, 'controller.ts'), {});
    expect((await failure(cluster.swap('scheduler', other))).message).to.match(/provides Controller, not Scheduler/);
    expect(await nodeOf(await newPod())).to.equal('node-1');
  });

  inAllTests('may be a controller; one whose reconcile() loops is named with its key', async () => {
    const mine = path.join(folder, 'controller.ts');
    writeFileSync(mine, controller('await Promise.resolve(); while (key) {}'));
    await cluster.swap('controller-event-expiry', await files.load(mine, {}));
    await cluster
      .client()
      .of(ConfigMaps)
      .in('default')
      .create({ metadata: { name: 'mine-1' } } as never);
    const { status } = await eventually('it is stopped', async () => {
      const found = await cluster.client().of(Components).get('controller-event-expiry');
      return found.status?.state === 'CrashLoopBackOff' ? found : undefined;
    });
    expect(status?.message).to.equal('reconcile(default/mine-1) did not return, controller.ts:13');
    await cluster.undoSwap();
    expect(cluster.find('controller-event-expiry').plugin).to.equal('controller-event-expiry');
  });

  it('is gone when the cluster has stopped, even while it hangs', async () => {
    await swap(scheduler('for (;;) {}'));
    await newPod();
    await sleep(200); // it hangs by now; its watchdog has not looked yet
    const begun = performance.now();
    await cluster.stop();
    expect(performance.now() - begun).to.be.lessThan(9000);
  });
});
