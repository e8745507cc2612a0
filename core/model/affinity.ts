// Affinity: what a pod asks of the node it is placed on, and of the pods near it.

import { LabelSelector } from './label-selector.ts';
import { Int, Nested, NestedList, Required, Text, TextList } from './rules.ts';

export class NodeSelectorRequirement {
  @Required() @Text() readonly key!: string;
  @Required() @Text() readonly operator!: string;
  @TextList() readonly values?: readonly string[];
}

export class NodeSelectorTerm {
  @NestedList(() => NodeSelectorRequirement) readonly matchExpressions?: readonly NodeSelectorRequirement[];
  @NestedList(() => NodeSelectorRequirement) readonly matchFields?: readonly NodeSelectorRequirement[];
}

export class NodeSelector {
  @Required() @NestedList(() => NodeSelectorTerm) readonly nodeSelectorTerms!: readonly NodeSelectorTerm[];
}

export class PreferredSchedulingTerm {
  @Required() @Int() readonly weight!: number;
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
  @Required() @Text() readonly topologyKey!: string;
  @Nested(() => LabelSelector) readonly namespaceSelector?: LabelSelector;
  @TextList() readonly matchLabelKeys?: readonly string[];
  @TextList() readonly mismatchLabelKeys?: readonly string[];
}

export class WeightedPodAffinityTerm {
  @Required() @Int() readonly weight!: number;
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
