// LabelSelector: which objects, by their labels. `labels.ts` turns it into a Selector that can be asked.

import type { StringMap } from './meta.ts';
import { NestedList, Required, Text, TextList, TextMap } from './rules.ts';

export class LabelSelector {
  @TextMap() readonly matchLabels?: StringMap;
  @NestedList(() => LabelSelectorRequirement) readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

export class LabelSelectorRequirement {
  @Required() @Text() readonly key!: string;
  @Required() @Text() readonly operator!: string;
  @TextList() readonly values?: readonly string[];
}
