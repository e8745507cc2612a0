// Node health: believes a node as long as it shows life. A node whose lease and status have not moved for 40 s is
// Unknown; what its conditions say becomes taints, which the scheduler and the eviction go by.
// Always true: silence is measured from when this controller saw the last sign of life, by its own clock, so neither a
// restart nor a node's wrong clock condemns a node.
// In Kubernetes: node_lifecycle_controller.go.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import { type Clock, timestamp } from '../../core/contracts/clock.ts';
import {
  again,
  type Change,
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import { from, itself } from '../../core/control/sources.ts';
import { findCondition, setCondition } from '../../core/model/conditions.ts';
import { type Lease, Leases } from '../../core/model/lease.ts';
import { type Node, Nodes } from '../../core/model/node.ts';
import type { NodeCondition } from '../../core/model/node-status.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import type { PodCondition } from '../../core/model/pod-status.ts';
import { ApiError } from '../../core/model/status.ts';
import { wantedTaints } from './node-taints.ts';
import { byNode } from './pods-by-node.ts';

const leaseNamespace = 'kube-node-lease';

/** What a silent node's conditions become. */
const doubted = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

interface Sighting {
  /** The lease's renewTime and the status' heartbeat, as last seen. */
  readonly sign: string;
  /** When that was, by our clock. */
  readonly at: number;
  /** It was not silent when it was looked at, and will be looked at again. */
  believed: boolean;
}

export interface NodeHealthOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly recorder: Pick<EventRecorder, 'event' | 'stop'>;
  /** Milliseconds of silence that are forgiven; 40 s in Kubernetes. */
  readonly gracePeriod: number;
}

export class NodeHealth implements Controller {
  readonly name = 'node-lifecycle';
  readonly workers = 4;
  readonly #options: NodeHealthOptions;
  readonly #sightings = new Map<string, Sighting>();
  #nodes!: Informer<Node>;
  #leases!: Informer<Lease>;
  #pods!: Informer<Pod>;

  constructor(options: NodeHealthOptions) {
    this.#options = options;
  }

  sources(informers: Informers): readonly Source[] {
    this.#nodes = informers.of(Nodes);
    this.#leases = informers.of(Leases);
    this.#pods = byNode(informers);
    return [from(this.#nodes, itself), from(this.#leases, (change) => this.#noted(change))];
  }

  /**
   * A believed node that shows life is noted, and not looked at: that it is to be looked at when its silence lasts too long
   * stands in the queue, and then it is seen that it was not silent.
   */
  #noted({ type, object: { metadata } }: Change<Lease>): string[] {
    if (metadata.namespace !== leaseNamespace) return [];
    const node = this.#nodes.get(metadata.name);
    if (type === 'delete' || !node || !this.#sightings.get(metadata.name)?.believed) return [metadata.name];
    this.#look(node);
    return [];
  }

  async reconcile(name: string): Promise<Result> {
    const { client, clock, recorder, gracePeriod } = this.#options;
    const node = this.#nodes.get(name);
    if (!node) {
      this.#sightings.delete(name);
      return done;
    }
    if (!this.#sightings.has(name)) {
      const message = `Node ${name} event: Registered Node ${name} in Controller`;
      recorder.event(node, 'Normal', 'RegisteredNode', message);
    }
    const silentAt = this.#look(node) + gracePeriod;
    const now = clock.now();
    const sighting = this.#sightings.get(name);
    if (sighting) sighting.believed = silentAt > now;
    const believed = silentAt > now ? node : await this.#doubt(node);
    const taints = wantedTaints(believed, timestamp(clock));
    if (taints) await client.of(Nodes).update({ ...believed, spec: { ...believed.spec, taints } });
    return silentAt > now ? again(silentAt - now) : done;
  }

  /** When the node showed life the last time. */
  #look(node: Node): number {
    const { name } = node.metadata;
    const heartbeat = findCondition(node.status?.conditions, 'Ready')?.lastHeartbeatTime ?? '';
    const renewed = this.#leases.get(`${leaseNamespace}/${name}`)?.spec?.renewTime ?? '';
    const sign = `${heartbeat} ${renewed}`;
    let sighting = this.#sightings.get(name);
    if (sighting?.sign !== sign) {
      sighting = { sign, at: this.#options.clock.now(), believed: sighting?.believed ?? false };
      this.#sightings.set(name, sighting);
    }
    return sighting.at;
  }

  /** The kubelet is silent: nobody knows how the node is. Gives the node as it stands then. */
  async #doubt(node: Node): Promise<Node> {
    const { client, clock, recorder } = this.#options;
    const now = timestamp(clock);
    const { name } = node.metadata;
    const before = node.status?.conditions;
    const never = findCondition(before, 'Ready') === undefined;
    const reason = never ? 'NodeStatusNeverUpdated' : 'NodeStatusUnknown';
    const message = never ? 'Kubelet never posted node status.' : 'Kubelet stopped posting node status.';
    const conditions = doubted.reduce((all, type) => {
      const condition = findCondition(before, type);
      if (condition?.status === 'Unknown') return all;
      const lastHeartbeatTime = condition?.lastHeartbeatTime ?? node.metadata.creationTimestamp;
      return setCondition<NodeCondition>(all, { type, status: 'Unknown', reason, message, lastHeartbeatTime }, now);
    }, before ?? []);
    const wasReady = findCondition(before, 'Ready')?.status === 'True';
    let doubtful = node;
    if (conditions !== before) {
      doubtful = await client.of(Nodes).status.update({ ...node, status: { ...node.status, conditions } });
      if (wasReady) recorder.event(node, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
    }
    for (const pod of this.#pods.by('node', name)) await this.#takeOutOfService(pod, now);
    return doubtful;
  }

  /** Its pods cannot be asked: they get no traffic until their node is back. */
  async #takeOutOfService(pod: Pod, now: string): Promise<void> {
    const { conditions = [] } = pod.status ?? {};
    const ready = findCondition(conditions, 'Ready');
    if (ready?.status !== 'True') return;
    const { lastTransitionTime: _, ...rest } = ready;
    const changed = setCondition<PodCondition>(conditions, { ...rest, status: 'False' }, now);
    const { client, recorder } = this.#options;
    const pods = client.of(Pods).in(pod.metadata.namespace ?? '');
    try {
      await pods.status.update({ ...pod, status: { ...pod.status, conditions: changed } });
      recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#options.recorder.stop();
  }
}
