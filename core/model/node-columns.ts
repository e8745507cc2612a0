// What `kubectl get nodes` shows.

import { ageColumn, column, nameColumn, none, wide } from './columns.ts';
import { findCondition } from './conditions.ts';
import type { Node } from './node.ts';
import type { Column } from './resource.ts';

/** `Ready`, `NotReady,SchedulingDisabled`; `Unknown` of a node that never said. */
export function nodeStatus(node: Node): string {
  const ready = findCondition(node.status?.conditions, 'Ready');
  const status = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return node.spec?.unschedulable ? `${status},SchedulingDisabled` : status;
}

const rolePrefix = 'node-role.kubernetes.io/';

function roles(node: Node): string {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) found.add(key.slice(rolePrefix.length));
    else if (key === 'kubernetes.io/role' && value !== '') found.add(value);
  }
  return found.size === 0 ? none : [...found].sort().join(',');
}

const address =
  (type: string) =>
  (node: Node): string =>
    node.status?.addresses?.find((one) => one.type === type)?.address || none;

export const nodeColumns: readonly Column<Node>[] = [
  nameColumn(),
  column('Status', nodeStatus, 'The status of the node'),
  column('Roles', roles, 'The roles of the node'),
  ageColumn(),
  column('Version', (node) => node.status?.nodeInfo?.kubeletVersion ?? ''),
  wide(column('Internal-IP', address('InternalIP'))),
  wide(column('External-IP', address('ExternalIP'))),
  wide(column('OS-Image', (node) => node.status?.nodeInfo?.osImage || '<unknown>')),
  wide(column('Kernel-Version', (node) => node.status?.nodeInfo?.kernelVersion || '<unknown>')),
  wide(column('Container-Runtime', (node) => node.status?.nodeInfo?.containerRuntimeVersion || '<unknown>')),
];
