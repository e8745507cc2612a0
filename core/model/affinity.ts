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

export class NodeSelectorTerm {
  @NestedList(() => NodeSelectorRequirement) readonly matchExpressions?: readonly NodeSelectorRequirement[];
  @NestedList(() => NodeSelectorRequirement) readonly matchFields?: readonly NodeSelectorRequirement[];
}

export class NodeSelector {
  @Required('must have at least one node selector term')
  @NestedList(() => NodeSelectorTerm)
  readonly nodeSelectorTerms!: readonly NodeSelectorTerm[];
}

export class PreferredSchedulingTerm {
  @Required() @Weight() readonly weight!: number;
  @Required() @Nested(() => NodeSelectorTerm) readonly preference!: NodeSelectorTerm;
}

export class NodeAffinity {
  @Nested(() => NodeSelector) readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
  @NestedList(() => PreferredSchedulingTerm)
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly PreferredSchedulingTerm[];
}

export class PodAffinityTerm {
  @Nested(() => LabelSelector) readonly labelSelector?: LabelSelector;
  @TextList() readonly namespaces?: readonly string[];
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
