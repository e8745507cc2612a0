// Container statuses: each container's entry in `status.containerStatuses`, as kubectl shows it (pure functions).
//   waiting     it has not run yet, or waits for its next run: ContainerCreating, CrashLoopBackOff, ImagePullBackOff, ...
//   running     since when
//   terminated  how its run ended; a run that is followed by another one moves to `lastState`

import { timestamp } from '../contracts/clock.ts';
import type { ContainerStatus as Run } from '../contracts/container-runtime.ts';
import type { Container } from '../model/container.ts';
import type { ContainerState, ContainerStateTerminated, ContainerStatus } from '../model/container-status.ts';
import { isSidecar, type Waiting } from './pod-plan.ts';
import { containerID, type PodRuntime } from './pod-runtime.ts';

/** What it takes to tell a pod's status. */
export interface StatusFacts {
  readonly runtime: PodRuntime;
  /** `process`: what container ids begin with. */
  readonly runtimeName: string;
  /** Why containers wait, where that is known, by name. */
  readonly waiting: ReadonlyMap<string, Waiting>;
  /** Whether the running container has passed its startup probe, if any. */
  hasStarted(run: Run): boolean;
  /** Whether the running container has passed its readiness probe, if any. */
  isReady(run: Run): boolean;
}

/** The state before the first: shared, as most containers never had another. */
const nothing: ContainerState = {};

const at = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined ? undefined : timestamp({ now: () => milliseconds });

function terminated(run: Run, runtimeName: string): ContainerStateTerminated {
  const startedAt = at(run.startedAt);
  const finishedAt = at(run.finishedAt);
  return {
    exitCode: run.exitCode ?? 137,
    reason: run.reason ?? (run.exitCode === 0 ? 'Completed' : 'Error'),
    ...(run.message !== undefined && { message: run.message }),
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    containerID: containerID(runtimeName, run.id),
  };
}

/** @param before the waiting reason of a container that nothing else is known of: `PodInitializing`, `ContainerCreating` */
export function containerStatus(
  container: Container,
  init: boolean,
  before: string,
  facts: StatusFacts,
): ContainerStatus {
  const { runtimeName } = facts;
  const runs = facts.runtime.runs.get(container.name) ?? [];
  const [run, previous] = runs;
  const known = facts.waiting.get(container.name);
  // What keeps a whole pod from being created (a volume, the sandbox) is told by an event, not by its containers.
  const waiting = known?.reason === 'ContainerCreating' ? { reason: before } : known;
  const { name } = container;
  const ended = (of: Run | undefined): ContainerState =>
    of?.state === 'exited' ? { terminated: terminated(of, runtimeName) } : nothing;
  if (!run || (run.state === 'created' && !previous)) {
    const state = { waiting: waiting ?? { reason: before } };
    const { image } = run?.config ?? container;
    const imageID = run?.imageId ?? '';
    return { name, state, lastState: nothing, ready: false, restartCount: 0, image, imageID, started: false };
  }
  const told = (state: ContainerState, lastState: ContainerState, ready: boolean, started: boolean) => ({
    name,
    state,
    lastState,
    ready,
    restartCount: run.config.attempt,
    image: run.config.image,
    imageID: run.imageId ?? '',
    containerID: containerID(runtimeName, run.id),
    started,
  });
  if (run.state === 'running') {
    const started = facts.hasStarted(run);
    const startedAt = at(run.startedAt);
    const ready = (!init || isSidecar(container)) && started && facts.isReady(run);
    return told({ running: startedAt === undefined ? {} : { startedAt } }, ended(previous), ready, started);
  }
  if (run.state === 'created') {
    const last = previous as Run;
    const state = { waiting: waiting ?? { reason: before } };
    return told(state, ended(last), false, false);
  }
  // An init container is ready once it has done its work.
  const ready = init && !isSidecar(container) && run.exitCode === 0;
  if (waiting) return told({ waiting }, ended(run), false, false);
  return told(ended(run), ended(previous), ready, false);
}
