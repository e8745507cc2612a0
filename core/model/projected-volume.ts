// Projected volumes: files made of ConfigMaps, Secrets, pod fields and service account tokens, in one folder.

import { ObjectFieldSelector, ResourceFieldSelector } from './env.ts';
import { FileMode, Form, Int } from './field-rules.ts';
import { localPathProblems } from './label-rules.ts';
import { LabelSelector } from './label-selector.ts';
import { Bool, Nested, NestedList, Required, Text } from './rules.ts';

export class KeyToPath {
  @Required() @Text() readonly key!: string;
  @Required() @Form('path', localPathProblems) readonly path!: string;
  @FileMode() readonly mode?: number;
}

export class SecretProjection {
  @Text() readonly name?: string;
  @NestedList(() => KeyToPath) readonly items?: readonly KeyToPath[];
  @Bool() readonly optional?: boolean;
}

export class ConfigMapProjection {
  @Text() readonly name?: string;
  @NestedList(() => KeyToPath) readonly items?: readonly KeyToPath[];
  @Bool() readonly optional?: boolean;
}

export class DownwardAPIVolumeFile {
  @Required() @Form('path', localPathProblems) readonly path!: string;
  @Nested(() => ObjectFieldSelector) readonly fieldRef?: ObjectFieldSelector;
  @Nested(() => ResourceFieldSelector) readonly resourceFieldRef?: ResourceFieldSelector;
  @FileMode() readonly mode?: number;
}

export class DownwardAPIProjection {
  @NestedList(() => DownwardAPIVolumeFile) readonly items?: readonly DownwardAPIVolumeFile[];
}

export class ServiceAccountTokenProjection {
  @Text() readonly audience?: string;
  @Int({ min: 600, max: 4_294_967_296 }) readonly expirationSeconds?: number;
  @Required() @Form('path', localPathProblems) readonly path!: string;
}

export class ClusterTrustBundleProjection {
  @Text() readonly name?: string;
  @Text() readonly signerName?: string;
  @Nested(() => LabelSelector) readonly labelSelector?: LabelSelector;
  @Bool() readonly optional?: boolean;
  @Required() @Text() readonly path!: string;
}

export class VolumeProjection {
  @Nested(() => SecretProjection) readonly secret?: SecretProjection;
  @Nested(() => DownwardAPIProjection) readonly downwardAPI?: DownwardAPIProjection;
  @Nested(() => ConfigMapProjection) readonly configMap?: ConfigMapProjection;
  @Nested(() => ServiceAccountTokenProjection) readonly serviceAccountToken?: ServiceAccountTokenProjection;
  @Nested(() => ClusterTrustBundleProjection) readonly clusterTrustBundle?: ClusterTrustBundleProjection;
}

export class ProjectedVolumeSource {
  @NestedList(() => VolumeProjection) readonly sources?: readonly VolumeProjection[];
  @FileMode() readonly defaultMode?: number;
}
