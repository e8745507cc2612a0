// ContainerRuntime: runs pods' containers on one node. CRI's shape, in web-standard streams, so that the mock runs in a
// browser. The kubelet (core/node) decides what should run; the runtime only carries out, reports and forgets nothing:
// a kubelet that comes back finds sandboxes and containers by `listSandboxes` and `listContainers`.

import type { Observable } from 'rxjs';
import { slot } from '../cluster/token.ts';
import type { StringMap } from '../model/meta.ts';
import type { ContainerSession, LogOptions } from './kubelet-connection.ts';
import type { Network, Protocol } from './network.ts';

/** What a pod's containers share: a name, an address, ports. */
export interface SandboxConfig {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** How often the pod's sandbox was made before. */
  readonly attempt: number;
  readonly hostname: string;
  /** Its whole name, for a pod with a subdomain: `web-0.web.default.svc.cluster.local`. */
  readonly fullName?: string;
  /** Further lines of /etc/hosts. */
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly hostNetwork: boolean;
  /** DNS search domains and the like are the runtime's to wire: `default.svc.cluster.local`, ... */
  readonly dnsSearches: readonly string[];
  /** The pod's folder tree for volumes is laid out by the kubelet under here, where the runtime has files at all. */
  readonly logDirectory?: string;
}

export interface SandboxStatus {
  readonly id: string;
  readonly config: SandboxConfig;
  readonly state: 'ready' | 'not ready';
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** The pod's address; empty for hostNetwork. */
  readonly address: string;
}

export interface Mount {
  readonly name: string;
  readonly containerPath: string;
  /** Files by relative path, for volumes whose content the kubelet knows (configMap, secret, downwardAPI, projected). */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** A folder of the node that is mounted. */
  readonly hostPath?: string;
  /** `DirectoryOrCreate`, `File`, ...: what has to be there, or is made. */
  readonly hostPathType?: string;
  /** Shared by the pod's containers, empty at first, gone with the pod: `emptyDir`. */
  readonly emptyDir?: boolean;
  readonly subPath?: string;
  readonly readOnly: boolean;
}

export interface ContainerConfig {
  readonly name: string;
  /** How often this container was started before: restartCount. */
  readonly attempt: number;
  readonly image: string;
  /** Empty: the image's entrypoint. Already expanded (`$(VAR)`). */
  readonly command: readonly string[];
  /** Empty with an empty command: the image's arguments. */
  readonly args: readonly string[];
  readonly workingDir?: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly mounts: readonly Mount[];
  readonly ports: readonly { readonly containerPort: number; readonly protocol: Protocol; readonly name?: string }[];
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly tty: boolean;
  readonly stdin: boolean;
  /** The first who attaches to its stdin and leaves closes it; else it stays open for the next one. */
  readonly stdinOnce?: boolean;
  /** The file in which the program may leave its last words, and whether the end of its log stands in for them. */
  readonly lastWords?: { readonly path: string; readonly orLog: boolean };
  /** Limits: CPU in millicores, memory in bytes. */
  readonly limits: { readonly cpu?: number; readonly memory?: number };
}

/** What a configuration says where a pod says nothing: of a run that only its name is left of, or in a test. */
export const nothingSaid = {
  command: [],
  args: [],
  env: [],
  mounts: [],
  ports: [],
  labels: {},
  annotations: {},
  tty: false,
  stdin: false,
  limits: {},
} satisfies Partial<ContainerConfig>;

export type ContainerState = 'created' | 'running' | 'exited';

export interface ContainerStatus {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  readonly state: ContainerState;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  /** Number of the signal that ended it. */
  readonly signal?: number;
  /** `Completed`, `Error`, `OOMKilled`, `ContainerCannotRun`; shown in `terminated.reason`. */
  readonly reason?: string;
  readonly message?: string;
  /** What the image name was resolved to. */
  readonly imageId: string;
}

/** What pulling an image gave: which image it really is, and what the user should be told (a stand-in, a simulation). */
export interface PulledImage {
  readonly id: string;
  /** It was there already: nothing was pulled. */
  readonly present?: boolean;
  /** Becomes an event on the pod. */
  /** Nothing was pulled, and nothing of it will run: something else takes its place, as the notice says. */
  readonly simulated?: true;
  readonly notice?: { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string };
}

/** Why an image cannot be had. `reason` is a waiting reason: `ErrImagePull`, `InvalidImageName`, `ErrImageNeverPull`. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** A volume that cannot be set up. Becomes the event FailedMount; the pod goes on being created, and it is tried again. */
export class MountError extends Error {
  override readonly name = 'MountError';
}

