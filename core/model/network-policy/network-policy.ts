// NetworkPolicy: who may talk to which pods, and whom they may talk to. Stored and given back; a real cluster has a network
// plugin that acts on it (and many have one that does not: nothing tells the user).

import { ageColumn, column, nameColumn, none } from '../columns.ts';
import { Int, OneOf, PortOrName } from '../field-rules.ts';
import { LabelSelector } from '../label-selector.ts';
import { formatSelector, selectorOf } from '../labels.ts';
import { KubeObjectBase } from '../object.ts';
import { type Resource, resource } from '../resource.ts';
import { Nested, NestedList, Required, Text, TextList } from '../rules.ts';
import { defaultNetworkPolicy, networkPolicyProblems } from './network-policy-rules.ts';

export class IPBlock {
  @Required() @Text() readonly cidr!: string;
  @TextList() readonly except?: readonly string[];
}

/** All of it must hold, but a block of addresses stands alone. */
export class NetworkPolicyPeer {
  @Nested(() => LabelSelector) readonly podSelector?: LabelSelector;
  @Nested(() => LabelSelector) readonly namespaceSelector?: LabelSelector;
  @Nested(() => IPBlock) readonly ipBlock?: IPBlock;
}

export class NetworkPolicyPort {
  @OneOf('SCTP', 'TCP', 'UDP') readonly protocol?: string;
  @PortOrName() readonly port?: number | string;
  /** With it, a range that begins at `port`. */
  @Int() readonly endPort?: number;
}

export class NetworkPolicyIngressRule {
  @NestedList(() => NetworkPolicyPort) readonly ports?: readonly NetworkPolicyPort[];
  @NestedList(() => NetworkPolicyPeer) readonly from?: readonly NetworkPolicyPeer[];
}

export class NetworkPolicyEgressRule {
  @NestedList(() => NetworkPolicyPort) readonly ports?: readonly NetworkPolicyPort[];
  @NestedList(() => NetworkPolicyPeer) readonly to?: readonly NetworkPolicyPeer[];
}

export class NetworkPolicySpec {
  /** Which pods it is for. Empty: all of the namespace. */
  @Nested(() => LabelSelector) readonly podSelector?: LabelSelector;
  /** What may come in, if the policy is about that; nothing else may. */
  @NestedList(() => NetworkPolicyIngressRule) readonly ingress?: readonly NetworkPolicyIngressRule[];
  /** What may go out, if the policy is about that; nothing else may. */
  @NestedList(() => NetworkPolicyEgressRule) readonly egress?: readonly NetworkPolicyEgressRule[];
  /** `Ingress`, `Egress` or both. */
  @TextList() readonly policyTypes?: readonly string[];
}

export class NetworkPolicy extends KubeObjectBase {
  @Nested(() => NetworkPolicySpec) readonly spec?: NetworkPolicySpec;
}

export const NetworkPolicies: Resource<NetworkPolicy> = resource<NetworkPolicy>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  namespaced: true,
  type: NetworkPolicy,
  columns: [
    nameColumn(),
    column(
      'Pod-Selector',
      ({ spec }) => formatSelector(selectorOf(spec?.podSelector ?? {})) || none,
      'Which pods it is for.',
    ),
    ageColumn(),
  ],
  // Kubernetes counts it, though there is no status.
  prepareForCreate: (given) => ({ ...given, metadata: { ...given.metadata, generation: 1 } }),
  default: defaultNetworkPolicy,
  validate: networkPolicyProblems,
});
