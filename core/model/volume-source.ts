// Volume sources: where the content of a volume comes from.

import { FileMode, IsQuantity, OneOf } from './field-rules.ts';
import type { StringMap } from './meta.ts';
import { LocalObjectReference } from './object-reference.ts';
import { DownwardAPIVolumeFile, KeyToPath } from './projected-volume.ts';
import { Bool, Free, Nested, NestedList, Required, Text, TextMap } from './rules.ts';

/** Empty at first, shared by the containers, gone with the pod. */
export class EmptyDirVolumeSource {
  /** `Memory`: kept in memory. */
  @Text() readonly medium?: string;
  @IsQuantity() readonly sizeLimit?: string;
}

/** A folder or file of the node itself. */
export class HostPathVolumeSource {
  @Required() @Text() readonly path!: string;
  @OneOf('BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket')
  readonly type?: string;
}

/** Each key a file. */
export class ConfigMapVolumeSource {
  @Text() readonly name?: string;
  /** Only these keys; all unless said. */
  @NestedList(() => KeyToPath) readonly items?: readonly KeyToPath[];
  @FileMode() readonly defaultMode?: number;
  /** The pod starts even if it is not there. */
  @Bool() readonly optional?: boolean;
}

/** Each key a file. */
export class SecretVolumeSource {
  @Required() @Text() readonly secretName?: string;
  @NestedList(() => KeyToPath) readonly items?: readonly KeyToPath[];
  @FileMode() readonly defaultMode?: number;
  @Bool() readonly optional?: boolean;
}

export class DownwardAPIVolumeSource {
  @NestedList(() => DownwardAPIVolumeFile) readonly items?: readonly DownwardAPIVolumeFile[];
  @FileMode() readonly defaultMode?: number;
}

export class NFSVolumeSource {
  @Required() @Text() readonly server!: string;
  @Required() @Text() readonly path!: string;
  @Bool() readonly readOnly?: boolean;
}

export class PersistentVolumeClaimVolumeSource {
  @Required() @Text() readonly claimName!: string;
  @Bool() readonly readOnly?: boolean;
}

export class CSIVolumeSource {
  @Required() @Text() readonly driver!: string;
  @Bool() readonly readOnly?: boolean;
  @Text() readonly fsType?: string;
  @TextMap() readonly volumeAttributes?: StringMap;
  @Nested(() => LocalObjectReference) readonly nodePublishSecretRef?: LocalObjectReference;
}

export class ImageVolumeSource {
  @Text() readonly reference?: string;
  @Text() readonly pullPolicy?: string;
}

export class EphemeralVolumeSource {
  @Free() readonly volumeClaimTemplate?: object;
}
