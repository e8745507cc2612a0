// PodTemplateSpec: the pod that controllers make copies of.

import type { ObjectMeta } from './meta.ts';
import { PodSpec } from './pod-spec.ts';
import { Free, Nested } from './rules.ts';

export class PodTemplateSpec {
  @Free() readonly metadata?: Partial<ObjectMeta>;
  @Nested(() => PodSpec) readonly spec?: PodSpec;
}
