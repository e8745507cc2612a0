// Taint: keeps pods off a node unless they tolerate it.

import { Required, Text, Time } from './rules.ts';

export class Taint {
  @Required() @Text() readonly key!: string;
  @Text() readonly value?: string;
  @Required() @Text() readonly effect!: string;
  @Time() readonly timeAdded?: string;
}
