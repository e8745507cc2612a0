// kubectl describe pod

import { age } from '../../../core/model/ages.ts';
import { controllerOf } from '../../../core/model/meta.ts';
import type { Pod } from '../../../core/model/pod.ts';
import { containerLines, tolerationLines } from './describe-template.ts';
import { annotationLines, eventLines, labelLines, line, lineIf, time } from './describe-text.ts';
import { volumeLines } from './describe-volumes.ts';
import { find } from './json-path.ts';
import type { AnyObject } from './records.ts';
import type { Session } from './session.ts';

export async function describePod(session: Session, pod: Pod): Promise<string> {
  const { metadata, spec, status } = pod;
  const controller = controllerOf(pod);
  const fieldOf = (path: string) => String(find(`.${path}`, pod)[0] ?? '');
  return [
    line('Name', metadata.name),
    line('Namespace', metadata.namespace),
    lineIf('Priority', spec.priority),
    lineIf('Priority Class Name', spec.priorityClassName),
    lineIf('Service Account', spec.serviceAccountName),
    line('Node', spec.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ''}` : '<none>'),
    status?.startTime ? line('Start Time', time(status.startTime)) : '',
    labelLines('Labels', metadata.labels),
    annotationLines('Annotations', metadata.annotations),
    metadata.deletionTimestamp
      ? line('Status', `Terminating (lasts ${age(metadata.deletionTimestamp, session.clock.now())})`) +
        line('Termination Grace Period', `${metadata.deletionGracePeriodSeconds}s`)
      : line('Status', status?.phase ?? ''),
    lineIf('Reason', status?.reason),
    lineIf('Message', status?.message),
    line('IP', status?.podIP ?? ''),
    addressLines(pod),
    controller ? line('Controlled By', `${controller.kind}/${controller.name}`) : '',
    lineIf('NominatedNodeName', status?.nominatedNodeName),
    spec.initContainers && spec.initContainers.length > 0
      ? containerLines('Init Containers', spec.initContainers, status?.initContainerStatuses ?? [], '', fieldOf)
      : '',
    containerLines('Containers', spec.containers, status?.containerStatuses ?? [], '', fieldOf),
    conditionLines(pod),
    volumeLines(spec.volumes),
    lineIf('QoS Class', status?.qosClass),
    labelLines('Node-Selectors', spec.nodeSelector),
    tolerationLines(spec.tolerations),
    await eventLines(session, pod as unknown as AnyObject),
  ].join('');
}

function addressLines({ status }: Pod): string {
  const addresses = status?.podIPs ?? [];
  if (addresses.length === 0) return 'IPs:\t<none>\n';
  return `IPs:\n${addresses.map(({ ip }) => `  IP:\t${ip}\n`).join('')}`;
}

function conditionLines({ status }: Pod): string {
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0) return '';
  return `Conditions:\n  Type\tStatus\n${conditions.map(({ type, status: is }) => `  ${type} \t${is} \n`).join('')}`;
}
