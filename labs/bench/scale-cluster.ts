// A big cluster for the figures of scale.ts: all its real parts in this process, a kubelet with a mock runtime for each
// node, every standard controller, and counts of what its API shows.
//
//   const big = await bigCluster({ nodes: 5000 });
//   await big.until(() => big.ready === 5000);
//   await big.end();

import type { Audit } from '../../core/api/audit.ts';
import { type Cluster, createCluster } from '../../core/cluster/cluster.ts';
import type { ConfiguredPlugin } from '../../core/cluster/plugin.ts';
import type { ApiClient, ApiEvent } from '../../core/contracts/api-client.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import { type Node, Nodes } from '../../core/model/node.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { runtimeMock } from '../../plugins/runtime-mock/plugin.ts';
import { schedulerDefault } from '../../plugins/scheduler-default/plugin.ts';
import { standardControllers } from '../../plugins/standard.ts';
import { storeMemory } from '../../plugins/store-memory/plugin.ts';

export interface BigClusterOptions {
  readonly nodes: number;
  /** scheduler-default unless told. */
  readonly scheduler?: ConfiguredPlugin;
  /** The machine's unless told. */
  readonly clock?: Clock;
  readonly audit?: Audit;
}

export interface BigCluster {
  readonly cluster: Cluster;
  readonly client: ApiClient;
  /** How many nodes are Ready, as a watch of the API shows. */
  readonly ready: number;
  /** Pods that there are; that run and are Ready; those of them of an image. */
  readonly pods: number;
  readonly running: number;
  runningOf(image: string): number;
  /** Comes back when it holds: lets time pass, virtual or real. */
  until(holds: () => boolean): Promise<void>;
  end(): Promise<void>;
}

export async function bigCluster({ nodes, scheduler, clock, audit }: BigClusterOptions): Promise<BigCluster> {
  const plugins = [storeMemory(), scheduler ?? schedulerDefault(), ...standardControllers(), runtimeMock()];
  const cluster = await lived(
    clock,
    createCluster({ plugins, nodes, seed: 'scale', ...(clock && { clock }), ...(audit && { audit }) }),
  );
  const client = cluster.client();
  const readyNodes = new Set<string>();
  const pods = new Map<string, string | undefined>();
  const images = new Map<string, number>();
  const count = (image: string | undefined, by: number) => {
    if (image !== undefined) images.set(image, (images.get(image) ?? 0) + by);
  };
  const takeNode = ({ type, object }: ApiEvent<Node>) => {
    if (type === 'BOOKMARK') return;
    if (type !== 'DELETED' && isReady(object)) readyNodes.add(object.metadata.name);
    else readyNodes.delete(object.metadata.name);
  };
  const takePod = ({ type, object }: ApiEvent<Pod>) => {
    if (type === 'BOOKMARK') return;
    const key = object.metadata.uid;
    count(pods.get(key), -1);
    if (type === 'DELETED') pods.delete(key);
    else {
      const image = isReady(object) ? object.spec.containers[0]?.image : undefined;
      pods.set(key, image);
      count(image, 1);
    }
  };
  const watches = [
    client.of(Nodes).watch({ resourceVersion: '0' }).subscribe(takeNode),
    client.of(Pods).watch({ resourceVersion: '0' }).subscribe(takePod),
  ];
  return {
    cluster,
    client,
    get ready() {
      return readyNodes.size;
    },
    get pods() {
      return pods.size;
    },
    get running() {
      return [...images.values()].reduce((sum, one) => sum + one, 0);
    },
    runningOf: (image) => images.get(image) ?? 0,
    until: async (holds) => {
      while (!holds()) await (clock instanceof VirtualClock ? clock.advance(100) : cluster.clock.sleep(2));
    },
    end: async () => {
      for (const watch of watches) watch.unsubscribe();
      await lived(clock, cluster.stop());
    },
  };
}

const isReady = ({ status }: Node | Pod): boolean =>
  status?.conditions?.some(
    ({ type, status: is }: { type: string; status: string }) => type === 'Ready' && is === 'True',
  ) ?? false;

/** Waits for work that may need time to pass: virtual time does not pass by itself. */
async function lived<T>(clock: Clock | undefined, work: Promise<T>): Promise<T> {
  if (!(clock instanceof VirtualClock)) return work;
  let over = false;
  const end = () => {
    over = true;
  };
  work.then(end, end);
  while (!over) await clock.advance(10);
  return work;
}
