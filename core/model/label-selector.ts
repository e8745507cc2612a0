// LabelSelector: which objects, by their labels. `labels.ts` turns it into a Selector that can be asked.

import { Form, Labels, QualifiedName } from './field-rules.ts';
import type { StringMap } from './meta.ts';
import { NestedList, Required, TextList } from './rules.ts';

/** All of it must hold. Empty: every object. */
export class LabelSelector {
  @Labels() readonly matchLabels?: StringMap;
  @NestedList(() => LabelSelectorRequirement) readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

const operatorProblems = (text: string): string[] =>
  ['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(text) ? [] : ['not a valid selector operator'];

export class LabelSelectorRequirement {
  @Required() @QualifiedName() readonly key!: string;
  /** `In`, `NotIn`, `Exists`, `DoesNotExist`. */
  @Required() @Form('operator', operatorProblems) readonly operator!: string;
  @TextList() readonly values?: readonly string[];
}
