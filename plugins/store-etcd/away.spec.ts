// A cluster whose etcd is away for a while: what is told meanwhile, and that all goes on by itself afterwards.

import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { type Cluster, createCluster } from '../../core/cluster/cluster.ts';
import { answering } from '../../core/cluster/store-part.ts';
import { StoreFailure } from '../../core/contracts/store.ts';
import { ConfigMaps } from '../../core/model/config-map.ts';
import { Deployments } from '../../core/model/deployment.ts';
import { Pods } from '../../core/model/pod.ts';
import { ApiError } from '../../core/model/status.ts';
import { allTests } from '../../core/testing/runs.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { apiHttp } from '../api-http/plugin.ts';
import { runtimeMock } from '../runtime-mock/plugin.ts';
import { schedulerResourceFit } from '../scheduler-resource-fit/plugin.ts';
import { standardControllers } from '../standard.ts';
import { EtcdServers, hasEtcd, withoutEtcd } from './etcd-server.fixture.ts';
import { storeEtcd } from './plugin.ts';

describe('a store that does not answer at the start', () => {
  const away = new StoreFailure('unavailable', 'etcd at http://x does not answer');

  it('is waited for, and that is said once', async () => {
    const clock = new VirtualClock();
    let asked = 0;
    const said: string[] = [];
    const store = {
      revision: async () => {
        asked += 1;
        if (asked < 5) throw away;
        return 1;
      },
    };
    const waiting = answering(store, clock, (message) => said.push(message));
    await clock.advance(5000);
    await waiting;
    expect(said).to.deep.equal([
      'the store does not answer yet; waiting for it, at most 30 s: etcd at http://x does not answer',
    ]);
  });

  it('is given up after half a minute', async () => {
    const clock = new VirtualClock();
    const store = { revision: () => Promise.reject(away) };
    const outcome = answering(store, clock, () => {}).catch((error: Error) => error.message);
    await clock.advance(31_000);
    expect(await outcome).to.equal(
      'the store did not answer for 30 s: etcd at http://x does not answer; start it first, or name the one that runs',
    );
  });

  it('is not asked again when it has said no', async () => {
    const no = new StoreFailure('refused', 'etcd at http://x refuses the user');
    const outcome = answering({ revision: () => Promise.reject(no) }, new VirtualClock(), () => {});
    expect(await outcome.catch((error) => error)).to.equal(no);
  });
});

(allTests ? describe : () => {})('a cluster whose etcd goes away', function () {
  this.timeout(120_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);
  const clock = new RealClock();
  const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-away-'));
  const bugs: unknown[][] = [];
  const { error } = console;
  let servers: EtcdServers;
  let cluster: Cluster;
  before(async () => {
    console.error = (...args: unknown[]) => void bugs.push(args);
    servers = await EtcdServers.start();
    cluster = await createCluster({
      plugins: [
        storeEtcd({ endpoints: servers.endpoints }),
        schedulerResourceFit(),
        ...standardControllers(),
        runtimeMock(),
        apiHttp(),
      ],
      nodes: 2,
      folder,
    });
  });
  after(async () => {
    await cluster?.stop();
    await servers?.stop();
    console.error = error;
    rmSync(folder, { recursive: true, force: true });
  });

  const healthOf = (path: string) =>
    new Promise<{ code: number | undefined; text: string }>((resolve, reject) => {
      get(`${cluster.face?.url}${path}?verbose`, { ca: cluster.face?.certificateAuthority }, async (answer) => {
        let text = '';
        for await (const chunk of answer) text += chunk;
        resolve({ code: answer.statusCode, text });
      }).on('error', reject);
    });
  const until = async (what: string, holds: () => Promise<boolean>) => {
    for (const end = clock.now() + 60_000; !(await holds().catch(() => false)); await clock.sleep(50))
      if (clock.now() > end) throw new Error(`not within a minute: ${what}`);
  };
  const running = async (app: string) => {
    const { items } = await cluster
      .client()
      .of(Pods)
      .in('default')
      .list({ labelSelector: `app=${app}` });
    return items.filter(({ status }) => status?.phase === 'Running').length;
  };
  const deploy = (app: string, replicas: number) => {
    const labels = { app };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web' }] } };
    const spec = { replicas, selector: { matchLabels: labels }, template };
    return cluster
      .client()
      .of(Deployments)
      .in('default')
      .create({ metadata: { name: app }, spec } as never);
  };

  for (const [how, leave, come, code, reason, says] of [
    [
      'stands still',
      async () => servers.members[0]?.pause(),
      async () => servers.members[0]?.resume(),
      504,
      'Timeout',
      /^Timeout: request did not complete within requested timeout - etcd at http:\/\/127\.0\.0\.1:\d+ does not answer in time/,
    ],
    [
      'is killed',
      async () => servers.members[0]?.kill(),
      async () => servers.members[0]?.start(),
      503,
      'ServiceUnavailable',
      /^etcd at http:\/\/127\.0\.0\.1:\d+ does not answer \(.*\); it is asked again with every request/,
    ],
  ] as const) {
    it(`says so when it ${how}, and goes on by itself when it is back`, async () => {
      const app = how.replace(/ .*/, '');
      const maps = cluster.client().of(ConfigMaps).in('default');
      const seen: string[] = [];
      const watching = maps.watch({ resourceVersion: '0' }).subscribe(({ object }) => seen.push(object.metadata.name));
      await deploy(app, 2);
      await until('two pods run', async () => (await running(app)) === 2);

      await leave();
      const refusal = await maps.get('nothing').catch((refused) => refused);
      expect(refusal).to.be.instanceOf(ApiError);
      expect(refusal.message).to.match(says);
      expect([refusal.code, refusal.reason]).to.deep.equal([code, reason]);
      expect(await healthOf('/readyz')).to.deep.equal({
        code: 500,
        text: '[+]ping ok\n[-]etcd failed: reason withheld\n[+]informer-sync ok\n[+]shutdown ok\nreadyz check failed\n',
      });
      expect((await healthOf('/livez')).text).to.equal(
        '[+]ping ok\n[-]etcd failed: reason withheld\nlivez check failed\n',
      );
      expect((await healthOf('/readyz/etcd')).text).to.match(/^internal server error: (etcd at|no answer within)/);
      // Long enough for every component to have noticed: leases, node status, controllers.
      await clock.sleep(12_000);

      await come();
      await until('it is well again', async () => (await healthOf('/readyz')).code === 200);
      await maps.create({ metadata: { name: `after-${app}` } });
      await until('the watch goes on', async () => seen.includes(`after-${app}`));
      await cluster
        .client()
        .of(Deployments)
        .in('default')
        .patch(app, { spec: { replicas: 3 } });
      await until('controllers, scheduler and kubelets go on', async () => (await running(app)) === 3);
      watching.unsubscribe();
      expect(bugs.map((args) => args.join(' '))).to.deep.equal([]);
    });
  }
});
