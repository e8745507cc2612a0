// Pod logs: which run of which container a request for logs means, or why there are none, in Kubernetes' words
// (registry/core/pod/strategy.go, kubelet_pods.go validateContainerLogStatus). Pure.

import type { ContainerStatus } from '../contracts/container-runtime.ts';
import type { LogOptions } from '../contracts/kubelet-connection.ts';
import type { Pod } from '../model/pod.ts';
import { badRequest } from '../model/status.ts';
import type { Waiting } from './pod-plan.ts';
import type { PodRuntime } from './pod-runtime.ts';

/** The name of the container that is meant. Throws ApiError 400. */
export function loggedContainer(pod: Pod, wanted: string | undefined): string {
  const names = (containers: readonly { name: string }[] = []) => containers.map((container) => container.name);
  const own = names(pod.spec.containers);
  const init = names(pod.spec.initContainers);
  if (wanted) {
    if ([...own, ...init, ...names(pod.spec.ephemeralContainers)].includes(wanted)) return wanted;
    throw badRequest(`container ${wanted} is not valid for pod ${pod.metadata.name}`);
  }
  if (own.length === 1) return own[0] as string;
  const others = init.length === 0 ? '' : ` or one of the init containers: [${init.join(' ')}]`;
  throw badRequest(
    `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${own.join(' ')}]${others}`,
  );
}

/** The run whose output is wanted. Throws ApiError 400 when there is none. */
export function loggedRun(
  pod: Pod,
  container: string,
  runtime: PodRuntime,
  waiting: Waiting | undefined,
  options: LogOptions,
): ContainerStatus {
  const { name } = pod.metadata;
  const runs = (runtime.runs.get(container) ?? []).filter((run) => run.state !== 'created');
  if (options.previous) {
    // A container that waits for its restart has its last run as the previous one, too.
    const previous = runs[0]?.state === 'running' ? runs[1] : (runs[1] ?? runs[0]);
    if (previous) return previous;
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  }
  const [latest] = runs;
  if (latest) return latest;
  if (waiting?.reason === 'ErrImagePull' || waiting?.reason === 'ImagePullBackOff') {
    throw badRequest(`container "${container}" in pod "${name}" is waiting to start: trying and failing to pull image`);
  }
  const reason = waiting?.reason ?? reportedReason(pod, container) ?? 'ContainerCreating';
  throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${reason}`);
}

const reportedReason = (pod: Pod, container: string): string | undefined =>
  [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].find(
    (status) => status.name === container,
  )?.state?.waiting?.reason;
