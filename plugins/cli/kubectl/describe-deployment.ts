// kubectl describe deployment

import type { Deployment } from '../../../core/model/deployment.ts';
import { formatSelector, selectorOf } from '../../../core/model/labels.ts';
import type { ReplicaSet } from '../../../core/model/replica-set.ts';
import { podTemplate } from './describe-template.ts';
import { annotationLines, eventLines, labelLines, line, time } from './describe-text.ts';
import { type AnyObject, sameJson } from './records.ts';
import { replicaSetsOf, templateOf } from './revisions.ts';
import type { Session } from './session.ts';

export async function describeDeployment(session: Session, deployment: Deployment): Promise<string> {
  const { metadata, spec, status } = deployment;
  const { strategy } = spec;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status ?? {};
  const rolling = strategy?.rollingUpdate;
  return [
    line('Name', metadata.name),
    line('Namespace', metadata.namespace),
    line('CreationTimestamp', time(metadata.creationTimestamp)),
    labelLines('Labels', metadata.labels),
    annotationLines('Annotations', metadata.annotations),
    line('Selector', formatSelector(selectorOf(spec.selector))),
    line(
      'Replicas',
      `${spec.replicas ?? 1} desired | ${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`,
    ),
    line('StrategyType', strategy?.type),
    line('MinReadySeconds', spec.minReadySeconds ?? 0),
    rolling
      ? line('RollingUpdateStrategy', `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`)
      : '',
    podTemplate(spec.template),
    conditionLines(status?.conditions ?? []),
    replicaSetLines(deployment, await replicaSetsOf(session, deployment)),
    await eventLines(session, deployment as unknown as AnyObject),
  ].join('');
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

export const conditionLines = (conditions: readonly Condition[]): string =>
  conditions.length === 0
    ? ''
    : `Conditions:\n  Type\tStatus\tReason\n  ----\t------\t------\n${conditions
        .map(({ type, status, reason }) => `  ${type} \t${status}\t${reason ?? ''}\n`)
        .join('')}`;

/** The replica set of the template as it is now, and those of templates before. */
function replicaSetLines({ spec }: Deployment, replicaSets: readonly ReplicaSet[]): string {
  const born = ({ metadata }: ReplicaSet) => Date.parse(metadata.creationTimestamp);
  const byAge = [...replicaSets].sort((a, b) => born(a) - born(b));
  const current = byAge.find((replicaSet) => sameJson(templateOf({ number: 0, replicaSet }), spec.template));
  const told = (list: readonly ReplicaSet[]) =>
    list
      .map(
        ({ metadata, spec: wanted, status }) =>
          `${metadata.name} (${status?.replicas ?? 0}/${wanted.replicas ?? 0} replicas created)`,
      )
      .join(', ') || '<none>';
  return (
    line('OldReplicaSets', told(byAge.filter((one) => one !== current))) +
    line('NewReplicaSet', told(current ? [current] : []))
  );
}
