// What `kubectl get pods` shows. STATUS is no field of a pod: it is worked out from phase, reason, the containers' states
// and the deletion timestamp, as in Kubernetes' printPod.

import { humanDuration } from './ages.ts';
import { ageColumn, column, nameColumn, none, wide } from './columns.ts';
import { isTrue } from './conditions.ts';
import type { ContainerState, ContainerStatus } from './container-status.ts';
import type { Pod } from './pod.ts';
import type { Column } from './resource.ts';

export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  /** `Running`, `CrashLoopBackOff`, `Init:0/1`, `Terminating`, ... */
  readonly status: string;
  readonly restarts: number;
  /** When a container was last restarted, in milliseconds; 0: never. */
  readonly lastRestart: number;
}

/** How often, and when last, some containers were restarted. */
class Restarts {
  count = 0;
  last = 0;

  add(status: ContainerStatus): void {
    this.count += status.restartCount ?? 0;
    const finished = Date.parse(status.lastState?.terminated?.finishedAt ?? '');
    if (finished > this.last) this.last = finished;
  }
}

/** The pod in one line, as kubectl tells it. */
export function summarize(pod: Pod): PodSummary {
  const status = pod.status ?? {};
  const isSidecar = (name: string): boolean =>
    pod.spec?.initContainers?.some((one) => one.name === name && one.restartPolicy === 'Always') ?? false;
  const sidecars = pod.spec?.initContainers?.filter((one) => one.restartPolicy === 'Always').length ?? 0;
  const total = (pod.spec?.containers?.length ?? 0) + sidecars;

  let reason = status.reason || status.phase || '';
  if (status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated')) {
    reason = 'SchedulingGated';
  }

  let ready = 0;
  let restarts = new Restarts();
  const ofSidecars = new Restarts();
  let initializing = false;
  for (const [i, container] of (status.initContainerStatuses ?? []).entries()) {
    const sidecar = isSidecar(container.name);
    restarts.add(container);
    if (sidecar) ofSidecars.add(container);
    if (container.state?.terminated?.exitCode === 0) continue;
    if (sidecar && container.started) {
      if (container.ready) ready += 1;
      continue;
    }
    reason = `Init:${initReason(container.state) ?? `${i}/${pod.spec?.initContainers?.length ?? 0}`}`;
    initializing = true;
    break;
  }

  if (!initializing || isTrue(status.conditions, 'Initialized')) {
    restarts = ofSidecars;
    let running = false;
    for (const container of [...(status.containerStatuses ?? [])].reverse()) {
      restarts.add(container);
      const { waiting, terminated } = container.state ?? {};
      if (waiting?.reason) reason = waiting.reason;
      else if (terminated) reason = terminated.reason || exitReason(terminated);
      else if (container.ready && container.state?.running) {
        running = true;
        ready += 1;
      }
    }
    // One container is done and another still runs: the pod runs.
    if (reason === 'Completed' && running) reason = isTrue(status.conditions, 'Ready') ? 'Running' : 'NotReady';
  }

  const { deletionTimestamp } = pod.metadata;
  if (deletionTimestamp && status.reason === 'NodeLost') reason = 'Unknown';
  else if (deletionTimestamp && status.phase !== 'Succeeded' && status.phase !== 'Failed') reason = 'Terminating';
  return { ready, total, status: reason, restarts: restarts.count, lastRestart: restarts.last };
}

function initReason(state: ContainerState | undefined): string | undefined {
  if (state?.terminated) return state.terminated.reason || exitReason(state.terminated);
  const waiting = state?.waiting?.reason;
  return waiting && waiting !== 'PodInitializing' ? waiting : undefined;
}

const exitReason = ({ signal, exitCode }: NonNullable<ContainerState['terminated']>): string =>
  signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;

/** `3`, or `3 (5m ago)` once there was a restart. */
function restartsCell(pod: Pod, now: number): string {
  const { restarts, lastRestart } = summarize(pod);
  return restarts > 0 && lastRestart > 0 ? `${restarts} (${humanDuration(now - lastRestart)} ago)` : String(restarts);
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec?.readinessGates ?? [];
  if (gates.length === 0) return none;
  const open = gates.filter((gate) => isTrue(pod.status?.conditions, gate.conditionType)).length;
  return `${open}/${gates.length}`;
}

export const podColumns: readonly Column<Pod>[] = [
  nameColumn(),
  column(
    'Ready',
    (pod) => {
      const { ready, total } = summarize(pod);
      return `${ready}/${total}`;
    },
    'The aggregate readiness state of this pod for accepting traffic.',
  ),
  column('Status', (pod) => summarize(pod).status, 'The aggregate status of the containers in this pod.'),
  column('Restarts', restartsCell, 'How often, and when last, containers of this pod were restarted.'),
  ageColumn(),
  wide(column('IP', (pod) => pod.status?.podIP || none)),
  wide(column('Node', (pod) => pod.spec?.nodeName || none)),
  wide(column('Nominated Node', (pod) => pod.status?.nominatedNodeName || none)),
  wide(column('Readiness Gates', readinessGates)),
];
