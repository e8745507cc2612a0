// Node reporter: enters the node, and shows that it lives: a Lease renewed every 10 s, which is cheap, and the node's
// status when it has changed or every 5 minutes.
// Always true: one timer; a sign of life that fails is repeated with the next one; after `stop` nothing is written.
// In Kubernetes: kubelet_node_status.go, component-helpers/apimachinery/lease.

import type { ApiClient, ResourceClient } from '../contracts/api-client.ts';
import { type Cancel, type Clock, microTimestamp, timestamp } from '../contracts/clock.ts';
import type { Random } from '../contracts/random.ts';
import { type Lease, type LeaseSpec, Leases } from '../model/lease.ts';
import type { Draft } from '../model/meta.ts';
import { type Node, Nodes } from '../model/node.ts';
import { revise } from '../model/revise.ts';
import { ApiError } from '../model/status.ts';
import { type NodeOptions, nodeObject, nodeStatus, reconciled, withoutHeartbeats } from './node-object.ts';
import { sameStatus } from './pod-status.ts';

const leaseNamespace = 'kube-node-lease';
/** The status is written at least so often, in milliseconds, changed or not. */
const statusPeriod = 300_000;
/** By how much of its period a sign of life is late at most, so that thousands of nodes do not show it together. */
const jitter = 0.04;
/** How often the status is tried again at once when somebody else wrote the node in between; then with the next sign of life. */
const statusTries = 5;

export interface NodeReporterOptions {
  readonly nodeName: string;
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly node: NodeOptions;
  /** `process://1.0` */
  readonly runtimeVersion: string;
  /** How long a lease holds; it is renewed four times in that. 40 in Kubernetes. */
  readonly leaseSeconds: number;
  /** The node as a cache shows it; the API is asked where that does not know it. */
  known?(): Node | undefined;
}

export class NodeReporter {
  readonly #options: NodeReporterOptions;
  readonly #leases: ResourceClient<Lease>;
  readonly #random: Random;
  #lease: Lease | undefined;
  #uid = '';
  #statusWrittenAt = 0;
  /** A status that was found to say what there is to say. */
  #settled: Node['status'];
  #timer: Cancel | undefined;
  #beating: Promise<void> | undefined;
  #stopped = false;

  constructor(options: NodeReporterOptions) {
    this.#options = options;
    this.#leases = options.client.of(Leases).in(leaseNamespace);
    this.#random = options.random.fork(`signs of life of ${options.nodeName}`);
  }

  /** Enters the node, or takes over the one that is there, and begins to show life. Throws ApiError. */
  async start(): Promise<Node> {
    const { client, nodeName, node: options } = this.#options;
    const nodes = client.of(Nodes);
    let node: Node;
    try {
      node = await nodes.create(nodeObject(nodeName, options, this.#status(undefined)));
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 409)) throw error;
      const found = await nodes.get(nodeName);
      const wanted = reconciled(found, nodeName, options);
      node = wanted === found ? found : await nodes.update(wanted);
    }
    this.#uid = node.metadata.uid;
    await this.#renewLease();
    await this.#writeStatus(node);
    this.#beatLater();
    return node;
  }

  /** Resolves when the last write has come to its end. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.();
    await this.#beating;
  }

  get #period(): number {
    return (this.#options.leaseSeconds * 1000) / 4;
  }

  #beatLater(): void {
    // All of it or nothing: what falls into few instants costs virtual time less.
    const late = this.#random.int(2) * Math.floor(this.#period * jitter);
    this.#timer = this.#options.clock.schedule(this.#period + late, this.#beat);
  }

  readonly #beat = (): void => {
    this.#beatLater();
    // One beat at a time: a slow API gets no heap of them.
    this.#beating ??= this.#signOfLife();
  };

  async #signOfLife(): Promise<void> {
    try {
      const known = this.#options.known?.();
      if (known) this.#uid = known.metadata.uid;
      await this.#showLife(known ?? (await this.#look()));
    } finally {
      this.#beating = undefined;
    }
  }

  async #showLife(node: Node | 'gone' | undefined): Promise<void> {
    // Who was deleted shows no life, and is not entered again until a restart.
    if (node === 'gone') {
      this.#lease = undefined;
      return;
    }
    await this.#renewLease();
    if (this.#stopped || !node || this.#isSettled(node)) return;
    try {
      await this.#writeStatus(node);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** The node, from the server's cache, as the kubelet asks; undefined when the API cannot be reached. */
  async #look(): Promise<Node | 'gone' | undefined> {
    const { client, nodeName } = this.#options;
    try {
      const node = await client.of(Nodes).get(nodeName, { resourceVersion: '0' });
      this.#uid = node.metadata.uid;
      return node;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return error.code === 404 ? 'gone' : undefined;
    }
  }

  /** Most signs of life find what they found the last time. */
  #isSettled({ status }: Node): boolean {
    return status === this.#settled && this.#options.clock.now() - this.#statusWrittenAt < statusPeriod;
  }

  async #writeStatus(node: Node): Promise<void> {
    const now = this.#options.clock.now();
    const nodes = this.#options.client.of(Nodes);
    let latest = node;
    for (let tries = 0; tries < statusTries; tries += 1) {
      const status = this.#status(latest.status);
      const due = now - this.#statusWrittenAt >= statusPeriod;
      if (!due && sameStatus(withoutHeartbeats(status), withoutHeartbeats(latest.status))) {
        this.#settled = latest.status;
        return;
      }
      try {
        await nodes.status.update({ ...latest, status });
        this.#statusWrittenAt = now;
        return;
      } catch (error) {
        if (!(error instanceof ApiError && error.reason === 'Conflict')) throw error;
        latest = await nodes.get(node.metadata.name);
      }
    }
  }

  #status(previous: Node['status']) {
    const { nodeName, node, runtimeVersion, clock } = this.#options;
    return nodeStatus(nodeName, node, runtimeVersion, previous, timestamp(clock));
  }

  async #renewLease(): Promise<void> {
    const { clock, nodeName } = this.#options;
    const leases = this.#leases;
    const renewTime = microTimestamp(clock);
    try {
      if (this.#lease) {
        const { spec } = this.#lease;
        this.#lease = await leases.update(revise(this.#lease, { spec: revise<LeaseSpec>(spec ?? {}, { renewTime }) }));
      } else {
        this.#lease = await leases.create(this.#newLease(renewTime));
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Somebody else wrote it, or removed it: look at what stands there, for the next renewal at the latest.
      this.#lease = error.code === 409 ? await leases.get(nodeName).catch(() => undefined) : undefined;
      if (this.#lease && error.code === 409) {
        this.#lease = await leases
          .update({ ...this.#lease, spec: { ...this.#lease.spec, holderIdentity: nodeName, renewTime } })
          .catch(() => undefined);
      }
    }
  }

  #newLease(renewTime: string): Draft<Lease> {
    const { nodeName, leaseSeconds } = this.#options;
    return {
      metadata: {
        name: nodeName,
        namespace: leaseNamespace,
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid: this.#uid }],
      },
      spec: { holderIdentity: nodeName, leaseDurationSeconds: leaseSeconds, renewTime },
    };
  }
}
