// Pod end: stops all of a pod that still lives, in order and in time: its own containers together, then its sidecars, last
// one first (in Kubernetes: kuberuntime_container.go, killContainersWithSyncResult).

import type { Container } from '../model/container.ts';
import type { Pod } from '../model/pod.ts';
import { stopContainer } from './container-stop.ts';
import type { NodeContext } from './node-context.ts';
import { isSidecar } from './pod-plan.ts';
import { isAlive, latestRun, type PodRuntime } from './pod-runtime.ts';
import { Ending } from './sparse.ts';

/** Made once a pod, when it is to end; `shorten` when it is to go faster. */
export class PodEnd {
  readonly done: Promise<void>;
  readonly #pod: Pod;
  readonly #podRuntime: PodRuntime;
  readonly #node: NodeContext;
  readonly #hurry = new Ending();
  /** When all must be over, milliseconds since 1970. */
  #deadline: number;

  /** @param grace milliseconds */
  constructor(pod: Pod, podRuntime: PodRuntime, grace: number, node: NodeContext) {
    this.#pod = pod;
    this.#podRuntime = podRuntime;
    this.#node = node;
    this.#deadline = node.clock.now() + grace;
    this.done = this.#stopAll();
  }

  /** Ends sooner, if that is sooner. @param grace milliseconds from now */
  shorten(grace: number): void {
    const deadline = this.#node.clock.now() + grace;
    if (deadline >= this.#deadline) return;
    this.#deadline = deadline;
    this.#hurry.come();
    const containers = [...(this.#pod.spec.initContainers ?? []), ...this.#pod.spec.containers];
    for (const { name } of containers) {
      const run = latestRun(this.#podRuntime, name);
      // Its end is waited for where it was first asked to stop.
      if (isAlive(run)) this.#node.runtime.stopContainer(run.id, grace).catch(() => {});
    }
  }

  /** Ends the wait for hooks, when the kubelet itself ends. */
  leave(): void {
    this.#hurry.come();
  }

  async #stopAll(): Promise<void> {
    const { initContainers = [], containers } = this.#pod.spec;
    const sidecars = initContainers.filter(isSidecar);
    const others = [...initContainers.filter((init) => !isSidecar(init)), ...containers];
    await Promise.all(others.map((container) => this.#stop(container)));
    for (const sidecar of sidecars.toReversed()) await this.#stop(sidecar);
  }

  async #stop(container: Container): Promise<void> {
    const run = latestRun(this.#podRuntime, container.name);
    if (!isAlive(run)) return;
    const address = this.#podRuntime.sandbox?.address ?? '';
    const grace = Math.max(0, this.#deadline - this.#node.clock.now());
    const message = `Stopping container ${container.name}`;
    await stopContainer(this.#pod, container, run, address, message, grace, this.#node, this.#hurry);
  }
}
