// Mock runtime: pods that are nothing but objects. Containers start, end and answer as their pods' annotations say
// (script.ts), in Clock time, so that thousands of nodes fit into one process and an hour passes in a moment.
// Always true: a pod at rest costs a few hundred bytes and no timer; every change of state is told once, after the
// status shows it; after `close` nothing is scheduled any more.

import { type Observable, Subject } from 'rxjs';
import type { Clock } from '../../core/contracts/clock.ts';
import {
  type ContainerConfig,
  type ContainerRuntime,
  type ContainerStats,
  type ContainerStatus,
  type ExecOptions,
  type ExecResult,
  ImageError,
  nothingSaid,
  type PulledImage,
  type RuntimeChange,
  type SandboxConfig,
  type SandboxStatus,
} from '../../core/contracts/container-runtime.ts';
import type { ContainerSession, LogOptions } from '../../core/contracts/kubelet-connection.ts';
import type { Network } from '../../core/contracts/network.ts';
import { revise } from '../../core/model/revise.ts';
import { encodeLine, selectLines } from '../../core/node/log-lines.ts';
import { Addresses } from './addresses.ts';
import { imageId, MockContainer } from './mock-container.ts';
import { answering } from './mock-http.ts';
import { mockSession } from './mock-session.ts';
import { scriptOf } from './script.ts';

/** What a program that is nothing but an object needs to know of its configuration: thousands of them are kept. */
const little = ({ name, attempt, image, ports, annotations }: ContainerConfig): ContainerConfig => ({
  name,
  attempt,
  image,
  ...nothingSaid,
  ports: ports.length > 0 ? ports : nothingSaid.ports,
  annotations,
});

/** The same of a sandbox: nobody looks names up in it. */
const littleOfSandbox = (config: SandboxConfig): SandboxConfig => revise(config, { dnsSearches: nothingSaid.args });

interface Sandbox {
  status: SandboxStatus;
  readonly containers: Map<string, MockContainer>;
}

export class MockRuntime implements ContainerRuntime {
  readonly name = 'mock';
  readonly version = '1.0';
  readonly readsFiles = false;
  readonly network: Network;
  readonly #clock: Clock;
  readonly #remembers: 'everything' | 'little';
  readonly #addresses: Addresses;
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #containers = new Map<string, MockContainer>();
  readonly #changes = new Subject<RuntimeChange>();
  #count = 0;
  readonly #closing = new AbortController();

  /**
   * @param podCIDR the node's range of pod addresses: `10.244.0.0/24`
   * @param remembers what containers were given: everything, or no more than the simulation needs
   */
  constructor(podCIDR: string, network: Network, clock: Clock, remembers: 'everything' | 'little' = 'everything') {
    this.#remembers = remembers;
    this.network = network;
    this.#clock = clock;
    this.#addresses = new Addresses(podCIDR);
  }

