// What a node's runtime has of one pod, put in order: the sandbox, and each container's runs, newest first.
// Runs that the runtime has lost (a new sandbox, a machine that was restarted) are remembered from elsewhere, so that
// restart counts and last states survive.

import { type ContainerStatus, nothingSaid, type SandboxStatus } from '../contracts/container-runtime.ts';
import type { Container } from '../model/container.ts';
import type { ContainerStatus as ReportedStatus } from '../model/container-status.ts';
import type { Pod } from '../model/pod.ts';

export interface PodRuntime {
  readonly sandbox: SandboxStatus | undefined;
  /** By container name, newest run first. */
  readonly runs: ReadonlyMap<string, readonly ContainerStatus[]>;
}

/** The newest run of a container. */
export const latestRun = (runtime: PodRuntime, name: string): ContainerStatus | undefined =>
  runtime.runs.get(name)?.[0];

/** The newest run, if it belongs to the sandbox that stands: init containers run again in a new one. */
export function currentRun(runtime: PodRuntime, name: string): ContainerStatus | undefined {
  const run = latestRun(runtime, name);
  return run && run.sandboxId === runtime.sandbox?.id ? run : undefined;
}

/** A container that can still be stopped. */
export const isAlive = (run: ContainerStatus | undefined): run is ContainerStatus =>
  run !== undefined && run.state !== 'exited';

export function podRuntime(
  sandbox: SandboxStatus | undefined,
  containers: readonly ContainerStatus[],
  remembered: ReadonlyMap<string, ContainerStatus> | undefined,
): PodRuntime {
  const runs = new Map<string, ContainerStatus[]>();
  for (const run of containers) {
    const others = runs.get(run.config.name);
    if (others) others.push(run);
    else runs.set(run.config.name, [run]);
  }
  for (const [name, run] of remembered ?? []) {
    const others = runs.get(name) ?? [];
    if (others.some((other) => other.config.attempt === run.config.attempt)) continue;
    runs.set(name, [...others, run]);
  }
  for (const list of runs.values()) list.sort((a, b) => b.config.attempt - a.config.attempt);
  return { sandbox, runs };
}

/** `process://4a7f`: how the API names a container. */
export const containerID = (runtimeName: string, id: string): string => `${runtimeName}://${id}`;

/**
 * Runs that the API's status tells of. One that was running when it was last heard of, and is not there any more, has
 * ended in a way that nobody saw: 137, ContainerStatusUnknown.
 */
export function reportedRuns(pod: Pod, now: number): Map<string, ContainerStatus> {
  const runs = new Map<string, ContainerStatus>();
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    const reported = statuses.find((status) => status.name === container.name);
    if (reported?.containerID) runs.set(container.name, reportedRun(container, reported, now));
  }
  return runs;
}

function reportedRun(container: Container, reported: ReportedStatus, now: number): ContainerStatus {
  const { state, lastState } = reported;
  const ended = state?.terminated ?? (state?.waiting ? lastState?.terminated : undefined);
  const startedAt = ended?.startedAt ?? state?.running?.startedAt;
  return {
    id: (reported.containerID ?? '').replace(/^.*:\/\//, ''),
    sandboxId: '',
    config: {
      name: container.name,
      attempt: reported.restartCount,
      image: reported.image,
      ...nothingSaid,
    },
    state: 'exited',
    createdAt: Date.parse(startedAt ?? '') || now,
    ...(startedAt && { startedAt: Date.parse(startedAt) }),
    finishedAt: Date.parse(ended?.finishedAt ?? '') || now,
    exitCode: ended?.exitCode ?? 137,
    reason: ended?.reason ?? 'ContainerStatusUnknown',
    ...(ended
      ? ended.message !== undefined && { message: ended.message }
      : { message: 'The container could not be located when the pod was terminated' }),
    imageId: reported.imageID,
  };
}
