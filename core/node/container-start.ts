// Starting: brings one container from nothing to running: image, configuration, create, start, postStart hook, each with
// Kubernetes' events. What goes wrong comes back as `Blocked`: why the container waits, and when to try again.
// In Kubernetes: kuberuntime_container.go (startContainer), images/image_manager.go.

import {
  type ContainerConfig,
  ImageError,
  MountError,
  type PulledImage,
  type SandboxStatus,
} from '../contracts/container-runtime.ts';
import type { EventType } from '../control/event-recorder.ts';
import type { Container } from '../model/container.ts';
import type { Pod } from '../model/pod.ts';
import { duration } from './back-off.ts';
import { containerConfig } from './container-config.ts';
import { askedOf, fieldPathOf, unless } from './container-stop.ts';
import type { EnvironmentContext } from './environment.ts';
import type { NodeContext } from './node-context.ts';
import type { Blocked } from './pod-plan.ts';
import type { PodRuntime } from './pod-runtime.ts';
import type { VolumeContent } from './volumes.ts';

/** Milliseconds until a try is repeated that failed for its configuration. */
const pause = 10_000;
/** How long ErrImagePull is shown before ImagePullBackOff. */
const showError = 1_000;
/** A pull that takes longer than this is told of while it goes on. */
const soon = 100;

export interface StartRequest {
  readonly pod: Pod;
  readonly container: Container;
  readonly attempt: number;
  readonly sandbox: SandboxStatus;
  readonly runtime: PodRuntime;
  readonly contents: ReadonlyMap<string, VolumeContent>;
  readonly context: EnvironmentContext;
  /** What came of the try before, if it failed. */
  readonly before: Blocked | undefined;
  /** Given when the pod is to end: no use in waiting for an image then. */
  readonly signal: AbortSignal;
  /** The container is to be stopped again: its postStart hook failed. */
  condemn(id: string, message: string): void;
}

/** Throws MountError. */
export async function startContainer(request: StartRequest, node: NodeContext): Promise<Blocked | undefined> {
  const { pod, container, attempt, sandbox, signal } = request;
  const { runtime, clock } = node;
  const fieldPath = fieldPathOf(pod, container);
  const tell = (type: EventType, reason: string, message: string) =>
    node.recorder.event(pod, type, reason, message, undefined, fieldPath);
  const blocked = (reason: string, error: unknown): Blocked => {
    const message = messageOf(error);
    tell('Warning', 'Failed', `Error: ${message}`);
    return { reason, message, until: clock.now() + pause };
  };

  const refused = await pull(request, node, tell);
  if (refused || signal.aborted) return refused;
  let config: ContainerConfig;
  try {
    config = await containerConfig(pod, container, attempt, request.contents, request.context);
  } catch (error) {
    return blocked('CreateContainerConfigError', error);
  }
  await removeOldRuns(request, node);
  let id: string;
  try {
    id = await runtime.createContainer(sandbox.id, config);
    tell('Normal', 'Created', `Created container: ${container.name}`);
  } catch (error) {
    if (error instanceof MountError) throw error;
    return blocked('CreateContainerError', error);
  }
  try {
    await runtime.startContainer(id);
    tell('Normal', 'Started', `Started container ${container.name}`);
  } catch (error) {
    const why = blocked('RunContainerError', error);
    const status = await runtime.containerStatus(id);
    // It counts as a run that ended, and is repeated with the back-off of such runs.
    if (status?.state === 'exited') return undefined;
    await runtime.removeContainer(id);
    return why;
  }
  const hook = container.lifecycle?.postStart;
  const run = hook && (await runtime.containerStatus(id));
  if (!hook || !run) return undefined;
  const answer = hook.sleep
    ? await unless(
        signal,
        clock.sleep(hook.sleep.seconds * 1000, signal).catch(() => undefined),
      )
    : await unless(signal, node.prober.ask(hook, askedOf(container, run, sandbox.address), pause));
  if (answer && !answer.ok) {
    tell('Warning', 'FailedPostStartHook', 'PostStartHook failed');
    request.condemn(id, 'FailedPostStartHook');
  }
  return undefined;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Only the run before the one to come is kept, for `lastState` and `logs --previous`. */
async function removeOldRuns({ runtime, container, attempt }: StartRequest, node: NodeContext): Promise<void> {
  for (const run of runtime.runs.get(container.name) ?? []) {
    if (run.state === 'created' || run.config.attempt < attempt - 1) await node.runtime.removeContainer(run.id);
  }
}

type Tell = (type: EventType, reason: string, message: string) => void;

async function pull(request: StartRequest, node: NodeContext, tell: Tell): Promise<Blocked | undefined> {
  const { pod, container, sandbox, signal } = request;
  const { clock, imageBackOff, runtime } = node;
  const { image } = container;
  const key = `${pod.metadata.uid}/${image}`;
  const remaining = imageBackOff.remainingSinceFailure(key, clock.now());
  if (remaining > 0) {
    tell('Normal', 'BackOff', `Back-off pulling image "${image}"`);
    tell('Warning', 'Failed', 'Error: ImagePullBackOff');
    const { before } = request;
    const why = before?.reason === 'ErrImagePull' ? `: ErrImagePull: ${before.message}` : '';
    const message =
      before?.reason === 'ImagePullBackOff' ? (before.message ?? '') : `Back-off pulling image "${image}"${why}`;
    return { reason: 'ImagePullBackOff', message, until: clock.now() + remaining };
  }
  const begun = clock.now();
  const policy = (container.imagePullPolicy ?? 'IfNotPresent') as 'Always' | 'IfNotPresent' | 'Never';
  let told = false;
  const pulling = () => {
    if (!told) tell('Normal', 'Pulling', `Pulling image "${image}"`);
    told = true;
  };
  const cancel = clock.schedule(soon, pulling);
  let pulled: PulledImage | undefined;
  try {
    pulled = await unless(
      signal,
      runtime.pullImage(image, policy, { sandboxId: sandbox.id, container: container.name }),
    );
  } catch (error) {
    cancel();
    const reason = error instanceof ImageError ? error.reason : 'ErrImagePull';
    // Names that are no names, and images that must not be pulled, are found out before anything is pulled.
    const early: Readonly<Record<string, string>> = {
      InvalidImageName: 'InspectFailed',
      ErrImageNeverPull: 'ErrImageNeverPull',
    };
    if (early[reason]) tell('Warning', early[reason], messageOf(error));
    else {
      pulling();
      tell('Warning', 'Failed', `Failed to pull image "${image}": ${messageOf(error)}`);
    }
    tell('Warning', 'Failed', `Error: ${reason}`);
    if (reason !== 'ErrImagePull') return { reason, message: messageOf(error), until: clock.now() + pause };
    imageBackOff.next(key, clock.now());
    return { reason, message: messageOf(error), until: clock.now() + showError };
  }
  cancel();
  if (!pulled) return undefined;
  const { notice, simulated } = pulled;
  if (simulated) {
    // Nothing was pulled; the notice says what there is instead.
  } else if (pulled.present && !told) {
    tell('Normal', 'Pulled', `Container image "${image}" already present on machine`);
  } else {
    pulling();
    const took = duration(clock.now() - begun);
    tell('Normal', 'Pulled', `Successfully pulled image "${image}" in ${took} (${took} including waiting)`);
  }
  if (notice) tell(notice.type, notice.reason, notice.message);
  return undefined;
}
