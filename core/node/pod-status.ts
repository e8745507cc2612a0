// Pod status: what the API shows of a pod (pure functions): phase, conditions, containers, addresses.
// In Kubernetes: kubelet_pods.go (generateAPIPodStatus, getPhase) and status/generate.go.
// Always true: conditions that others write (DisruptionTarget, readiness gates) are kept; a terminal phase stays.

import type { Container } from '../model/container.ts';
import type { ContainerStatus } from '../model/container-status.ts';
import type { Pod } from '../model/pod.ts';
import type { PodStatus } from '../model/pod-status.ts';
import { containerStatus, type StatusFacts } from './container-statuses.ts';
import { podConditions } from './pod-conditions.ts';
import { isSidecar, isTerminal } from './pod-plan.ts';
import { currentRun } from './pod-runtime.ts';
import { qosClass } from './qos.ts';

export interface PodStatusFacts extends StatusFacts {
  readonly pod: Pod;
  /** The node's address. */
  readonly hostIP: string;
  /** RFC 3339. */
  readonly now: string;
  /** Nothing of it runs and nothing will: the phase is Succeeded or Failed. With a reason if it was ended. */
  readonly over?: { readonly reason?: string; readonly message?: string };
}

export function podStatus(facts: PodStatusFacts): PodStatus {
  const { pod, runtime, hostIP, now, over } = facts;
  const { spec, status: previous } = pod;
  const initialized = isInitialized(facts);
  const before = (spec.initContainers?.length ?? 0) > 0 ? 'PodInitializing' : 'ContainerCreating';
  const init = (spec.initContainers ?? []).map((container) => containerStatus(container, true, before, facts));
  const main = spec.containers.map((container) => containerStatus(container, false, before, facts));
  const phase = phaseOf(pod, init, main, over);
  const podIP = spec.hostNetwork ? hostIP : (runtime.sandbox?.address ?? '') || (previous?.podIP ?? '');
  const reason = over?.reason ?? previous?.reason;
  const message = over?.message ?? previous?.message;
  return {
    phase,
    conditions: podConditions({ pod, phase, init, main, initialized, sandbox: runtime.sandbox, now }),
    ...(message !== undefined && { message }),
    ...(reason !== undefined && { reason }),
    ...(previous?.nominatedNodeName !== undefined && { nominatedNodeName: previous.nominatedNodeName }),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(podIP !== '' && { podIP, podIPs: [{ ip: podIP }] }),
    startTime: previous?.startTime ?? now,
    ...(init.length > 0 && { initContainerStatuses: init }),
    containerStatuses: main.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    qosClass: previous?.qosClass ?? qosClass(pod),
    ...(previous?.ephemeralContainerStatuses && { ephemeralContainerStatuses: previous.ephemeralContainerStatuses }),
  };
}

/** Whether all init containers have done their work, and all sidecars have started. */
function isInitialized({ pod, runtime, hasStarted }: PodStatusFacts): boolean {
  if (pod.spec.containers.some((container) => runtime.runs.has(container.name))) return true;
  return (pod.spec.initContainers ?? []).every((init: Container) => {
    const run = currentRun(runtime, init.name);
    if (!run) return false;
    return isSidecar(init) ? run.state === 'running' && hasStarted(run) : run.state === 'exited' && run.exitCode === 0;
  });
}

/** In Kubernetes: getPhase. A container that waits for its next run counts as stopped, one that never ran as waiting. */
function phaseOf(
  pod: Pod,
  init: readonly ContainerStatus[],
  main: readonly ContainerStatus[],
  over: PodStatusFacts['over'],
): string {
  const before = pod.status?.phase;
  if (isTerminal(before)) return before as string;
  const policy = pod.spec.restartPolicy ?? 'Always';
  const ends = main.map(
    (status) => status.state?.terminated ?? (status.state?.waiting && status.lastState?.terminated),
  );
  const stopped = ends.filter((end) => end !== undefined);
  const failed = stopped.some((end) => end.exitCode !== 0);
  const ranNever = main.some((status, index) => !status.state?.running && ends[index] === undefined);
  if (over) {
    const unfinished = ranNever || main.some((status) => status.state?.running);
    return over.reason !== undefined || failed || unfinished ? 'Failed' : 'Succeeded';
  }
  const works = (status: ContainerStatus) => {
    const container = pod.spec.initContainers?.find((one) => one.name === status.name);
    return container !== undefined && !isSidecar(container);
  };
  const initFailed = init.some((status) => works(status) && (status.state?.terminated?.exitCode ?? 0) !== 0);
  if (ranNever) return initFailed && policy === 'Never' ? 'Failed' : 'Pending';
  if (main.some((status) => status.state?.running)) return 'Running';
  // All have stopped.
  if (policy === 'Always') return 'Running';
  if (!failed) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

/** Whether two statuses say the same: plain JSON, compared whole. */
export function sameStatus(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  let keys = 0;
  for (const key in a) {
    if (!Object.hasOwn(b, key) || !sameStatus(Reflect.get(a, key), Reflect.get(b, key))) return false;
    keys += 1;
  }
  for (const _ in b) keys -= 1;
  return keys === 0;
}
