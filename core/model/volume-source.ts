// Volume sources: where the content of a volume comes from.

import { FileMode, IsQuantity, OneOf } from './field-rules.ts';
import type { StringMap } from './meta.ts';
import { LocalObjectReference } from './object-reference.ts';
import { DownwardAPIVolumeFile, KeyToPath } from './projected-volume.ts';
import { Bool, Free, Nested, NestedList, Required, Text, TextMap } from './rules.ts';

export class EmptyDirVolumeSource {
  @Text() readonly medium?: string;
  @IsQuantity() readonly sizeLimit?: string;
}

export class HostPathVolumeSource {
  @Required() @Text() readonly path!: string;
  @OneOf('BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket')
  readonly type?: string;
}

export class ConfigMapVolumeSource {
  @Text() readonly name?: string;
  @NestedList(() => KeyToPath) readonly items?: readonly KeyToPath[];
  @FileMode() readonly defaultMode?: number;
  @Bool() readonly optional?: boolean;
}

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
