// Stopping: ends one container in time. The preStop hook comes first and counts within the grace period; then the
// runtime's SIGTERM, and SIGKILL when the time is up (in Kubernetes: kuberuntime_container.go, killContainer).

import type { ContainerStatus } from '../contracts/container-runtime.ts';
import type { Container } from '../model/container.ts';
import type { Pod } from '../model/pod.ts';
import type { NodeContext } from './node-context.ts';
import { portOf } from './pod-probes.ts';
import type { Answer, Asked } from './prober.ts';
import type { Ending } from './sparse.ts';

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
  hurry: Pick<Ending, 'signal'>,
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
    const answer = await unless(hurry.signal, unless(limit.signal, work));
    cancel();
    limit.abort();
    if (answer && !answer.ok) {
      recorder.event(pod, 'Warning', 'FailedPreStopHook', 'PreStopHook failed', undefined, fieldPathOf(pod, container));
    }
  }
  const left = hook ? Math.max(grace - (clock.now() - begun), Math.min(grace, leastGrace)) : grace;
  await runtime.stopContainer(run.id, left);
}
