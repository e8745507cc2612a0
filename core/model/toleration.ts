// Toleration: lets a pod onto nodes with a matching taint, or stay there for a while.

import { Int, Text } from './rules.ts';

export class Toleration {
  @Text() readonly key?: string;
  @Text() readonly operator?: string;
  @Text() readonly value?: string;
  @Text() readonly effect?: string;
  @Int() readonly tolerationSeconds?: number;
}
