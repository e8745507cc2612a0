// Pod sandbox: the pod's shared part in the runtime, what ran in it, and the volumes that its containers mount.
// Always true: a pod has one sandbox at a time; when it dies, the last run of each container is remembered, so that
// restart counts and last states survive.

import type { ContainerStatus, SandboxStatus } from '../contracts/container-runtime.ts';
import type { Pod } from '../model/pod.ts';
import { sandboxConfig } from './container-config.ts';
import type { EnvironmentContext } from './environment.ts';
import type { NodeContext } from './node-context.ts';
import { type PodRuntime, podRuntime, reportedRuns } from './pod-runtime.ts';
import { refreshed } from './volume-refresh.ts';
import { type VolumeContent, volumeContents } from './volumes.ts';

export class PodSandbox {
  readonly #node: NodeContext;
  readonly #onSandbox: (id: string) => void;
  #id: string | undefined;
  /** Sandboxes that the pod has had. */
  #count = 0;
  /** Runs that the runtime does not have any more, by container name. */
  #remembered: Map<string, ContainerStatus> | undefined;
  /** When what is mounted was read, tokens and all. Milliseconds since 1970. */
  #readAt = 0;
  #contents: ReadonlyMap<string, VolumeContent> | undefined;

  /** @param onSandbox told of each sandbox that the pod gets */
  constructor(pod: Pod, node: NodeContext, onSandbox: (id: string) => void) {
    this.#node = node;
    this.#onSandbox = onSandbox;
    if (pod.status?.containerStatuses) this.#remembered = reportedRuns(pod, node.clock.now());
  }

  /** A kubelet that comes back: this sandbox is the pod's. */
  adopt(sandbox: SandboxStatus): void {
    this.#id = sandbox.id;
    this.#count = sandbox.config.attempt + 1;
    this.#onSandbox(sandbox.id);
  }

  /** What the runtime has of the pod now. */
  async look(): Promise<PodRuntime> {
    const { runtime } = this.#node;
    if (this.#id === undefined) return podRuntime(undefined, [], this.#remembered);
    const [sandbox, containers] = await Promise.all([
      runtime.sandboxStatus(this.#id),
      runtime.listContainers(this.#id),
    ]);
    return podRuntime(sandbox, containers, this.#remembered);
  }

  /** Volumes first, then the sandbox: a pod whose volumes cannot be set up gets no address. Throws MountError, Error. */
  async run(pod: Pod): Promise<void> {
    this.#contents = await this.#read(pod, undefined);
    const sandbox = await this.#node.runtime.runSandbox(sandboxConfig(pod, this.#count, this.#node.domain));
    this.#count += 1;
    this.#id = sandbox.id;
    this.#onSandbox(sandbox.id);
  }

  /** Removes the sandbox with all that is in it. */
  async remove(seen: PodRuntime): Promise<void> {
    if (this.#id === undefined) return;
    await this.#node.runtime.removeSandbox(this.#id);
    this.#id = undefined;
    const now = this.#node.clock.now();
    this.#remembered = new Map();
    for (const [name, [run]] of seen.runs) {
      if (!run) continue;
      const { exitCode = 137, finishedAt = now } = run;
      this.#remembered.set(name, { ...run, state: 'exited', exitCode, finishedAt });
    }
  }

  /** What containers mount, by volume. Throws MountError. */
  async volumes(pod: Pod, sandbox: SandboxStatus): Promise<ReadonlyMap<string, VolumeContent>> {
    this.#contents ??= await this.#read(pod, sandbox);
    return this.#contents;
  }

  /** Reads what containers have mounted anew, and lets them see what has changed. Throws MountError, ApiError. */
  async refresh(pod: Pod): Promise<void> {
    const { runtime, clock } = this.#node;
    const id = this.#id;
    const sandbox = id === undefined ? undefined : await runtime.sandboxStatus(id);
    if (id === undefined || sandbox?.state !== 'ready') return;
    const volumes = refreshed(pod, clock.now() - this.#readAt);
    if (volumes.some(({ projected }) => projected)) this.#readAt = clock.now();
    const contents = await volumeContents({ ...pod, spec: { ...pod.spec, volumes } }, this.context(sandbox));
    for (const [name, { files }] of contents) if (files) await runtime.updateFiles?.(id, name, files);
  }

  /** The containers are started: the next one reads its volumes anew. */
  forgetVolumes(): void {
    this.#contents = undefined;
  }

  #read(pod: Pod, sandbox: SandboxStatus | undefined): Promise<ReadonlyMap<string, VolumeContent>> {
    this.#readAt = this.#node.clock.now();
    return volumeContents(pod, this.context(sandbox));
  }

  context(sandbox: SandboxStatus | undefined): EnvironmentContext {
    const { inputs, allocatable, hostIP } = this.#node;
    return { inputs, allocatable, hostIP, podIP: sandbox?.address || hostIP };
  }
}