  async runSandbox(config: SandboxConfig): Promise<SandboxStatus> {
    if (this.#closing.signal.aborted) throw new Error('the mock runtime is closed');
    const status: SandboxStatus = {
      id: `${config.uid}-${config.attempt}-${this.#count++}`,
      config: this.#remembers === 'little' ? littleOfSandbox(config) : config,
      state: 'ready',
      createdAt: this.#clock.now(),
      address: config.hostNetwork ? '' : this.#addresses.take(),
    };
    this.#sandboxes.set(status.id, { status, containers: new Map() });
    return status;
  }

  async stopSandbox(id: string): Promise<void> {
    const sandbox = this.#sandboxes.get(id);
    if (sandbox?.status.state !== 'ready') return;
    sandbox.status = { ...sandbox.status, state: 'not ready' };
    this.#addresses.giveBack(sandbox.status.address);
    for (const container of sandbox.containers.values()) container.kill();
    this.#changes.next({ sandboxId: id });
  }

  async removeSandbox(id: string): Promise<void> {
    await this.stopSandbox(id);
    for (const container of this.#sandboxes.get(id)?.containers.keys() ?? []) this.#containers.delete(container);
    this.#sandboxes.delete(id);
  }

  async sandboxStatus(id: string): Promise<SandboxStatus | undefined> {
    return this.#sandboxes.get(id)?.status;
  }

  async listSandboxes(): Promise<readonly SandboxStatus[]> {
    return [...this.#sandboxes.values()].map((sandbox) => sandbox.status);
  }

  /** Every image exists, and is simulated; `image-pull` says how long that takes, or that it fails. */
  async pullImage(
    image: string,
    _policy: 'Always' | 'IfNotPresent' | 'Never',
    wantedBy?: { readonly sandboxId: string; readonly container: string },
  ): Promise<PulledImage> {
    const annotations = wantedBy && this.#sandboxes.get(wantedBy.sandboxId)?.status.config.annotations;
    const { imagePull } = scriptOf(annotations ?? {}, wantedBy?.container ?? '');
    if (imagePull === 'fail') {
      throw new ImageError('ErrImagePull', `failed to pull and unpack image "${image}": not found`);
    }
    if (imagePull > 0) await this.#clock.sleep(imagePull, this.#closing.signal);
    return { id: imageId(image), present: imagePull === 0 };
  }

  async createContainer(sandboxId: string, config: ContainerConfig): Promise<string> {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (sandbox?.status.state !== 'ready') {
      throw new Error(`sandbox "${sandboxId}" for container "${config.name}" is ${sandbox ? 'stopped' : 'not there'}`);
    }
    const script = scriptOf({ ...sandbox.status.config.annotations, ...config.annotations }, config.name);
    const kept = this.#remembers === 'little' ? little(config) : config;
    const id = `${sandboxId}-${config.name}-${config.attempt}-${this.#count++}`;
    const container = new MockContainer({ id, sandboxId, config: kept, script }, this.#clock, (of) => this.#tell(of));
    sandbox.containers.set(id, container);
    this.#containers.set(id, container);
    return id;
  }

  async startContainer(id: string): Promise<void> {
    await this.#existing(id).start();
  }

  async stopContainer(id: string, gracePeriod: number): Promise<void> {
    await this.#containers.get(id)?.stop(gracePeriod);
  }

  async removeContainer(id: string): Promise<void> {
    const container = this.#containers.get(id);
    if (!container) return;
    container.kill();
    this.#containers.delete(id);
    this.#sandboxes.get(container.status.sandboxId)?.containers.delete(id);
  }

  async containerStatus(id: string): Promise<ContainerStatus | undefined> {
    return this.#containers.get(id)?.status;
  }

  async listContainers(sandboxId?: string): Promise<readonly ContainerStatus[]> {
    const of = sandboxId === undefined ? this.#containers : this.#sandboxes.get(sandboxId)?.containers;
    return [...(of?.values() ?? [])].map((container) => container.status);
  }

  changes(): Observable<RuntimeChange> {
    return this.#changes.asObservable();
  }

  logs(id: string, options: LogOptions, signal?: AbortSignal): ReadableStream<Uint8Array> {
    const container = this.#existing(id);
    let stopListening = () => {};
    return new ReadableStream<Uint8Array>({
      start: (out) => {
        // Mock containers print when they start and never again, so following is waiting for the end.
        for (const line of selectLines(container.lines, options, this.#clock.now())) {
          out.enqueue(encodeLine(line, options));
        }
        let open = true;
        const end = () => {
          if (!open) return;
          open = false;
          stopListening();
          signal?.removeEventListener('abort', end);
          out.close();
        };
        if (!options.follow || container.status.state === 'exited' || signal?.aborted) return end();
        const subscription = this.#changes.subscribe({
          next: (change) => change.containerId === id && container.status.state === 'exited' && end(),
          complete: end,
        });
        stopListening = () => subscription.unsubscribe();
        signal?.addEventListener('abort', end, { once: true });
      },
      cancel: () => stopListening(),
    });
  }

  /** Succeeds while the container is well, fails otherwise; prints what it was asked to run. */
  async execSync(id: string, command: readonly string[]): Promise<ExecResult> {
    const container = this.#existing(id);
    const healthy = container.health === 'healthy';
    const text = new TextEncoder().encode(`${command.join(' ')}: ${container.health}\n`);
    const nothing = new Uint8Array();
    return { exitCode: healthy ? 0 : 1, stdout: healthy ? text : nothing, stderr: healthy ? nothing : text };
  }

  /** Prints what the script says (`exec-output`, `exec-exit-code`), then what it hears. */
  async exec(id: string, { command, stdin, tty }: ExecOptions): Promise<ContainerSession> {
    const { script } = this.#existing(id);
    const { exitCode, stdout, stderr } = await this.execSync(id, command);
    const output = script.execOutput ?? new TextDecoder().decode(exitCode === 0 ? stdout : stderr);
    const to = script.execOutput !== undefined || exitCode === 0 ? 'stdout' : 'stderr';
    return mockSession({ output, to, exitCode: script.execExitCode ?? exitCode, stdin, tty });
  }

  /** Its log so far is all that it ever says; whoever listens hears the end. */
  async attach(id: string): Promise<ContainerSession> {
    const listening = new AbortController();
    const stdout = this.logs(id, { follow: true, tailLines: 0 }, listening.signal);
    const container = this.#existing(id);
    const [heard, silent] = stdout.tee();
    const ended = (async () => {
      for await (const _ of silent as unknown as AsyncIterable<Uint8Array>);
      return { exitCode: container.status.exitCode ?? 0 };
    })();
    return { stdout: heard, resize: () => {}, ended, close: () => listening.abort() };
  }

  /** A running container of the pod answers HTTP, whatever the port: the one that declares it, or else the first. */
  async portForward(
    sandboxId: string,
    port: number,
  ): Promise<{ readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<Uint8Array> }> {
    const sandbox = this.#sandboxes.get(sandboxId);
    const containers = [...(sandbox?.containers.values() ?? [])].filter(({ status }) => status.state === 'running');
    const declares = ({ status }: MockContainer) => status.config.ports.some((open) => open.containerPort === port);
    const container = containers.find(declares) ?? containers[0];
    const health = container?.health ?? 'absent';
    if (!sandbox || !container || health === 'absent') {
      throw new Error(`dial tcp ${sandbox?.status.address ?? sandboxId}:${port}: connect: connection refused`);
    }
    return answering(health === 'healthy' ? 200 : 500, `mock container ${container.status.config.name}: ${health}\n`);
  }

  async stats(): Promise<readonly ContainerStats[]> {
    return [...this.#containers.values()]
      .filter(({ status }) => status.state === 'running')
      .map(({ status }) => ({ containerId: status.id, cpuNanoseconds: 0, memoryBytes: 0 }));
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new Error('the mock runtime is closed'));
    for (const id of [...this.#sandboxes.keys()]) await this.removeSandbox(id);
    this.#changes.complete();
  }

  #existing(id: string): MockContainer {
    const container = this.#containers.get(id);
    if (!container) throw new Error(`there is no container "${id}" in the mock runtime`);
    return container;
  }

  #tell({ status }: MockContainer): void {
    this.#changes.next({ sandboxId: status.sandboxId, containerId: status.id });
  }
}
