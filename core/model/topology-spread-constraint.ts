// TopologySpreadConstraint: how evenly a group of pods is spread over zones, nodes or the like.

import { LabelSelector } from './label-selector.ts';
import { Int, Nested, Required, Text, TextList } from './rules.ts';

export class TopologySpreadConstraint {
  @Required() @Int() readonly maxSkew!: number;
  @Required() @Text() readonly topologyKey!: string;
  @Required() @Text() readonly whenUnsatisfiable!: string;
  @Nested(() => LabelSelector) readonly labelSelector?: LabelSelector;
  @Int() readonly minDomains?: number;
  @Text() readonly nodeAffinityPolicy?: string;
  @Text() readonly nodeTaintsPolicy?: string;
  @TextList() readonly matchLabelKeys?: readonly string[];
}
