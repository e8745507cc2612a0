// Pod notes: which steps of a pod's life one write of the pod was. Pure.

import type { AuditEntry } from '../api/audit.ts';
import { sameJson } from '../api/json.ts';
import { findCondition } from '../model/conditions.ts';
import type { ContainerStatus } from '../model/container-status.ts';
import { controllerOf } from '../model/meta.ts';
import type { Pod } from '../model/pod.ts';
import type { PodStatus } from '../model/pod-status.ts';
import type { Happening } from './note.ts';

export function podHappenings({ object, previous, subresource, verb }: AuditEntry): Happening[] {
  const pod = object as Pod | undefined;
  const before = previous as Pod | undefined;
  if (!before) return pod ? born(pod) : [];
  if (!pod) return [{ step: 'gone', what: gone(before) }];
  if (!before.spec.nodeName && pod.spec.nodeName) return [{ step: 'bound', what: `bound to ${pod.spec.nodeName}` }];
  if (before.metadata.deletionTimestamp === undefined && pod.metadata.deletionTimestamp !== undefined) {
    return [{ step: 'delete-asked', what: askedToGo(pod, subresource === 'eviction') }];
  }
  if (subresource === 'status') return statusHappenings(pod, before);
  const parts = (['labels', 'annotations', 'ownerReferences', 'finalizers'] as const).filter(
    (field) => !sameJson(pod.metadata[field] ?? null, before.metadata[field] ?? null),
  );
  const changed = [...parts, ...(sameJson(pod.spec, before.spec) ? [] : ['spec'])];
  return changed.length > 0 ? [{ step: 'changed', what: `${verb}: ${changed.join(', ')}` }] : [];
}

function born(pod: Pod): Happening[] {
  const owner = controllerOf(pod);
  const { spec } = pod;
  const images = spec.containers.map(({ image }) => image).join(', ');
  const belongs = owner ? `for ${owner.kind} ${owner.name}: ` : '';
  const created: Happening = {
    step: 'pod-created',
    what: `created, ${belongs}${images}`,
    ...(owner && { owner: owner.uid }),
  };
  const admitted = [
    spec.serviceAccountName ? `service account ${spec.serviceAccountName}` : 'no service account',
    `restarts ${spec.restartPolicy}`,
    `${spec.terminationGracePeriodSeconds} s to stop`,
    ...(spec.nodeName ? [`placed on ${spec.nodeName} already`] : [`for ${spec.schedulerName}`]),
  ];
  return [created, { step: 'admitted', what: `admitted, defaults filled in: ${admitted.join(', ')}` }];
}

const gone = ({ spec, metadata }: Pod): string =>
  metadata.deletionTimestamp !== undefined || spec.nodeName
    ? 'gone from the API: nothing of it runs any more'
    : 'gone at once: it was on no node';

const askedToGo = ({ metadata }: Pod, evicted: boolean): string =>
  `${evicted ? 'evicted' : 'deleted'}: marked, may take ${metadata.deletionGracePeriodSeconds} s to stop`;

function statusHappenings(pod: Pod, before: Pod): Happening[] {
  const is = pod.status ?? {};
  const was = before.status ?? {};
  const found: Happening[] = [];
  if (is.podIP && !was.podIP) found.push({ step: 'sandbox-made', what: `sandbox made, address ${is.podIP}` });
  for (const status of is.containerStatuses ?? []) {
    const last = (was.containerStatuses ?? []).find(({ name }) => name === status.name);
    found.push(...containerHappenings(status, last));
  }
  if (is.phase !== was.phase) {
    if (is.phase === 'Running') found.push({ step: 'running', what: 'phase Running', containers: startedIn(is) });
    if (is.phase === 'Succeeded') found.push({ step: 'succeeded', what: 'phase Succeeded' });
    if (is.phase === 'Failed') found.push({ step: 'failed', what: `phase Failed${is.reason ? `: ${is.reason}` : ''}` });
  }
  const ready = findCondition(is.conditions, 'Ready');
  const wasReady = findCondition(was.conditions, 'Ready')?.status === 'True';
  if (ready?.status === 'True' && !wasReady) found.push({ step: 'ready', what: 'Ready' });
  if (ready && ready.status !== 'True' && wasReady) {
    found.push({ step: 'unready', what: `not Ready${ready.reason ? `: ${ready.reason}` : ''}` });
  }
  const target = findCondition(is.conditions, 'DisruptionTarget');
  if (target?.status === 'True' && findCondition(was.conditions, 'DisruptionTarget')?.status !== 'True') {
    found.push({ step: 'disrupted', what: target.message ?? 'it is to be disrupted' });
  }
  return found;
}

const startedIn = ({ containerStatuses = [] }: PodStatus): string[] =>
  containerStatuses.filter(({ state }) => state?.running ?? state?.terminated).map(({ name }) => name);

function containerHappenings(status: ContainerStatus, last: ContainerStatus | undefined): Happening[] {
  const { name, restartCount = 0, state } = status;
  const ended = state?.terminated ?? status.lastState?.terminated;
  const known = last?.state?.terminated ?? last?.lastState?.terminated;
  const found: Happening[] = [];
  if (ended && ended.containerID !== known?.containerID) {
    const why = ended.reason ? ` (${ended.reason})` : '';
    found.push({ step: 'container-ended', what: `container ${name} ended with ${ended.exitCode}${why}` });
  }
  if (restartCount > (last?.restartCount ?? 0)) {
    found.push({ step: 'restarted', what: `container ${name} runs again`, count: restartCount });
  }
  return found;
}
