// Affinity: what a pod asks of the node it is placed on, and of the pods near it.

import { Form, QualifiedName, Weight } from './field-rules.ts';
import { LabelSelector } from './label-selector.ts';
import { Nested, NestedList, Required, TextList } from './rules.ts';

const nodeOperatorProblems = (text: string): string[] =>
  ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'].includes(text) ? [] : ['not a valid selector operator'];

export class NodeSelectorRequirement {
  @Required() @QualifiedName() readonly key!: string;
  @Required() @Form('operator', nodeOperatorProblems) readonly operator!: string;
  @TextList() readonly values?: readonly string[];
}

/** All of its requirements must hold. */
export class NodeSelectorTerm {
  @NestedList(() => NodeSelectorRequirement) readonly matchExpressions?: readonly NodeSelectorRequirement[];
  @NestedList(() => NodeSelectorRequirement) readonly matchFields?: readonly NodeSelectorRequirement[];
}

/** One of its terms must hold. */
export class NodeSelector {
  @Required('must have at least one node selector term')
  @NestedList(() => NodeSelectorTerm)
  readonly nodeSelectorTerms!: readonly NodeSelectorTerm[];
}

export class PreferredSchedulingTerm {
  @Required() @Weight() readonly weight!: number;
  @Required() @Nested(() => NodeSelectorTerm) readonly preference!: NodeSelectorTerm;
}

/** What the node must be, or should rather be. */
export class NodeAffinity {
  @Nested(() => NodeSelector) readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
  @NestedList(() => PreferredSchedulingTerm)
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly PreferredSchedulingTerm[];
}

/** Pods to be near to, or away from; near is: same value of the topology label. */
export class PodAffinityTerm {
  @Nested(() => LabelSelector) readonly labelSelector?: LabelSelector;
  /** The pod's own unless said otherwise. */
  @TextList() readonly namespaces?: readonly string[];
  /** A label of nodes: `kubernetes.io/hostname`, `topology.kubernetes.io/zone`. */
  @Required('can not be empty') @QualifiedName() readonly topologyKey!: string;
  @Nested(() => LabelSelector) readonly namespaceSelector?: LabelSelector;
  @TextList() readonly matchLabelKeys?: readonly string[];
  @TextList() readonly mismatchLabelKeys?: readonly string[];
}

export class WeightedPodAffinityTerm {
  @Required() @Weight() readonly weight!: number;
  @Required() @Nested(() => PodAffinityTerm) readonly podAffinityTerm!: PodAffinityTerm;
}

export class PodAffinity {
  @NestedList(() => PodAffinityTerm)
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
  @NestedList(() => WeightedPodAffinityTerm)
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly WeightedPodAffinityTerm[];
}

export class PodAntiAffinity {
  @NestedList(() => PodAffinityTerm)
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
  @NestedList(() => WeightedPodAffinityTerm)
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly WeightedPodAffinityTerm[];
}

export class Affinity {
  @Nested(() => NodeAffinity) readonly nodeAffinity?: NodeAffinity;
  @Nested(() => PodAffinity) readonly podAffinity?: PodAffinity;
  @Nested(() => PodAntiAffinity) readonly podAntiAffinity?: PodAntiAffinity;
}
