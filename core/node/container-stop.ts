// Stopping: ends containers in order and in time. The preStop hook comes first and counts within the grace period; then
// the runtime's SIGTERM, and SIGKILL when the time is up. A pod's own containers end together, then its sidecars, last
// one first (in Kubernetes: kuberuntime_container.go, killContainer and killContainersWithSyncResult).

import type { ContainerStatus } from '../contracts/container-runtime.ts';
import type { Container } from '../model/container.ts';
import type { Pod } from '../model/pod.ts';
import type { NodeContext } from './node-context.ts';
import { isSidecar } from './pod-plan.ts';
import { portOf } from './pod-probes.ts';
import { isAlive, latestRun, type PodRuntime } from './pod-runtime.ts';
import type { Answer, Asked } from './prober.ts';

/** What even a hook that used up the whole grace period leaves to the program, in milliseconds. */
const leastGrace = 2_000;

/** `spec.containers{web}`: how events name a container. */
export const fieldPathOf = (pod: Pod, container: Container): string =>
  `spec.${pod.spec.initContainers?.includes(container) ? 'initContainers' : 'containers'}{${container.name}}`;

export const askedOf = (container: Container, run: ContainerStatus, address: string): Asked => ({
  sandboxId: run.sandboxId,
  containerId: run.id,
  address,
  port: (wanted) => portOf(container, wanted),
});

/** Resolves when the promise does, or when the signal is given. */
export function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** @param grace milliseconds; @param hurry ends the wait for the hook */
export async function stopContainer(
  pod: Pod,
  container: Container,
  run: ContainerStatus,
  address: string,
  message: string,
  grace: number,
  node: NodeContext,
  hurry: AbortSignal,
): Promise<void> {
  const { clock, recorder, runtime } = node;
  recorder.event(pod, 'Normal', 'Killing', message, undefined, fieldPathOf(pod, container));
  const begun = clock.now();
  const hook = container.lifecycle?.preStop;
  if (hook && run.state === 'running' && grace > 0) {
    const limit = new AbortController();
    const cancel = clock.schedule(grace, () => limit.abort());
    const work: Promise<Answer | undefined> = hook.sleep
      ? clock.sleep(hook.sleep.seconds * 1000, limit.signal).then(
          () => undefined,
          () => undefined,
        )
      : node.prober.ask(hook, askedOf(container, run, address), grace);
    const answer = await unless(hurry, unless(limit.signal, work));
    cancel();
    limit.abort();
    if (answer && !answer.ok) {
      recorder.event(pod, 'Warning', 'FailedPreStopHook', 'PreStopHook failed', undefined, fieldPathOf(pod, container));
    }
  }
  const left = hook ? Math.max(grace - (clock.now() - begun), Math.min(grace, leastGrace)) : grace;
  await runtime.stopContainer(run.id, left);
}

/** The end of a pod: stops what still lives. Made once a pod; `shorten` when it is to go faster. */
export class PodEnd {
  readonly done: Promise<void>;
  readonly #pod: Pod;
  readonly #podRuntime: PodRuntime;
  readonly #node: NodeContext;
  readonly #hurry = new AbortController();
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
    this.#hurry.abort();
    const containers = [...(this.#pod.spec.initContainers ?? []), ...this.#pod.spec.containers];
    for (const { name } of containers) {
      const run = latestRun(this.#podRuntime, name);
      // Its end is waited for where it was first asked to stop.
      if (isAlive(run)) this.#node.runtime.stopContainer(run.id, grace).catch(() => {});
    }
  }

  /** Ends the wait for hooks, when the kubelet itself ends. */
  leave(): void {
    this.#hurry.abort();
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
    await stopContainer(this.#pod, container, run, address, message, grace, this.#node, this.#hurry.signal);
  }
}
