// Process runtime: a ContainerRuntime whose containers are plain processes of this machine, without any privilege.
//   pod         an address on the virtual network, and a folder
//   container   a process group with its own folder, environment, log and exit code
//   image       a small program of Kubelab's, or one of the machine (catalogue.ts)
// Always true: closed, it leaves no process, socket or file; killed, its guard sees to that (guard.ts).
// In real Kubernetes: containers have their own root file system, users, limits and process ids. Here they see the
// machine's, limits are announced as not enforced, and the program is not process 1.

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { type Observable, Subject } from 'rxjs';
import type { Clock } from '../../core/contracts/clock.ts';
import type {
  ContainerConfig,
  ContainerRuntime,
  ContainerStats,
  ContainerStatus,
  ExecOptions,
  ExecResult,
  PulledImage,
  RuntimeChange,
  SandboxConfig,
  SandboxStatus,
} from '../../core/contracts/container-runtime.ts';
import { ImageError } from '../../core/contracts/container-runtime.ts';
import type { ContainerSession, LogOptions } from '../../core/contracts/kubelet-connection.ts';
import { findImage, isSimulated } from './catalogue.ts';
import type { Container } from './container.ts';
import { readLog } from './log-reader.ts';
import { thisMachine } from './machine.ts';
import { makeContainer } from './make-container.ts';
import type { VirtualNetwork } from './network/virtual-network.ts';
import { usageByGroup } from './process-stats.ts';
import { Sandbox } from './sandbox.ts';
import { readableFrom, writableTo } from './web-streams.ts';
import { Workplace } from './workplace.ts';

export interface ProcessRuntimeParts {
  readonly clock: Clock;
  /** Shared by the runtimes of all nodes of a cluster; not closed by this one. */
  readonly network: VirtualNetwork;
  readonly node: { readonly name: string; readonly podCIDR: string };
  readonly unknownImages?: 'simulate' | 'refuse';
  /** Where the working folder is made; the system's temporary folder unless told. */
  readonly folder?: string;
  readonly images?: string;
  readonly preload?: string;
}

export class ProcessRuntime implements ContainerRuntime {
  readonly name = 'process';
  readonly version = '1.0';
  readonly machine = thisMachine();
  readonly network: VirtualNetwork;
  readonly #parts: ProcessRuntimeParts;
  readonly #workplace: Workplace;
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #containers = new Map<string, Container>();
  readonly #pulled = new Set<string>();
  readonly #changes = new Subject<RuntimeChange>();
  #closed = false;
  #count = 0;

  constructor(parts: ProcessRuntimeParts) {
    this.#parts = parts;
    this.network = parts.network;
    this.#workplace = new Workplace(parts);
  }

  /** The folder under which all containers have theirs; undefined before the first one. */
  get folder(): string | undefined {
    return this.#workplace.folder;
  }

