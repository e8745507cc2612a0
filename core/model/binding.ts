// Binding: "this pod goes to that node"; what the scheduler posts to a pod's `binding` subresource.

import { KubeObjectBase } from './object.ts';
import { ObjectReference } from './object-reference.ts';
import { Nested, Required } from './rules.ts';

export class Binding extends KubeObjectBase {
  @Required() @Nested(() => ObjectReference) readonly target!: ObjectReference;
}
