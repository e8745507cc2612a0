// Setting: what a cluster tells the plugins of its components about where they are. Bound in every component's container
// beside ApiClient, Clock and Random; a plugin asks for it by its token:
//   bind(Network).toResolvedValue((cluster, clock) => cluster.once(Network, () => new VirtualNetwork(clock)), [ClusterSetting, Clock]);
// Always true: components meet only in the API. `once` is for what is one in the machine, not in the component: the wire
// that the pods of all nodes are on, the tokens' signing key.

import type { StringMap } from '../model/meta.ts';
import { slot, type Token } from './token.ts';

/** What is the same for all components of a cluster. */
export interface ClusterSetting {
  /** `kubelab` unless told. */
  readonly name: string;
  /** Folder for what this run needs (working folders, sockets), gone with the cluster. Absent where there are no files. */
  readonly folder?: string;
  /** Folder for what outlives the run (`--data`), when there is to be such a thing. */
  readonly data?: string;
  /** Pods' addresses: `10.244.0.0/16`; node n has `10.244.n.0/24`. */
  readonly podCIDR: string;
  /** Services' addresses: `10.96.0.0/12`. */
  readonly serviceCIDR: string;
  /** `cluster.local` */
  readonly domain: string;
  /** The one thing of that token in this cluster: made by whoever asks first, ended (`close` or `stop`) with the cluster. */
  once<T>(token: Token<T>, make: () => T): T;
}
export const ClusterSetting = slot<ClusterSetting>('ClusterSetting');

/** A node as the cluster's configuration wants it; bound in a kubelet's container. */
export interface NodeSetting {
  readonly name: string;
  /** 0 for the first node. */
  readonly index: number;
  /** `10.244.0.0/24` */
  readonly podCIDR: string;
  readonly labels: StringMap;
  readonly taints: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  /** Quantities: `{ cpu: '4', memory: '8Gi', pods: '110' }`; what is absent is the kubelet's default. */
  readonly capacity: StringMap;
}
export const NodeSetting = slot<NodeSetting>('NodeSetting');
