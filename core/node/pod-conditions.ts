// Pod conditions: PodReadyToStartContainers, Initialized, Ready, ContainersReady, PodScheduled, with Kubernetes' reasons
// and messages (in Kubernetes: kubelet status/generate.go). Pure.

import type { SandboxStatus } from '../contracts/container-runtime.ts';
import { findCondition, nextCondition } from '../model/conditions.ts';
import type { ContainerStatus } from '../model/container-status.ts';
import type { Pod } from '../model/pod.ts';
import type { PodCondition } from '../model/pod-status.ts';
import { isSidecar } from './pod-plan.ts';

interface ConditionFacts {
  readonly pod: Pod;
  readonly phase: string;
  readonly init: readonly ContainerStatus[];
  readonly main: readonly ContainerStatus[];
  readonly initialized: boolean;
  readonly sandbox: SandboxStatus | undefined;
  /** RFC 3339. */
  readonly now: string;
}

type Verdict = { readonly status: 'True' | 'False'; readonly reason?: string; readonly message?: string };

const yes: Verdict = { status: 'True' };
const no: Verdict = { status: 'False' };

export function podConditions(facts: ConditionFacts): readonly PodCondition[] {
  const containersReady = areContainersReady(facts);
  const verdicts: [string, Verdict][] = [
    ['PodReadyToStartContainers', facts.sandbox?.state === 'ready' ? yes : no],
    ['Initialized', initialization(facts)],
    ['Ready', readiness(facts.pod, containersReady)],
    ['ContainersReady', containersReady],
    ['PodScheduled', yes],
  ];
  const before = facts.pod.status?.conditions ?? [];
  const others = before.filter((condition) => !verdicts.some(([type]) => type === condition.type));
  const own = verdicts.map(([type, { status, reason, message }]) => {
    const because = reason === undefined ? undefined : message === undefined ? { reason } : { reason, message };
    return nextCondition<PodCondition>(findCondition(before, type), { type, status, ...because }, facts.now);
  });
  return others.length === 0 ? own : [...others, ...own];
}

const names = (statuses: readonly ContainerStatus[]): string => `[${statuses.map((status) => status.name).join(' ')}]`;

function initialization({ phase, init, initialized }: ConditionFacts): Verdict {
  if (init.length === 0 || initialized) return phase === 'Succeeded' ? { status: 'True', reason: 'PodCompleted' } : yes;
  const incomplete = init.filter((status) => !status.ready);
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: ${names(incomplete)}`,
  };
}

function areContainersReady({ pod, phase, init, main }: ConditionFacts): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map((container) => container.name);
  const unready = [...init.filter((status) => sidecars.includes(status.name)), ...main].filter(
    (status) => !status.ready,
  );
  if (unready.length === 0) return yes;
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: ${names(unready)}`,
  };
}

/** Ready: its containers are, and whoever stands at its readiness gates says so too. */
function readiness(pod: Pod, containersReady: Verdict): Verdict {
  if (containersReady.status === 'False') return containersReady;
  const closed = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = findCondition(pod.status?.conditions, conditionType);
    if (!gate) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (gate.status === 'True') return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`];
  });
  return closed.length === 0 ? yes : { status: 'False', reason: 'ReadinessGatesNotReady', message: closed.join(', ') };
}
