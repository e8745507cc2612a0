// The same seed gives the same history: a whole cluster in virtual time, with a rollout, a node that is deleted and pods
// that crash, lived through twice; everything that its watchers saw is compared, word for word.

import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { createCluster } from '../core/cluster/cluster.ts';
import type { ApiEvent } from '../core/contracts/api-client.ts';
import { Deployments } from '../core/model/deployment.ts';
import { builtinResources } from '../core/model/index.ts';
import { Nodes } from '../core/model/node.ts';
import { deepFreeze } from '../core/testing/deep-freeze.ts';
import { allTests } from '../core/testing/runs.ts';
import { VirtualClock } from '../core/time/virtual-clock.ts';
import { runtimeMock } from './runtime-mock/plugin.ts';
import { schedulerResourceFit } from './scheduler-resource-fit/plugin.ts';
import { standardControllers } from './standard.ts';
import { storeMemory } from './store-memory/plugin.ts';

/** An hour of a small cluster; gives its history, a line a change, in the order of revisions. */
async function live(seed: string): Promise<string[]> {
  const clock = new VirtualClock();
  const plugins = [storeMemory(), schedulerResourceFit(), ...standardControllers(), runtimeMock()];
  const starting = createCluster({ plugins, nodes: 5, clock, seed });
  let started = false;
  starting.finally(() => {
    started = true;
  });
  while (!started) await clock.advance(10);
  const cluster = await starting;
  const client = cluster.client();

  const history = new Map<number, string>();
  const remember = ({ type, object }: ApiEvent) => {
    if (type === 'BOOKMARK') return;
    history.set(Number(object.metadata.resourceVersion), `${type} ${JSON.stringify(deepFreeze(object))}`);
  };
  const watches = builtinResources.map((kind) => client.of(kind).watch({ resourceVersion: '0' }).subscribe(remember));

  const template = (image: string, annotations = {}) => ({
    metadata: { labels: { app: 'web' }, annotations },
    spec: { containers: [{ name: 'main', image, resources: { requests: { cpu: '200m' } } }] },
  });
  const web = { replicas: 8, selector: { matchLabels: { app: 'web' } }, template: template('nginx:1') };
  const deployments = client.of(Deployments).in('default');
  await deployments.create({ metadata: { name: 'web' }, spec: web } as never);
  await clock.advance(60_000);
  await deployments.patch('web', { spec: { template: template('nginx:2') } });
  await clock.advance(60_000);
  await client.of(Nodes).delete('node-2');
  await clock.advance(600_000);
  await deployments.patch('web', {
    spec: { template: template('nginx:3', { 'mock.kubelab.dev/exit-code': '1', 'mock.kubelab.dev/run-for': '5s' }) },
  });
  await clock.advance(2_880_000);

  for (const watch of watches) watch.unsubscribe();
  let stopped = false;
  const stopping = cluster.stop().finally(() => {
    stopped = true;
  });
  while (!stopped) await clock.advance(10);
  await stopping;
  return [...history].sort(([a], [b]) => a - b).map(([, line]) => line);
}

const seeds = Array.from({ length: 8 }, (_, at) => `seed ${at}`);

const hash = (history: readonly string[]): string => createHash('sha256').update(history.join('\n')).digest('hex');

describe('a whole cluster in virtual time', function () {
  this.timeout(60_000);

  for (const seed of allTests ? seeds : seeds.slice(0, 1)) {
    it(`lives through the same history again with the same seed (${seed})`, async () => {
      const once = await live(seed);
      const again = await live(seed);
      const at = once.findIndex((line, index) => line !== again[index]);
      expect(again[at], `change ${at} of ${once.length}`).to.equal(once[at]);
      expect(hash(again)).to.equal(hash(once));
      expect(once.length).to.be.greaterThan(1000);
    });
  }

  it('lives through another history with another seed', async () => {
    expect(hash(await live('one'))).not.to.equal(hash(await live('another')));
  });
});
