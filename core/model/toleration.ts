// Toleration: lets a pod onto nodes with a matching taint, or stay there for a while.

import { Int, OneOf, QualifiedName } from './field-rules.ts';
import { Text } from './rules.ts';

export class Toleration {
  @QualifiedName() readonly key?: string;
  @OneOf('Equal', 'Exists') readonly operator?: string;
  @Text() readonly value?: string;
  @OneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute') readonly effect?: string;
  @Int() readonly tolerationSeconds?: number;
}
