// Volume: a folder that a pod's containers may share. Exactly one of the sources is set.

import { Dns1123Label } from './field-rules.ts';
import { ProjectedVolumeSource } from './projected-volume.ts';
import { Nested, Required } from './rules.ts';
import {
  ConfigMapVolumeSource,
  CSIVolumeSource,
  DownwardAPIVolumeSource,
  EmptyDirVolumeSource,
  EphemeralVolumeSource,
  HostPathVolumeSource,
  ImageVolumeSource,
  NFSVolumeSource,
  PersistentVolumeClaimVolumeSource,
  SecretVolumeSource,
} from './volume-source.ts';

export class Volume {
  @Required() @Dns1123Label() readonly name!: string;
  @Nested(() => HostPathVolumeSource) readonly hostPath?: HostPathVolumeSource;
  @Nested(() => EmptyDirVolumeSource) readonly emptyDir?: EmptyDirVolumeSource;
  @Nested(() => SecretVolumeSource) readonly secret?: SecretVolumeSource;
  @Nested(() => NFSVolumeSource) readonly nfs?: NFSVolumeSource;
  @Nested(() => PersistentVolumeClaimVolumeSource) readonly persistentVolumeClaim?: PersistentVolumeClaimVolumeSource;
  @Nested(() => DownwardAPIVolumeSource) readonly downwardAPI?: DownwardAPIVolumeSource;
  @Nested(() => ConfigMapVolumeSource) readonly configMap?: ConfigMapVolumeSource;
  @Nested(() => ProjectedVolumeSource) readonly projected?: ProjectedVolumeSource;
  @Nested(() => CSIVolumeSource) readonly csi?: CSIVolumeSource;
  @Nested(() => EphemeralVolumeSource) readonly ephemeral?: EphemeralVolumeSource;
  @Nested(() => ImageVolumeSource) readonly image?: ImageVolumeSource;
}
