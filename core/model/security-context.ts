// Security contexts: as whom, and with which rights, a container or all containers of a pod run.

import { Int, IntList, OneOf } from './field-rules.ts';
import { Bool, Nested, NestedList, Required, Text, TextList } from './rules.ts';

export class Capabilities {
  @TextList() readonly add?: readonly string[];
  @TextList() readonly drop?: readonly string[];
}

export class SELinuxOptions {
  @Text() readonly user?: string;
  @Text() readonly role?: string;
  @Text() readonly type?: string;
  @Text() readonly level?: string;
}

export class SeccompProfile {
  @Required() @OneOf('Localhost', 'RuntimeDefault', 'Unconfined') readonly type!: string;
  @Text() readonly localhostProfile?: string;
}

export class AppArmorProfile {
  @Required() @OneOf('Localhost', 'RuntimeDefault', 'Unconfined') readonly type!: string;
  @Text() readonly localhostProfile?: string;
}

export class WindowsSecurityContextOptions {
  @Text() readonly gmsaCredentialSpecName?: string;
  @Text() readonly gmsaCredentialSpec?: string;
  @Text() readonly runAsUserName?: string;
  @Bool() readonly hostProcess?: boolean;
}

/** A container's own; it wins over the pod's. */
export class SecurityContext {
  @Nested(() => Capabilities) readonly capabilities?: Capabilities;
  @Bool() readonly privileged?: boolean;
  @Nested(() => SELinuxOptions) readonly seLinuxOptions?: SELinuxOptions;
  @Nested(() => WindowsSecurityContextOptions) readonly windowsOptions?: WindowsSecurityContextOptions;
  @Int({ min: 0, max: 2_147_483_647 }) readonly runAsUser?: number;
  @Int({ min: 0, max: 2_147_483_647 }) readonly runAsGroup?: number;
  @Bool() readonly runAsNonRoot?: boolean;
  @Bool() readonly readOnlyRootFilesystem?: boolean;
  @Bool() readonly allowPrivilegeEscalation?: boolean;
  @OneOf('Default', 'Unmasked') readonly procMount?: string;
  @Nested(() => SeccompProfile) readonly seccompProfile?: SeccompProfile;
  @Nested(() => AppArmorProfile) readonly appArmorProfile?: AppArmorProfile;
}

export class Sysctl {
  @Required() @Text() readonly name!: string;
  @Text() readonly value!: string;
}

/** For all containers of the pod. */
export class PodSecurityContext {
  @Nested(() => SELinuxOptions) readonly seLinuxOptions?: SELinuxOptions;
  @Nested(() => WindowsSecurityContextOptions) readonly windowsOptions?: WindowsSecurityContextOptions;
  @Int({ min: 0, max: 2_147_483_647 }) readonly runAsUser?: number;
  @Int({ min: 0, max: 2_147_483_647 }) readonly runAsGroup?: number;
  @Bool() readonly runAsNonRoot?: boolean;
  @IntList() readonly supplementalGroups?: readonly number[];
  @OneOf('Merge', 'Strict') readonly supplementalGroupsPolicy?: string;
  /** The group that owns the files in its volumes. */
  @Int({ min: 0, max: 2_147_483_647 }) readonly fsGroup?: number;
  @NestedList(() => Sysctl) readonly sysctls?: readonly Sysctl[];
  @OneOf('Always', 'OnRootMismatch') readonly fsGroupChangePolicy?: string;
  @Nested(() => SeccompProfile) readonly seccompProfile?: SeccompProfile;
  @Nested(() => AppArmorProfile) readonly appArmorProfile?: AppArmorProfile;
  @Text() readonly seLinuxChangePolicy?: string;
}
