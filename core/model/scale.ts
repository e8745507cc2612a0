// Scale: how many replicas, of whatever has some; the body of the `scale` subresource.

import { Int } from './field-rules.ts';
import { KubeObjectBase } from './object.ts';
import { Nested, Text } from './rules.ts';

export class ScaleSpec {
  @Int({ min: 0 }) readonly replicas?: number;
}

export class ScaleStatus {
  @Int() readonly replicas!: number;
  @Text() readonly selector?: string;
}

export class Scale extends KubeObjectBase {
  @Nested(() => ScaleSpec) readonly spec?: ScaleSpec;
  @Nested(() => ScaleStatus) readonly status?: ScaleStatus;
}
