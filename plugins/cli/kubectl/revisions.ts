// Revisions: the replica sets of a deployment, by the number of the rollout that made them.

import type { Deployment } from '../../../core/model/deployment.ts';
import { formatSelector, selectorOf } from '../../../core/model/labels.ts';
import { controllerOf } from '../../../core/model/meta.ts';
import type { ReplicaSet } from '../../../core/model/replica-set.ts';
import { pathOf } from './resource-types.ts';
import type { Session } from './session.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';

export interface Revision {
  readonly number: number;
  readonly replicaSet: ReplicaSet;
}

/** The oldest first. */
export async function revisionsOf(session: Session, deployment: Deployment): Promise<Revision[]> {
  const replicaSets = await replicaSetsOf(session, deployment);
  return replicaSets
    .map((replicaSet) => ({ number: Number(replicaSet.metadata.annotations?.[revisionAnnotation]), replicaSet }))
    .filter(({ number }) => Number.isInteger(number))
    .sort((a, b) => a.number - b.number);
}

export async function replicaSetsOf(session: Session, { metadata, spec }: Deployment): Promise<ReplicaSet[]> {
  const path = pathOf(await session.type('replicasets.apps'), metadata.namespace);
  const labelSelector = formatSelector(selectorOf(spec.selector));
  const { items = [] } = await session.server.get<{ items?: ReplicaSet[] }>(path, { labelSelector });
  return items.filter((item) => controllerOf(item)?.uid === metadata.uid);
}

/** The template of a revision, as it stood in the deployment. */
export function templateOf({ replicaSet }: Revision): Deployment['spec']['template'] {
  const { template } = replicaSet.spec;
  const { 'pod-template-hash': _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } } as Deployment['spec']['template'];
}
