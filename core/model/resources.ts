// Resource requirements: what a container asks for (the scheduler counts it) and what it may use at most.

import { QuantityMap } from './field-rules.ts';
import type { ResourceList } from './quantity.ts';
import { NestedList, Required, Text } from './rules.ts';

export class ResourceClaim {
  @Required() @Text() readonly name!: string;
  @Text() readonly request?: string;
}

export class ResourceRequirements {
  @QuantityMap() readonly limits?: ResourceList;
  @QuantityMap() readonly requests?: ResourceList;
  @NestedList(() => ResourceClaim) readonly claims?: readonly ResourceClaim[];
}
