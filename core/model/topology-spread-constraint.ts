// TopologySpreadConstraint: how evenly a group of pods is spread over zones, nodes or the like.

import { MoreThanZero, OneOf, QualifiedName } from './field-rules.ts';
import { LabelSelector } from './label-selector.ts';
import { Nested, Required, TextList } from './rules.ts';

export class TopologySpreadConstraint {
  @Required() @MoreThanZero() readonly maxSkew!: number;
  @Required('can not be empty') @QualifiedName() readonly topologyKey!: string;
  @Required() @OneOf('DoNotSchedule', 'ScheduleAnyway') readonly whenUnsatisfiable!: string;
  @Nested(() => LabelSelector) readonly labelSelector?: LabelSelector;
  @MoreThanZero() readonly minDomains?: number;
  @OneOf('Honor', 'Ignore') readonly nodeAffinityPolicy?: string;
  @OneOf('Honor', 'Ignore') readonly nodeTaintsPolicy?: string;
  @TextList() readonly matchLabelKeys?: readonly string[];
}
