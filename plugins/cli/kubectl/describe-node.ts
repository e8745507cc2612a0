// kubectl describe node

import { age } from '../../../core/model/ages.ts';
import type { Lease } from '../../../core/model/lease.ts';
import type { Node } from '../../../core/model/node.ts';
import type { Pod } from '../../../core/model/pod.ts';
import {
  add,
  compare,
  formatQuantity,
  milliValue,
  parseQuantity,
  type Quantity,
  type ResourceList,
} from '../../../core/model/quantity.ts';
import { annotationLines, eventLines, labelLines, line, multiline, time } from './describe-text.ts';
import type { AnyObject } from './records.ts';
import { pathOf } from './resource-types.ts';
import type { Session } from './session.ts';

export async function describeNode(session: Session, node: Node): Promise<string> {
  const { metadata, spec, status } = node;
  const roles = Object.keys(metadata.labels ?? {})
    .filter((key) => key.startsWith('node-role.kubernetes.io/'))
    .map((key) => key.slice('node-role.kubernetes.io/'.length));
  const taints = (spec?.taints ?? []).map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`);
  return [
    line('Name', metadata.name),
    line('Roles', roles.sort().join(',') || '<none>'),
    labelLines('Labels', metadata.labels),
    annotationLines('Annotations', metadata.annotations),
    line('CreationTimestamp', time(metadata.creationTimestamp)),
    multiline('Taints', taints),
    line('Unschedulable', spec?.unschedulable ?? false),
    await leaseLines(session, metadata.name),
    conditionLines(status?.conditions ?? []),
    `Addresses:\n${(status?.addresses ?? []).map(({ type, address }) => `  ${type}:\t${address}\n`).join('')}`,
    amountLines('Capacity', status?.capacity),
    amountLines('Allocatable', status?.allocatable),
    systemLines(node),
    spec?.podCIDR ? line('PodCIDR', spec.podCIDR) : '',
    spec?.podCIDRs ? line('PodCIDRs', spec.podCIDRs.join(',')) : '',
    podLines(await podsOn(session, metadata.name), status?.allocatable ?? {}, session.clock.now()),
    await eventLines(session, node as unknown as AnyObject),
  ].join('');
}

async function leaseLines(session: Session, name: string): Promise<string> {
  try {
    const path = pathOf(await session.type('leases.coordination.k8s.io'), 'kube-node-lease', name);
    const { spec } = await session.server.get<Lease>(path);
    const times = `  AcquireTime:\t${time(spec?.acquireTime)}\n  RenewTime:\t${time(spec?.renewTime)}\n`;
    return `Lease:\n  HolderIdentity:\t${spec?.holderIdentity ?? '<unset>'}\n${times}`;
  } catch {
    return 'Lease:\tFailed to get lease\n';
  }
}

function conditionLines(conditions: NonNullable<Node['status']>['conditions'] & object): string {
  const rows = conditions.map(
    ({ type, status, lastHeartbeatTime, lastTransitionTime, reason, message }) =>
      `  ${type} \t${status} \t${time(lastHeartbeatTime)} \t${time(lastTransitionTime)} \t${reason ?? ''} \t${message ?? ''}\n`,
  );
  return `Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n  ----\t------\t-----------------\t------------------\t------\t-------\n${rows.join('')}`;
}

const amountLines = (title: string, amounts: ResourceList | undefined): string =>
  `${title}:\n${Object.entries(amounts ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, amount]) => `  ${name}:\t${amount}\n`)
    .join('')}`;

function systemLines({ status }: Node): string {
  const info = status?.nodeInfo;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Machine ID', info?.machineID],
    ['System UUID', info?.systemUUID],
    ['Boot ID', info?.bootID],
    ['Kernel Version', info?.kernelVersion],
    ['OS Image', info?.osImage],
    ['Operating System', info?.operatingSystem],
    ['Architecture', info?.architecture],
    ['Container Runtime Version', info?.containerRuntimeVersion],
    ['Kubelet Version', info?.kubeletVersion],
    ['Kube-Proxy Version', info?.kubeProxyVersion],
  ];
  return `System Info:\n${rows.map(([name, value]) => `  ${name}:\t${value ?? ''}\n`).join('')}`;
}

async function podsOn(session: Session, node: string): Promise<Pod[]> {
  const fieldSelector = `spec.nodeName=${node},status.phase!=Succeeded,status.phase!=Failed`;
  const path = pathOf(await session.type('pods'), undefined);
  return (await session.server.get<{ items?: Pod[] }>(path, { fieldSelector, limit: 500 })).items ?? [];
}

const none = parseQuantity('0');

/** Nothing has no unit: the sum is written as the other one is. */
const sum = (a: Quantity, b: Quantity): Quantity => (compare(a, none) === 0 ? b : add(a, b));

/** What a pod asks for: its containers together, or its greatest init container if that is more. */
function asked({ spec }: Pod, of: 'requests' | 'limits', name: string): Quantity {
  const amount = (container: Pod['spec']['containers'][number]) =>
    parseQuantity(container.resources?.[of]?.[name] ?? '0');
  const running = spec.containers.map(amount).reduce(sum, none);
  return (spec.initContainers ?? []).map(amount).reduce((most, one) => (compare(one, most) > 0 ? one : most), running);
}

function podLines(pods: readonly Pod[], allocatable: ResourceList, now: number): string {
  const shown = (amount: Quantity, name: string) => {
    const all = milliValue(allocatable[name] ?? '0');
    return `${formatQuantity(amount)} (${all === 0 ? 0 : Math.trunc((milliValue(amount) / all) * 100)}%)`;
  };
  const rows = pods.map((pod) => {
    const amounts = ['cpu', 'memory'].flatMap((name) =>
      (['requests', 'limits'] as const).map((of) => shown(asked(pod, of, name), name)),
    );
    return `  ${pod.metadata.namespace}\t${pod.metadata.name}\t\t${amounts.join('\t')}\t${age(pod.metadata.creationTimestamp, now)}\n`;
  });
  const totals = [
    'cpu',
    'memory',
    'ephemeral-storage',
    ...Object.keys(allocatable).filter((name) => name.includes('hugepages-')),
  ].map((name) => {
    const total = (of: 'requests' | 'limits') => shown(pods.map((pod) => asked(pod, of, name)).reduce(sum, none), name);
    return `  ${name}\t${total('requests')}\t${total('limits')}\n`;
  });
  return [
    `Non-terminated Pods:\t(${pods.length} in total)\n`,
    '  Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n',
    '  ---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n',
    ...rows,
    'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n',
    '  Resource\tRequests\tLimits\n  --------\t--------\t------\n',
    ...totals,
  ].join('');
}
