// Where a PersistentVolume's content is. Sources of clouds are taken as the schema has them, and their rules are theirs.

import type { StringMap } from './meta.ts';
import { Bool, Required, Text, TextMap } from './rules.ts';

/** A folder or disk of certain nodes: the volume's nodeAffinity says which. */
export class LocalVolumeSource {
  @Required() @Text() readonly path!: string;
  @Text() readonly fsType?: string;
}

export class CSIPersistentVolumeSource {
  @Required() @Text() readonly driver!: string;
  @Required() @Text() readonly volumeHandle!: string;
  @Bool() readonly readOnly?: boolean;
  @Text() readonly fsType?: string;
  @TextMap() readonly volumeAttributes?: StringMap;
}
