// Volume mounts: where a pod's volumes appear inside a container.

import { Bool, Required, Text } from './rules.ts';

export class VolumeMount {
  @Required() @Text() readonly name!: string;
  @Bool() readonly readOnly?: boolean;
  @Text() readonly recursiveReadOnly?: string;
  @Required() @Text() readonly mountPath!: string;
  @Text() readonly subPath?: string;
  @Text() readonly mountPropagation?: string;
  @Text() readonly subPathExpr?: string;
}

export class VolumeDevice {
  @Required() @Text() readonly name!: string;
  @Required() @Text() readonly devicePath!: string;
}
