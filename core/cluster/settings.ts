// Settings: what the configuration of a cluster comes to, spelled out: its name, its address ranges, its nodes.

import type { StringMap } from '../model/meta.ts';
import type { ClusterSetting, NodeSetting } from './setting.ts';
import type { Token } from './token.ts';

/** A node as somebody configures it; everything may be left out. */
export interface NodeConfig {
  /** `node-1`, `node-2`, ... unless told. */
  readonly name?: string;
  readonly labels?: StringMap;
  readonly taints?: NodeSetting['taints'];
  /** Quantities: `{ cpu: '4', memory: '8Gi', pods: '110' }`. */
  readonly capacity?: StringMap;
}

/** How many nodes fit into 10.244.0.0/16 with a range of 256 addresses each; the last range is the control plane's. */
const mostNodes = 255;

/** The first address of the service range: the API's own Service. */
export const apiServiceAddress = '10.96.0.1';

/** Where pods on a virtual network reach the API server: an address of the pod range that no node has. */
export const controlPlaneAddress = '10.244.255.254';

/** Its port there, whatever its port on the machine is: the same for all processes on one store. */
export const controlPlanePort = 6443;

/** Names, numbers and address ranges for the nodes wanted. */
export function nodeSettings(nodes: number | readonly NodeConfig[]): NodeSetting[] {
  const configs = typeof nodes === 'number' ? Array.from({ length: nodes }, (): NodeConfig => ({})) : nodes;
  return configs.map((config, index) => nodeSetting(config, index));
}

/** One node, the `index`th of its cluster. Beyond the range's 255 nodes addresses go on in the next /16. */
export function nodeSetting(config: NodeConfig, index: number): NodeSetting {
  const second = 244 + Math.floor(index / mostNodes);
  return {
    name: config.name ?? `node-${index + 1}`,
    index,
    podCIDR: `10.${second}.${index % mostNodes}.0/24`,
    labels: config.labels ?? {},
    taints: config.taints ?? [],
    capacity: config.capacity ?? {},
  };
}

/** The setting of a cluster, and what ends everything that was made `once` in it. */
export class Settings implements ClusterSetting {
  readonly name: string;
  readonly folder?: string;
  readonly data?: string;
  readonly podCIDR = '10.244.0.0/16';
  readonly serviceCIDR = '10.96.0.0/12';
  readonly domain = 'cluster.local';
  readonly #made = new Map<symbol, unknown>();

  constructor(name: string, folder?: string, data?: string) {
    this.name = name;
    if (folder !== undefined) this.folder = folder;
    if (data !== undefined) this.data = data;
  }

  once<T>(token: Token<T>, make: () => T): T {
    if (!this.#made.has(token)) this.#made.set(token, make());
    return this.#made.get(token) as T;
  }

  /** What was made once, if it was. */
  made<T>(token: Token<T>): T | undefined {
    return this.#made.get(token) as T | undefined;
  }

  /** Ends what was made, the last first. */
  async end(): Promise<void> {
    for (const thing of [...this.#made.values()].reverse()) {
      const { close, stop } = thing as { close?: () => unknown; stop?: () => unknown };
      await (close ?? stop)?.call(thing);
    }
    this.#made.clear();
  }
}