/** Something about a sandbox or container changed; look at its status. `notice` is to be told as an event on the pod. */
export interface RuntimeChange {
  readonly sandboxId: string;
  readonly containerId?: string;
  readonly notice?: PulledImage['notice'];
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** A command that is to run beside a container's program. */
export interface ExecOptions {
  readonly command: readonly string[];
  /** Somebody will write to it; else it reads an end at once. */
  readonly stdin: boolean;
  /** In a terminal: what it writes all comes as stdout. */
  readonly tty: boolean;
}

export interface ContainerStats {
  readonly containerId: string;
  /** CPU time used since start, in nanoseconds. */
  readonly cpuNanoseconds: number;
  /** Bytes of memory in use. */
  readonly memoryBytes: number;
}

/** The computer that a node's containers run on; becomes the node's `nodeInfo` and capacity. */
export interface Machine {
  /** `linux`, `darwin`, `windows`, as Go names them. */
  readonly operatingSystem: string;
  /** `amd64`, `arm64`. */
  readonly architecture: string;
  /** `Debian GNU/Linux 12 (bookworm)` */
  readonly osImage: string;
  readonly kernelVersion: string;
  /** Quantities: `{ cpu: '4', memory: '8145424Ki' }`. */
  readonly capacity: StringMap;
}

export interface ContainerRuntime {
  /** `process`, as in `node.status.nodeInfo.containerRuntimeVersion` (`process://1.0`). */
  readonly name: string;
  readonly version: string;
  /** The wire that its pods are on. */
  readonly network: Network;
  /** Absent where nothing is real: the node then tells of a machine as usual. */
  readonly machine?: Machine;
  /** false: nobody ever reads mounted files, so the kubelet need not fetch tokens for them. */
  readonly readsFiles?: boolean;

  /** Makes the pod's shared part and gives it an address. */
  runSandbox(config: SandboxConfig): Promise<SandboxStatus>;
  /** Kills what still runs in it and takes its address off the network. Doing it twice is doing it once. */
  stopSandbox(id: string): Promise<void>;
  /** Removes it with all its containers. */
  removeSandbox(id: string): Promise<void>;
  sandboxStatus(id: string): Promise<SandboxStatus | undefined>;
  listSandboxes(): Promise<readonly SandboxStatus[]>;

  /** Throws ImageError. `policy` is the container's imagePullPolicy; `wantedBy` says for whom, as CRI's PullImage does. */
  pullImage(
    image: string,
    policy: 'Always' | 'IfNotPresent' | 'Never',
    wantedBy?: { readonly sandboxId: string; readonly container: string },
  ): Promise<PulledImage>;

  /** Throws MountError, or another Error that says what is wrong with the configuration. */
  createContainer(sandboxId: string, config: ContainerConfig): Promise<string>;
  /** Throws an Error when the program cannot be started; its status is then `exited`, 128, `StartError`, with the message. */
  startContainer(id: string): Promise<void>;
  /**
   * SIGTERM, then SIGKILL after the grace period (milliseconds). Resolves when it has ended. Called again while it
   * waits, with a shorter period, it shortens the wait. One that has ended, or is unknown, is left as it is.
   */
  stopContainer(id: string, gracePeriod: number): Promise<void>;
  removeContainer(id: string): Promise<void>;
  containerStatus(id: string): Promise<ContainerStatus | undefined>;
  listContainers(sandboxId?: string): Promise<readonly ContainerStatus[]>;
  /** Hot: tells of every change of state from now on. */
  changes(): Observable<RuntimeChange>;
  /** Puts new content into a mounted volume of files, in one step for its readers. Absent where nobody reads files. */
  updateFiles?(sandboxId: string, volume: string, files: Readonly<Record<string, Uint8Array>>): Promise<void>;

  /** Output as lines; timestamps only when asked for. */
  logs(id: string, options: LogOptions, signal?: AbortSignal): ReadableStream<Uint8Array>;
  execSync(id: string, command: readonly string[], timeout: number): Promise<ExecResult>;
  /**
   * Runs a command that somebody talks to (`kubectl exec`). It ends with the container. A command that cannot be started
   * ends with an error (`ended`), as it does in CRI. Absent: no commands here.
   */
  exec?(id: string, options: ExecOptions): Promise<ContainerSession>;
  /** Listens to a running container's program, from now on, and speaks to it if its stdin is open. Absent: not here. */
  attach?(id: string): Promise<ContainerSession>;
  /** A connection to a port inside the sandbox: bytes both ways. How anything of ours reaches a pod whose network is virtual. */
  portForward(
    sandboxId: string,
    port: number,
  ): Promise<{ readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<Uint8Array> }>;
  stats(): Promise<readonly ContainerStats[]>;
  /** Ends everything it started; nothing is left behind. */
  close(): Promise<void>;
}
export const ContainerRuntime = slot<ContainerRuntime>('ContainerRuntime');
