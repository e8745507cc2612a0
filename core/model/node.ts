// Node: a machine that runs pods.

import { duplicate, notAllowed, type Problem } from './causes.ts';
import { canonicalAmounts, fill, ifObject, within } from './defaults.ts';
import { nodeColumns } from './node-columns.ts';
import { NodeStatus } from './node-status.ts';
import { KubeObjectBase } from './object.ts';
import { type Resource, resource } from './resource.ts';
import { Bool, Nested, NestedList, Text, TextList } from './rules.ts';
import { Taint } from './taint.ts';

export class NodeSpec {
  /** The range that its pods' addresses come from. */
  @Text() readonly podCIDR?: string;
  @TextList() readonly podCIDRs?: readonly string[];
  @Text() readonly providerID?: string;
  /** Cordoned: no new pods. */
  @Bool() readonly unschedulable?: boolean;
  @NestedList(() => Taint) readonly taints?: readonly Taint[];
}

export class Node extends KubeObjectBase {
  @Nested(() => NodeSpec) readonly spec!: NodeSpec;
  @Nested(() => NodeStatus) readonly status?: NodeStatus;
}

function taintProblems(taints: readonly Taint[]): Problem[] {
  const seen = new Set<string>();
  return taints.flatMap(({ key, effect }, i) => {
    const pair = `${key}:${effect}`;
    const known = seen.has(pair);
    seen.add(pair);
    return known ? [duplicate(`spec.taints[${i}]`, { key, effect })] : [];
  });
}

/** What a node was given once stays its own. */
function nodeUpdateProblems(next: Node, previous: Node): Problem[] {
  const problems: Problem[] = [];
  const { podCIDR, providerID } = previous.spec ?? {};
  if (podCIDR && next.spec?.podCIDR !== podCIDR) {
    problems.push(notAllowed('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
  }
  if (providerID && next.spec?.providerID !== providerID) {
    problems.push(notAllowed('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  return problems;
}

export const Nodes: Resource<Node> = resource<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  hasStatus: true,
  withoutGeneration: true,
  storageName: 'minions',
  namespaced: false,
  type: Node,
  columns: nodeColumns,
  fields: { 'spec.unschedulable': (node) => String(node.spec?.unschedulable ?? false) },
  default: (node) =>
    fill(
      within(
        node,
        'status',
        ifObject((status) => {
          const next = within(within(status, 'capacity', canonicalAmounts), 'allocatable', canonicalAmounts);
          return fill(next, { allocatable: next.capacity });
        }),
      ),
      { spec: {} },
    ),
  validate: (node) => taintProblems(node.spec?.taints ?? []),
  validateUpdate: nodeUpdateProblems,
});
