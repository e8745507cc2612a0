// binding: "this pod goes to that node". Said once; a pod that has a node keeps it.

import type { WriteOptions } from '../../contracts/api-client.ts';
import type { Caller, NamedTarget } from '../../contracts/api-server.ts';
import { timestamp } from '../../contracts/clock.ts';
import type { Binding } from '../../model/binding.ts';
import { setCondition } from '../../model/conditions.ts';
import type { KubeObject } from '../../model/meta.ts';
import type { Pod } from '../../model/pod.ts';
import type { PodStatus } from '../../model/pod-status.ts';
import { revise } from '../../model/revise.ts';
import { type Cause, conflict, invalid, type Status } from '../../model/status.ts';
import { authorizeVerb } from '../authorize.ts';
import { decode, placeInNamespace } from '../decode.ts';
import type { Machinery } from '../machinery.ts';
import { modify } from '../modify.ts';
import { named } from '../update.ts';
import { created } from './created.ts';

const bindingKind = { group: '', version: 'v1', kind: 'Binding', plural: 'pods/binding' } as const;

export async function bind(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  body: unknown,
  options: WriteOptions = {},
): Promise<Status> {
  await authorizeVerb(api, caller, 'create', target);
  const binding = named(target, placeInNamespace(target, decode(bindingKind, body, caller, options))) as Binding;
  const causes = bindingCauses(binding);
  if (causes.length > 0) throw invalid(bindingKind, target.name, causes);
  const next = (current: KubeObject): KubeObject => assign(current as Pod, binding, timestamp(api.clock));
  const door = (object: KubeObject) => object;
  await modify(api, { caller, target, verb: 'create', door, dryRun: options.dryRun === true, next });
  return created();
}

function bindingCauses({ target }: Binding): Cause[] {
  const causes: Cause[] = [];
  if (target?.kind && target.kind !== 'Node') {
    const message = `Unsupported value: ${JSON.stringify(target.kind)}: supported values: "Node", ""`;
    causes.push({ reason: 'FieldValueNotSupported', message, field: 'target.kind' });
  }
  if (!target?.name) causes.push({ reason: 'FieldValueRequired', message: 'Required value', field: 'target.name' });
  return causes;
}

/** The pod with its node. @throws ApiError 409 when it has one, or is going. */
function assign(pod: Pod, { metadata, target }: Binding, now: string): Pod {
  const { name, deletionTimestamp } = pod.metadata;
  const refuse = (why: string) => conflict(bindingKind, name, why);
  if (deletionTimestamp) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName) throw refuse(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  const { uid, resourceVersion, annotations, labels } = metadata;
  return revise(pod, {
    metadata: revise(pod.metadata, {
      uid: uid || undefined,
      resourceVersion: resourceVersion || undefined,
      annotations: annotations && { ...pod.metadata.annotations, ...annotations },
      labels: labels && { ...pod.metadata.labels, ...labels },
    }),
    spec: revise(pod.spec, { nodeName: target.name as string }),
    status: revise<PodStatus>(pod.status ?? {}, {
      conditions: setCondition(pod.status?.conditions ?? [], { type: 'PodScheduled', status: 'True' }, now),
    }),
  });
}
