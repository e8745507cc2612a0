// Condition: one aspect of an object's state, as an answer to a yes-or-no question (metav1.Condition).

import { Int, Required, Text, Time } from './rules.ts';

export class Condition {
  @Required() @Text() readonly type!: string;
  @Required() @Text() readonly status!: string;
  @Int() readonly observedGeneration?: number;
  @Required() @Time() readonly lastTransitionTime!: string;
  @Required() @Text() readonly reason!: string;
  @Required() @Text() readonly message!: string;
}
