// Condition: one aspect of an object's state, as an answer to a yes-or-no question (metav1.Condition).

import { Int } from './field-rules.ts';
import { Required, Text, Time } from './rules.ts';

export class Condition {
  @Required() @Text() readonly type!: string;
  @Required() @Text() readonly status!: string;
  @Int() readonly observedGeneration?: number;
  @Time() readonly lastTransitionTime!: string;
  @Text() readonly reason!: string;
  @Text() readonly message!: string;
}
