// KubeletConnection: the API server's road to a kubelet, for what only the node knows: logs now; exec, attach,
// port-forward and metrics by the same road. In process here; HTTPS to the node's daemonEndpoints, or a tunnel, elsewhere.

import { slot } from '../cluster/token.ts';

export interface LogOptions {
  readonly container?: string;
  /** Go on with what comes until the container ends. */
  readonly follow?: boolean;
  /** Of the container's last run but one. */
  readonly previous?: boolean;
  /** Begin each line with its time. */
  readonly timestamps?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  readonly sinceTime?: string;
  readonly limitBytes?: number;
}

export interface KubeletConnection {
  /** The container's output as text lines. Throws ApiError 400 when it has not started, 404 when there is no such pod. */
  logs(namespace: string, pod: string, options: LogOptions, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

/** Finds the road to a node by its name. Kubelets enter themselves while they run. */
export interface KubeletConnections {
  to(node: string): KubeletConnection | undefined;
  /** Enters a node; the function that comes back takes it out again. */
  enter(node: string, connection: KubeletConnection): () => void;
}
export const KubeletConnections = slot<KubeletConnections>('KubeletConnections');
