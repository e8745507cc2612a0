// Proxy: routes services to pods. Level-based: it gets the whole wanted table and makes the world agree with it.
// core/network turns Services and EndpointSlices into the table; a proxy never looks at API objects.

import { slot } from '../cluster/token.ts';
import type { Protocol } from './network.ts';

export type FrontendKind = 'ClusterIP' | 'NodePort' | 'ExternalIP' | 'LoadBalancer';

export interface Backend {
  readonly address: string;
  readonly port: number;
  readonly nodeName?: string;
  /** Takes new connections. */
  readonly ready: boolean;
  /** Would take new connections if it were not terminating. */
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** One address and port that clients connect to, and the pods behind it. */
export interface Frontend {
  /** `default/web:http ClusterIP`: unique in the table, stable. */
  readonly id: string;
  readonly service: { readonly namespace: string; readonly name: string; readonly port: string };
  readonly kind: FrontendKind;
  /** '' for NodePort: the node's addresses. */
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly backends: readonly Backend[];
  /** Milliseconds for which a client stays with its pod; undefined: no affinity. */
  readonly affinity?: number;
  /** Only backends on the node that the packet arrived at. */
  readonly local: boolean;
}

export interface ServiceTable {
  readonly frontends: ReadonlyMap<string, Frontend>;
}

/** Ids of frontends that differ from the table of the last sync; 'all' at first and after a failure. */
export type TableChanges = ReadonlySet<string> | 'all';

export interface SyncFailure {
  readonly frontend: string;
  /** `port 30080 is in use by another program`. */
  readonly reason: string;
}

export interface Packet {
  readonly destination: { readonly address: string; readonly port: number };
  readonly source?: { readonly address: string; readonly port: number };
  readonly protocol: Protocol;
}

/** The way of a packet, step by step, in the proxy's own terms. */
export interface Route {
  readonly steps: readonly { readonly rule: string; readonly effect: string; readonly probability?: number }[];
  /** Where it may end; several where chance decides. */
  readonly backends: readonly Backend[];
}

export interface Proxy {
  readonly name: string;
  /** Makes the world agree with the table. Called again only after it has come back. Each failure is retried with 'all'. */
  sync(table: ServiceTable, changes: TableChanges): Promise<{ readonly failed: readonly SyncFailure[] }>;
  /** What would happen to the packet; changes nothing. */
  trace(packet: Packet): Route;
  /** `keepRules`: leave connections and rules in place for the successor. */
  stop(options: { readonly keepRules: boolean }): Promise<void>;
}
export const Proxy = slot<Proxy>('Proxy');
