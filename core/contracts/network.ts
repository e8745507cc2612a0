// Network: the wire between pods, services and the machine, one for all nodes that share a network stack.
// Pods have nominal addresses (10.244.n.m); the network knows where each of their ports really listens.
//   real      (namespaces, docker): nominal and real are the same
//   virtual   (process): programs register what they listen on; whoever dials asks first (plugins/runtime-process)
//   none      (mock): addresses are given out, nothing listens
// The runtime brings the network (it wires pods to it); kubelet and proxy use it.

import { slot } from '../cluster/token.ts';

export type Protocol = 'TCP' | 'UDP';

/** An address that the machine itself can connect to. */
export interface HostAddress {
  readonly host: string;
  readonly port: number;
}

/** Listening at an address that only pods (and the proxy) know; `close` takes it away. */
export interface Registration {
  close(): void;
}

/** One name of the cluster's DNS and what it means. */
export interface NameRecord {
  /** `web.default.svc.cluster.local` */
  readonly name: string;
  readonly addresses: readonly string[];
  /** Another name that it stands for (CNAME), of the cluster or of the world; then there are no addresses. */
  readonly alias?: string;
}

export interface Network {
  readonly kind: 'real' | 'virtual' | 'none';
  /** Where something on the machine reaches a nominal address; undefined when nothing listens there. */
  resolve(address: string, port: number, protocol: Protocol): HostAddress | undefined;
  /** Makes a service's address lead to where the proxy really listens (virtual networks; real ones have it as it is). */
  register(address: string, port: number, protocol: Protocol, at: HostAddress): Registration;
  /** Tells pods what names mean. Replaces all that was told before. */
  names(records: readonly NameRecord[]): void;
  /** The pod whose program has this local address as its source port, for session affinity; undefined when unknown. */
  podOf?(source: HostAddress, protocol: Protocol): string | undefined;
}
export const Network = slot<Network>('Network');
