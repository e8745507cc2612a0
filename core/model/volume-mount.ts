// Volume mounts: where a pod's volumes appear inside a container.

import { Form, OneOf } from './field-rules.ts';
import { localPathProblems } from './label-rules.ts';
import { Bool, Required, Text } from './rules.ts';

export class VolumeMount {
  /** One of the pod's volumes. */
  @Required() @Text() readonly name!: string;
  @Bool() readonly readOnly?: boolean;
  @OneOf('Disabled', 'Enabled', 'IfPossible') readonly recursiveReadOnly?: string;
  @Required() @Text() readonly mountPath!: string;
  /** Only this part of the volume. */
  @Form('path', localPathProblems) readonly subPath?: string;
  @OneOf('Bidirectional', 'HostToContainer', 'None') readonly mountPropagation?: string;
  @Text() readonly subPathExpr?: string;
}

export class VolumeDevice {
  @Required() @Text() readonly name!: string;
  @Required() @Text() readonly devicePath!: string;
}
