// Clusters of thousands of nodes in this one process: nodes Ready, pods Running, deleted, held, rolled over, and an hour
// in which nothing happens. Everything goes through the API server, validation included.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ConfiguredPlugin } from '../../core/cluster/plugin.ts';
import { Deployments } from '../../core/model/deployment.ts';
import type { Draft } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { schedulerResourceFit } from '../../plugins/scheduler-resource-fit/plugin.ts';
import type { Figure } from './measure.ts';
import { type BigCluster, bigCluster } from './scale-cluster.ts';

const nodes = 5000;
/** Requests under way at a time, of a client that creates or deletes pods. */
const atOnce = 100;
/** Replicas of each Deployment of a full cluster. */
const replicas = 5000;

/** As Kubernetes' scheduler benchmarks ask for, so that 30 of them fit on a node of 4 CPUs. */
const template = (image: string) => ({
  containers: [{ name: 'main', image, resources: { requests: { cpu: '100m', memory: '100Mi' } } }],
});

/** Milliseconds that the work takes. */
async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Does it for 0 to count - 1, some at a time. */
async function many(count: number, work: (at: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, count - from) }, (_, at) => work(from + at)));
  }
}

async function nodesReady(): Promise<number> {
  let big: BigCluster | undefined;
  const time = await milliseconds(async () => {
    big = await bigCluster({ nodes });
    await big.until(() => big?.ready === nodes);
  });
  await big?.end();
  return time;
}

async function runPods(big: BigCluster, count: number): Promise<void> {
  const pods = big.client.of(Pods).in('default');
  const draft = (at: number): Draft<Pod> => ({
    metadata: { name: `pod-${at}` },
    spec: template('nginx:1') as Pod['spec'],
  });
  await many(count, (at) => pods.create(draft(at)));
  await big.until(() => big.running === count);
}

async function deletePods(big: BigCluster, count: number): Promise<void> {
  const pods = big.client.of(Pods).in('default');
  await many(count, (at) => pods.delete(`pod-${at}`));
  await big.until(() => big.pods === 0);
}

/** Milliseconds for pods to be made and run; or, once they do, to be deleted and gone. */
async function comeAndGo(what: 'come' | 'go', scheduler?: ConfiguredPlugin): Promise<number> {
  const count = 10_000;
  const big = await bigCluster({ nodes, ...(scheduler && { scheduler }) });
  const coming = await milliseconds(() => runPods(big, count));
  const going = await milliseconds(() => deletePods(big, count));
  await big.end();
  return what === 'come' ? coming : going;
}

/** As many pods as Kubernetes' own limits allow, from Deployments; comes back when all are Ready. */
async function fullCluster(): Promise<BigCluster> {
  const big = await bigCluster({ nodes, scheduler: schedulerResourceFit() });
  const deployments = big.client.of(Deployments).in('default');
  const wanted = nodes * 30;
  for (let at = 0; at < wanted / replicas; at += 1) {
    const labels = { app: `web-${at}` };
    const spec = {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: template('nginx:1') },
    };
    await deployments.create({ metadata: { name: `web-${at}` }, spec } as never);
  }
  await big.until(() => big.running === wanted);
  return big;
}

/** MiB resident when the cluster is full and has come to rest: what is held, without what waits to be collected. */
async function heldMemory(): Promise<number> {
  const big = await fullCluster();
  collectGarbage();
  await new RealClock().sleep(5000);
  collectGarbage();
  const { rss } = process.memoryUsage();
  await big.end();
  return rss / 2 ** 20;
}

/** At once, and gives the pages back. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** Milliseconds in which all pods of one Deployment are replaced, in the full cluster. */
async function rollingUpdate(): Promise<number> {
  const big = await fullCluster();
  const before = big.pods;
  const time = await milliseconds(async () => {
    await big.client
      .of(Deployments)
      .in('default')
      .patch('web-0', { spec: { template: { spec: template('nginx:2') } } }, { type: 'strategic' });
    await big.until(() => big.runningOf('nginx:2') === replicas && big.pods === before);
  });
  await big.end();
  return time;
}

/** Milliseconds for an hour of virtual time: leases every ten seconds, statuses every five minutes, watches that come back. */
async function idleHour(): Promise<number> {
  const clock = new VirtualClock();
  const big = await bigCluster({ nodes, clock });
  await big.until(() => big.ready === nodes);
  const time = await milliseconds(() => clock.advance(3_600_000));
  const { ready } = big;
  await big.end();
  if (ready !== nodes) throw new Error(`${nodes - ready} nodes are not Ready after an idle hour`);
  return time;
}

/** Long, and the first is as good as any: what a process does once. */
const once = { runs: 1, warmUps: 0 } as const;
const few = { runs: 3, warmUps: 1 } as const;

export const scaleFigures: readonly Figure[] = [
  { name: 'scale: 5,000 nodes Ready', unit: 'ms', floor: { atMost: 2000 }, run: nodesReady, ...few },
  { name: 'scale: 10,000 pods Running', unit: 'ms', floor: { atMost: 5000 }, run: () => comeAndGo('come'), ...few },
  {
    name: 'scale: 10,000 pods Running, resource-fit',
    unit: 'ms',
    floor: { atMost: 5000 },
    run: () => comeAndGo('come', schedulerResourceFit()),
    ...few,
  },
  { name: 'scale: 10,000 pods deleted', unit: 'ms', floor: { atMost: 3000 }, run: () => comeAndGo('go'), ...few },
  { name: 'scale: 150,000 pods held', unit: 'MiB resident', floor: { atMost: 2048 }, run: heldMemory, ...once },
  // Kubernetes has no figure; as fast as pods come and go above.
  {
    name: 'scale: rolling update of 5,000 of 150,000 pods',
    unit: 'ms',
    floor: { atMost: 10_000 },
    run: rollingUpdate,
    ...once,
  },
  { name: 'scale: idle hour of 5,000 nodes', unit: 'ms', floor: { atMost: 30_000 }, run: idleHour, ...once },
];
