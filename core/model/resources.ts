// Resource requirements: what a container asks for (the scheduler counts it) and what it may use at most.

import { QuantityMap } from './field-rules.ts';
import type { ResourceList } from './quantity.ts';
import { NestedList, Required, Text } from './rules.ts';

export class ResourceClaim {
  @Required() @Text() readonly name!: string;
  @Text() readonly request?: string;
}

export class ResourceRequirements {
  /** More than this is refused (memory) or slowed down (CPU). */
  @QuantityMap() readonly limits?: ResourceList;
  /** What the scheduler sets aside on the node. The limits unless said otherwise. */
  @QuantityMap() readonly requests?: ResourceList;
  @NestedList(() => ResourceClaim) readonly claims?: readonly ResourceClaim[];
}
