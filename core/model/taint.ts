// Taint: keeps pods off a node unless they tolerate it.

import { Form, OneOf, QualifiedName } from './field-rules.ts';
import { labelValueProblems } from './label-rules.ts';
import { Required, Time } from './rules.ts';

export class Taint {
  @Required() @QualifiedName() readonly key!: string;
  @Form('label value', labelValueProblems) readonly value?: string;
  /** `NoSchedule` no new pods; `PreferNoSchedule` rather none; `NoExecute` none, and those there must go. */
  @Required() @OneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute') readonly effect!: string;
  @Time() readonly timeAdded?: string;
}
