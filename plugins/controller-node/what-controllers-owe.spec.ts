// Each controller of this plugin under the suite that every controller passes.

import { timestamp } from '../../core/contracts/clock.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { findCondition } from '../../core/model/conditions.ts';
import { Leases } from '../../core/model/lease.ts';
import { Nodes } from '../../core/model/node.ts';
import { Pods } from '../../core/model/pod.ts';
import { ApiError } from '../../core/model/status.ts';
import type { ControlPlane } from '../../core/testing/control-plane.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import type { VirtualClock } from '../../core/time/virtual-clock.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { NodeHealth } from './node-health.ts';
import { NodeRanges } from './node-ranges.ts';
import { PodGarbageCollector } from './pod-garbage-collector.ts';
import { TaintEviction } from './taint-eviction.ts';

const store = (clock: VirtualClock) => new MemoryStore(clock);
const recorder = ({ faulty: client, clock, random }: ControlPlane) =>
  new EventRecorder({ client, clock, random, component: 'node-controller' });

/** A controller that is started again registers its nodes again, which in Kubernetes is news each time. */
const silent = { event: () => {}, stop: async () => {} };

/** A pod that is Running and Ready on the node. */
async function place({ client }: ControlPlane, name: string, nodeName: string): Promise<void> {
  const pods = client.of(Pods).in('default');
  await pods.create({ metadata: { name }, spec: { nodeName, containers: [{ name: 'web', image: 'nginx' }] } });
  const conditions = [{ type: 'Ready', status: 'True' }];
  await pods.status.patch(name, { status: { phase: 'Running', conditions } });
}

describeController('node-lifecycle', () => ({
  store,
  make: (plane) => new NodeHealth({ client: plane.faulty, clock: plane.clock, recorder: silent, gracePeriod: 40_000 }),
  begin: async (plane) => {
    const { client, clock } = plane;
    const at = timestamp(clock);
    const conditions = [{ type: 'Ready', status: 'True', lastHeartbeatTime: at, lastTransitionTime: at }];
    await client.of(Nodes).create({ metadata: { name: 'node-1' }, spec: {}, status: { conditions } });
    await client.of(Leases).create({ metadata: { name: 'node-1', namespace: 'kube-node-lease' }, spec: {} });
    await place(plane, 'web', 'node-1');
  },
  holds: async ({ client }) => {
    const node = await client.of(Nodes).get('node-1');
    const pod = await client.of(Pods).in('default').get('web');
    return (
      findCondition(node.status?.conditions, 'Ready')?.status === 'Unknown' &&
      node.spec.taints?.length === 2 &&
      findCondition(pod.status?.conditions, 'Ready')?.status === 'False'
    );
  },
}));

describeController('taint-eviction', () => ({
  store,
  make: (plane) => new TaintEviction({ client: plane.faulty, clock: plane.clock, recorder: recorder(plane) }),
  begin: async (plane) => {
    const taints = [{ key: 'broken', effect: 'NoExecute', timeAdded: timestamp(plane.clock) }];
    await plane.client.of(Nodes).create({ metadata: { name: 'node-1' }, spec: { taints } });
    await place(plane, 'web', 'node-1');
    await place(plane, 'other', 'node-2');
  },
  holds: async ({ client }) => {
    const { items } = await client.of(Pods).list();
    return items.every(
      ({ metadata, spec }) => (metadata.deletionTimestamp !== undefined) === (spec.nodeName === 'node-1'),
    );
  },
}));

describeController('pod-garbage-collector', () => ({
  store,
  make: ({ faulty: client, clock }) => new PodGarbageCollector({ client, clock, quarantine: 40_000 }),
  begin: async (plane) => {
    await plane.client.of(Nodes).create({ metadata: { name: 'node-1' }, spec: {} });
    await place(plane, 'stays', 'node-1');
    await place(plane, 'lost', 'node-2');
  },
  holds: async ({ client }) =>
    (await client.of(Pods).list()).items.map(({ metadata }) => metadata.name).join() === 'stays',
}));

describeController('node-ipam', () => ({
  store,
  make: (plane) => new NodeRanges(plane.faulty, recorder(plane), '10.244.0.0/16'),
  begin: async ({ client }) => {
    for (const name of ['node-1', 'node-2', 'node-3']) {
      await client.of(Nodes).create({ metadata: { name }, spec: {} });
    }
  },
  holds: async ({ client }) => {
    try {
      const names = ['node-1', 'node-2', 'node-3'];
      const nodes = await Promise.all(names.map((name) => client.of(Nodes).get(name)));
      return new Set(nodes.flatMap(({ spec }) => spec.podCIDR ?? [])).size === 3;
    } catch (error) {
      if (error instanceof ApiError) return false;
      throw error;
    }
  },
}));
