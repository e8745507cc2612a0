// Two processes on one store, in virtual time: one works, the other stands by and takes over.

import { expect } from 'chai';
import { runtimeMock } from '../../plugins/runtime-mock/plugin.ts';
import { schedulerResourceFit } from '../../plugins/scheduler-resource-fit/plugin.ts';
import { standardControllers, standardPlugins } from '../../plugins/standard.ts';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { Store } from '../contracts/store.ts';
import { longestGap, usualTimes } from '../control/leader-election/times.ts';
import { Components } from '../model/component.ts';
import { type Deployment, Deployments } from '../model/deployment.ts';
import { Leases } from '../model/lease.ts';
import type { Draft } from '../model/meta.ts';
import { Pods } from '../model/pod.ts';
import { ApiError } from '../model/status.ts';
import { FaultyClient } from '../testing/faulty-client.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { type Cluster, createCluster } from './cluster.ts';
import { ConfigurationError } from './configuration-error.ts';
import { plugin } from './plugin.ts';

describe('two clusters on one store', () => {
  let clock: VirtualClock;
  let store: MemoryStore;
  let first: Cluster;
  let second: Cluster;
  /** The first one's way to the API, but for its people. */
  let isCut: boolean;

  beforeEach(async () => {
    clock = new VirtualClock();
    store = new MemoryStore(clock);
    isCut = false;
    first = await start('first');
    second = await start('second');
  });
  afterEach(async () => {
    isCut = false;
    await passing(Promise.all([first.stop(), second.stop()]));
    await store.close();
    expect(clock.next, 'a timer is left').to.equal(undefined);
  });

  /** Both have the same store, which outlives each of them. */
  const shared = plugin({
    name: 'store-shared',
    description: 'one store for several clusters',
    provides: [Store],
    bind: ({ bind }) => {
      const methods = { close: async () => {} };
      bind(Store).toResolvedValue(
        () =>
          new Proxy(store, {
            get: (target, name) => {
              const own = Reflect.get(methods, name) ?? Reflect.get(target, name, target);
              return typeof own === 'function' ? own.bind(target) : own;
            },
          }),
      );
    },
  });

  const start = (identity: string): Promise<Cluster> =>
    passing(
      createCluster({
        plugins: [shared(), schedulerResourceFit(), ...standardControllers(), runtimeMock()],
        nodes: 3,
        clock,
        seed: identity,
        registered: standardPlugins,
        leaderElection: { identity },
        between: (client) => {
          const faulty = new FaultyClient(client, clock);
          faulty.before = () => {
            if (isCut && identity === 'first') throw new ApiError(503, 'ServiceUnavailable', 'the line is cut');
          };
          return faulty;
        },
      }),
    );

  /** Virtual time goes on while something is awaited that needs it. */
  const passing = async <T>(work: Promise<T>): Promise<T> => {
    let over = false;
    const done = work.finally(() => {
      over = true;
    });
    done.catch(() => {});
    while (!over) await clock.advance(100);
    return done;
  };

  const deploy = async (name: string): Promise<void> => {
    const labels = { app: name };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx' }] } };
    const spec = { replicas: 3, selector: { matchLabels: labels }, template };
    await second
      .client()
      .of(Deployments)
      .in('default')
      .create({ metadata: { name }, spec } as Draft<Deployment>);
  };
  /** Of the deployment's pods, as the API has them. */
  const running = async (app: string) => {
    const { items } = await second
      .client()
      .of(Pods)
      .list({ labelSelector: `app=${app}` });
    expect(items, `pods of ${app}`).to.have.length(3);
    for (const pod of items) expect(pod.status?.phase, pod.metadata.name).to.equal('Running');
    return items.map(({ metadata }) => metadata.uid).sort();
  };
  const states = ({ components }: Cluster) =>
    Object.fromEntries(components.map(({ name, state, message }) => [name, message ? `${state}: ${message}` : state]));
  const works = { store: 'Running', scheduler: 'Running', 'controller-deployment': 'Running', 'node-1': 'Running' };
  const standsBy = (leader: string) => ({
    store: 'Running',
    scheduler: `Standby: ${leader} leads`,
    'controller-deployment': `Standby: ${leader} leads`,
    'node-1': `Standby: ${leader} leads`,
  });

  it('work as one: the first does it, once; the second says whom it waits for', async () => {
    expect(states(first)).to.include(works);
    expect(states(second)).to.include(standsBy('first'));
    await deploy('web');
    await clock.advance(5000);
    await running('web');
    const { items } = await second.client().of(Leases).in('kube-system').list();
    expect(items.map(({ metadata, spec }) => [metadata.name, spec?.holderIdentity])).to.deep.equal([
      ['kube-controller-manager', 'first'],
      ['kube-scheduler', 'first'],
    ]);
    const components = await second.client().of(Components).list();
    expect(components.items.map(({ status }) => status?.state)).to.not.include('Standby');
  });

  it('hand over when the first one stops: its pods go on where they were, new ones come', async () => {
    await deploy('web');
    await clock.advance(5000);
    const before = await running('web');
    await passing(first.stop());
    await clock.advance(usualTimes.retryPeriod * 2.2);
    expect(states(second)).to.include(works);
    await deploy('more');
    await clock.advance(5000);
    expect(await running('web')).to.deep.equal(before);
    await running('more');
    expect((await second.client().of(Components).get('scheduler')).status?.state).to.equal('Running');
  });

  it('hand over when the first one is cut off; when it is back, it stands by', async () => {
    await deploy('web');
    await clock.advance(5000);
    const before = await running('web');
    isCut = true;
    await clock.advance(usualTimes.renewDeadline);
    expect(states(first)).to.include({
      scheduler: 'Standby: nobody leads yet',
      'controller-deployment': 'Standby: nobody leads yet',
      'node-1': 'Running',
    });
    await clock.advance(longestGap(usualTimes));
    expect(states(second)).to.include(works);
    await deploy('more');
    await clock.advance(5000);
    expect(await running('web')).to.deep.equal(before);
    await running('more');
    isCut = false;
    await clock.advance(5000);
    expect(states(first)).to.include(standsBy('second'));
    await passing(second.stop());
    await clock.advance(10_000);
    expect(states(first)).to.include(works);
    second = await start('third');
    expect(states(second)).to.include(standsBy('first'));
  });

  it('swap what stands by without touching the pods of the other one’s nodes', async () => {
    await deploy('web');
    await clock.advance(5000);
    const before = await running('web');
    await passing(second.swap('node-1', runtimeMock()));
    expect(states(second)).to.include(standsBy('first'));
    expect(await running('web')).to.deep.equal(before);
  });

  it('refuse times that cannot work', async () => {
    const wrong = createCluster({ plugins: [shared()], clock, leaderElection: { renewDeadline: 20_000 } });
    const error = await wrong.then(
      () => expect.fail('it started'),
      (thrown) => thrown,
    );
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(error.message).to.equal(
      'leader election: leaseDuration must be greater than renewDeadline; found 15 s and 20 s',
    );
  });
});
