// Toleration: lets a pod onto nodes with a matching taint, or stay there for a while.

import { Int, OneOf, QualifiedName } from './field-rules.ts';
import { Text } from './rules.ts';

export class Toleration {
  /** None, with `Exists`: every taint. */
  @QualifiedName() readonly key?: string;
  /** `Equal` unless said otherwise. */
  @OneOf('Equal', 'Exists') readonly operator?: string;
  @Text() readonly value?: string;
  @OneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute') readonly effect?: string;
  /** How long the pod stays after a NoExecute taint appears; for ever unless said. */
  @Int() readonly tolerationSeconds?: number;
}
