// Node ranges: gives each node that came without one a range of pod addresses out of the cluster's: 10.244.0.0/16 is
// 256 ranges of 256 addresses, 10.244.n.0/24.
// Always true: one key for all nodes, so no two nodes are given the same range.
// In Kubernetes: nodeipam (range_allocator.go).

import type { ApiClient } from '../../core/contracts/api-client.ts';
import {
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import { from } from '../../core/control/sources.ts';
import { type Node, Nodes } from '../../core/model/node.ts';

/** The nth range of 256 addresses of the cluster's; undefined past its end. */
export function nodeRange(clusterRange: string, n: number): string | undefined {
  const [base = '', length] = clusterRange.split('/');
  if (n >= 2 ** (24 - Number(length))) return undefined;
  const first = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + n * 256;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/24`;
}

export class NodeRanges implements Controller {
  readonly name = 'node-ipam';
  readonly #client: ApiClient;
  readonly #recorder: EventRecorder;
  readonly #clusterRange: string;
  #nodes!: Informer<Node>;

  /** @param clusterRange `10.244.0.0/16` */
  constructor(client: ApiClient, recorder: EventRecorder, clusterRange: string) {
    this.#client = client;
    this.#recorder = recorder;
    this.#clusterRange = clusterRange;
  }

  sources(informers: Informers): readonly Source[] {
    this.#nodes = informers.of(Nodes);
    return [from(this.#nodes, ({ type, object }) => (type === 'apply' && !object.spec.podCIDR ? ['nodes'] : []))];
  }

  async reconcile(): Promise<Result> {
    const nodes = this.#nodes.all();
    const taken = new Set(nodes.map((node) => node.spec.podCIDR));
    let next = 0;
    for (const node of nodes.filter((one) => !one.spec.podCIDR)) {
      let range = nodeRange(this.#clusterRange, next);
      while (range !== undefined && taken.has(range)) range = nodeRange(this.#clusterRange, ++next);
      if (range === undefined) {
        const { name } = node.metadata;
        this.#recorder.event(node, 'Normal', 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`);
        continue;
      }
      taken.add(range);
      await this.#client.of(Nodes).update({ ...node, spec: { ...node.spec, podCIDR: range, podCIDRs: [range] } });
    }
    return done;
  }

  async stop(): Promise<void> {
    await this.#recorder.stop();
  }
}