  async runSandbox(config: SandboxConfig): Promise<SandboxStatus> {
    if (this.#closed) throw new Error('the process runtime is closed: no new pods');
    const { hostname, fullName, hostAliases = [], dnsSearches: searches, hostNetwork } = config;
    const hosts = new Map(hostAliases.flatMap(({ ip, hostnames }) => hostnames.map((name) => [name, ip] as const)));
    this.#count += 1;
    const folder = await this.#workplace.make(`p${this.#count}`);
    const { podCIDR } = this.#parts.node;
    const attachment = await this.network.attach(podCIDR, {
      hostname,
      searches,
      hostNetwork,
      hosts,
      ...(fullName !== undefined && { fullName }),
    });
    const sandbox = new Sandbox(newId(), config, folder, attachment, this.#parts.clock.now());
    await sandbox.prepare();
    this.#sandboxes.set(sandbox.id, sandbox);
    this.#changes.next({ sandboxId: sandbox.id });
    return sandbox.status();
  }

  async stopSandbox(id: string): Promise<void> {
    const sandbox = this.#sandboxes.get(id);
    if (!sandbox) return;
    const running = this.#of(id).map((container) => container.stop(0));
    const first = sandbox.stop();
    await Promise.all(running);
    if (first) this.#changes.next({ sandboxId: id });
  }

  async removeSandbox(id: string): Promise<void> {
    const sandbox = this.#sandboxes.get(id);
    if (!sandbox) return;
    await this.stopSandbox(id);
    for (const container of this.#of(id)) this.#containers.delete(container.id);
    this.#sandboxes.delete(id);
    await sandbox.remove();
    this.#changes.next({ sandboxId: id });
  }

  async sandboxStatus(id: string): Promise<SandboxStatus | undefined> {
    return this.#sandboxes.get(id)?.status();
  }

  async listSandboxes(): Promise<readonly SandboxStatus[]> {
    return [...this.#sandboxes.values()].map((sandbox) => sandbox.status());
  }

  async pullImage(image: string, policy: 'Always' | 'IfNotPresent' | 'Never'): Promise<PulledImage> {
    const unknown = this.#parts.unknownImages ?? 'simulate';
    let found: ReturnType<typeof findImage>;
    try {
      found = findImage(image, unknown);
    } catch (error) {
      if (policy !== 'Never' || !(error instanceof ImageError) || error.reason !== 'ErrImagePull') throw error;
      throw new ImageError('ErrImageNeverPull', `Container image "${image}" is not present with pull policy of Never`);
    }
    const present = policy !== 'Always' && (policy === 'Never' || this.#pulled.has(image));
    this.#pulled.add(image);
    return {
      id: found.id,
      ...(present && { present }),
      ...(isSimulated(found) && { simulated: true }),
      ...(found.notice && { notice: found.notice }),
    };
  }

  async createContainer(sandboxId: string, config: ContainerConfig): Promise<string> {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (!sandbox?.ready) {
      throw new Error(
        `container ${config.name} needs a sandbox that is ready; ${sandboxId} is ${sandbox ? 'stopped' : 'not known'}`,
      );
    }
    const id = newId();
    const container = await makeContainer({
      id,
      sandbox,
      config,
      image: findImage(config.image, this.#parts.unknownImages ?? 'simulate'),
      nodeName: this.#parts.node.name,
      clock: this.#parts.clock,
      workplace: this.#workplace,
      tell: (notice) => this.#changes.next({ sandboxId, containerId: id, ...(notice && { notice }) }),
    });
    this.#containers.set(id, container);
    this.#changes.next({ sandboxId, containerId: id });
    return id;
  }

  async startContainer(id: string): Promise<void> {
    await this.#container(id).start();
  }

  async stopContainer(id: string, gracePeriod: number): Promise<void> {
    await this.#containers.get(id)?.stop(gracePeriod);
  }

  async removeContainer(id: string): Promise<void> {
    const container = this.#containers.get(id);
    if (!container) return;
    await container.stop(0);
    this.#containers.delete(id);
    await this.#workplace.removeContainer(container);
    this.#changes.next({ sandboxId: container.sandboxId, containerId: id });
  }

  async containerStatus(id: string): Promise<ContainerStatus | undefined> {
    return this.#containers.get(id)?.status();
  }

  async listContainers(sandboxId?: string): Promise<readonly ContainerStatus[]> {
    const wanted = sandboxId === undefined ? [...this.#containers.values()] : this.#of(sandboxId);
    return wanted.map((container) => container.status());
  }

  changes(): Observable<RuntimeChange> {
    return this.#changes.asObservable();
  }

  /** `previous` is the kubelet's business: it asks for the run that it means by its id. */
  logs(id: string, options: LogOptions, signal?: AbortSignal): ReadableStream<Uint8Array> {
    return readLog(this.#container(id).log, options, this.#parts.clock.now(), signal);
  }

  async execSync(id: string, command: readonly string[], timeout: number): Promise<ExecResult> {
    return this.#container(id).exec(command, timeout);
  }

  async exec(id: string, options: ExecOptions): Promise<ContainerSession> {
    return this.#container(id).open(options);
  }

  async attach(id: string): Promise<ContainerSession> {
    return this.#container(id).attach();
  }

  /** Writes a volume's files anew in all containers of the pod that mount it. */
  async updateFiles(sandboxId: string, volume: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
    await this.#sandboxes.get(sandboxId)?.volumes.write(volume, files);
  }

  async portForward(sandboxId: string, port: number) {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (!sandbox) throw new Error(`cannot forward port ${port}: there is no sandbox ${sandboxId}`);
    const { address } = sandbox.attachment;
    const to = address === '' ? { host: '127.0.0.1', port } : this.network.resolve(address, port, 'TCP');
    const refused = `failed to connect to localhost:${port} inside pod ${sandbox.config.namespace}/${sandbox.config.name}: connection refused`;
    if (!to) throw new Error(refused);
    const socket = connect(to);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', () => reject(new Error(refused)));
    });
    socket.on('error', () => socket.destroy());
    return { readable: readableFrom(socket), writable: writableTo(socket) };
  }

  async stats(): Promise<readonly ContainerStats[]> {
    const usage = await usageByGroup();
    return [...this.#containers.values()].flatMap((container) => {
      const used = container.pid === undefined ? undefined : usage.get(container.pid);
      return used ? [{ containerId: container.id, ...used }] : [];
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([...this.#sandboxes.keys()].map((id) => this.removeSandbox(id)));
    await this.#workplace.close();
    this.#changes.complete();
  }

  #of(sandboxId: string): Container[] {
    return [...this.#containers.values()].filter((container) => container.sandboxId === sandboxId);
  }

  #container(id: string): Container {
    const container = this.#containers.get(id);
    if (!container) throw new Error(`there is no container ${id}`);
    return container;
  }
}

/** 64 hexadecimal digits, as containerd names things. */
const newId = (): string => randomBytes(32).toString('hex');
