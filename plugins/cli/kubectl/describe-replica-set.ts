// kubectl describe replicaset

import { formatSelector, selectorOf } from '../../../core/model/labels.ts';
import { controllerOf } from '../../../core/model/meta.ts';
import type { ReplicaSet } from '../../../core/model/replica-set.ts';
import { conditionLines } from './describe-deployment.ts';
import { podTemplate } from './describe-template.ts';
import { annotationLines, eventLines, labelLines, line } from './describe-text.ts';
import { podsOf } from './pods-of.ts';
import type { AnyObject } from './records.ts';
import type { Session } from './session.ts';

export async function describeReplicaSet(session: Session, replicaSet: ReplicaSet): Promise<string> {
  const { metadata, spec, status } = replicaSet;
  const selector = formatSelector(selectorOf(spec.selector));
  const controller = controllerOf(replicaSet);
  const pods = (await podsOf(session, metadata.namespace, selector)).filter(
    (pod) => controllerOf(pod)?.uid === metadata.uid,
  );
  const inPhase = (phase: string) => pods.filter(({ status: is }) => is?.phase === phase).length;
  return [
    line('Name', metadata.name),
    line('Namespace', metadata.namespace),
    line('Selector', selector),
    labelLines('Labels', metadata.labels),
    annotationLines('Annotations', metadata.annotations),
    controller ? line('Controlled By', `${controller.kind}/${controller.name}`) : '',
    line('Replicas', `${status?.replicas ?? 0} current / ${spec.replicas ?? 1} desired`),
    line(
      'Pods Status',
      `${inPhase('Running')} Running / ${inPhase('Pending')} Waiting / ${inPhase('Succeeded')} Succeeded / ${inPhase('Failed')} Failed`,
    ),
    podTemplate(spec.template ?? {}),
    conditionLines(status?.conditions ?? []),
    await eventLines(session, replicaSet as unknown as AnyObject),
  ].join('');
}
