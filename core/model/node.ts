// Node: a machine that runs pods.

import { NodeStatus } from './node-status.ts';
import { KubeObjectBase } from './object.ts';
import { type Resource, resource } from './resource.ts';
import { Bool, Nested, NestedList, Text, TextList } from './rules.ts';
import { Taint } from './taint.ts';

export class NodeSpec {
  @Text() readonly podCIDR?: string;
  @TextList() readonly podCIDRs?: readonly string[];
  @Text() readonly providerID?: string;
  @Bool() readonly unschedulable?: boolean;
  @NestedList(() => Taint) readonly taints?: readonly Taint[];
}

export class Node extends KubeObjectBase {
  @Nested(() => NodeSpec) readonly spec!: NodeSpec;
  @Nested(() => NodeStatus) readonly status?: NodeStatus;
}

export const Nodes: Resource<Node> = resource({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  hasStatus: true,
  storageName: 'minions',
  namespaced: false,
  type: Node,
});
