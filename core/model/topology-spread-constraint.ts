// TopologySpreadConstraint: how evenly a group of pods is spread over zones, nodes or the like.

import { MoreThanZero, OneOf, QualifiedName } from './field-rules.ts';
import { LabelSelector } from './label-selector.ts';
import { Nested, Required, TextList } from './rules.ts';

export class TopologySpreadConstraint {
  /** How many more pods one domain may have than the one with fewest. */
  @Required() @MoreThanZero() readonly maxSkew!: number;
  /** The label whose values are the domains. */
  @Required('can not be empty') @QualifiedName() readonly topologyKey!: string;
  @Required() @OneOf('DoNotSchedule', 'ScheduleAnyway') readonly whenUnsatisfiable!: string;
  /** Which pods are counted. */
  @Nested(() => LabelSelector) readonly labelSelector?: LabelSelector;
  @MoreThanZero() readonly minDomains?: number;
  @OneOf('Honor', 'Ignore') readonly nodeAffinityPolicy?: string;
  @OneOf('Honor', 'Ignore') readonly nodeTaintsPolicy?: string;
  @TextList() readonly matchLabelKeys?: readonly string[];
}
