// References: how one object names another.

import { Required, Text } from './rules.ts';

export class ObjectReference {
  @Text() readonly kind?: string;
  @Text() readonly namespace?: string;
  @Text() readonly name?: string;
  @Text() readonly uid?: string;
  @Text() readonly apiVersion?: string;
  @Text() readonly resourceVersion?: string;
  @Text() readonly fieldPath?: string;
}

export class LocalObjectReference {
  @Text() readonly name?: string;
}

export class TypedLocalObjectReference {
  @Text() readonly apiGroup?: string;
  @Required() @Text() readonly kind!: string;
  @Required() @Text() readonly name!: string;
}
