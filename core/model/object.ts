// What the class of every kind begins with.

import type { KubeObject, ObjectMeta } from './meta.ts';
import { Free, Required, Text } from './rules.ts';

/** The three fields of any object. metadata has rules of its own, the same for all kinds: metadata-rules.ts. */
export class KubeObjectBase implements KubeObject {
  @Required() @Text() readonly apiVersion!: string;
  @Required() @Text() readonly kind!: string;
  @Required() @Free() readonly metadata!: ObjectMeta;
}
