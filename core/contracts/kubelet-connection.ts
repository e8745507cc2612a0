// KubeletConnection: the API server's road to a kubelet, for what only the node knows: logs, commands in containers,
// their terminals, their ports. In process here; HTTPS to the node's daemonEndpoints, or a tunnel, elsewhere.
// Everything that goes on for a while is web streams, so that whoever reads slowly slows down whoever writes.

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

/** Characters. */
export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** A program in a container, seen from outside: a command that was started for somebody, or the container's own. */
export interface ContainerSession {
  /** What it reads; absent if it reads nothing from outside. Closing it is the end of its input. */
  readonly stdin?: WritableStream<Uint8Array>;
  readonly stdout: ReadableStream<Uint8Array>;
  /** Absent with a terminal: there all is stdout. */
  readonly stderr?: ReadableStream<Uint8Array>;
  /** Tells a terminal its size; without one nothing happens. */
  resize(size: TerminalSize): void;
  /** When it has ended by itself. Rejects with an Error in a runtime's words when a command could not be started. */
  readonly ended: Promise<{ readonly exitCode: number }>;
  /** Nobody listens any more. Ends a command and all that it started; a container's own program goes on. */
  close(): void;
}

/** A connection to a port of a pod. */
export interface PortConnection {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

export interface ContainerExecOptions {
  readonly container: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** What only a newer kubelet can is absent in an older one. */
export interface KubeletConnection {
  /** The container's output as text lines. Throws ApiError 400 when it has not started, 404 when there is no such pod. */
  logs(namespace: string, pod: string, options: LogOptions, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** Runs a command in a container. Throws an Error in the kubelet's words: `container not found ("web")`. */
  exec?(namespace: string, pod: string, options: ContainerExecOptions): Promise<ContainerSession>;
  /** The container's own program, from now on. Throws as `exec` does. */
  attach?(namespace: string, pod: string, container: string): Promise<ContainerSession>;
  /** Throws an Error when nobody listens there. */
  portForward?(namespace: string, pod: string, port: number): Promise<PortConnection>;
}

/** Finds the road to a node by its name. Kubelets enter themselves while they run. */
export interface KubeletConnections {
  to(node: string): KubeletConnection | undefined;
  /** Enters a node; the function that comes back takes it out again. */
  enter(node: string, connection: KubeletConnection): () => void;
}
export const KubeletConnections = slot<KubeletConnections>('KubeletConnections');
