// Scale: how many replicas, of whatever has some; the body of the `scale` subresource.

import { KubeObjectBase } from './object.ts';
import { Int, Nested, Required, Text } from './rules.ts';

export class ScaleSpec {
  @Int() readonly replicas?: number;
}

export class ScaleStatus {
  @Required() @Int() readonly replicas!: number;
  @Text() readonly selector?: string;
}

export class Scale extends KubeObjectBase {
  @Nested(() => ScaleSpec) readonly spec?: ScaleSpec;
  @Nested(() => ScaleStatus) readonly status?: ScaleStatus;
}
