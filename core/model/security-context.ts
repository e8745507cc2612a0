// Security contexts: as whom, and with which rights, a container or all containers of a pod run.

import { Bool, Int, IntList, Nested, NestedList, Required, Text, TextList } from './rules.ts';

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
  @Required() @Text() readonly type!: string;
  @Text() readonly localhostProfile?: string;
}

export class AppArmorProfile {
  @Required() @Text() readonly type!: string;
  @Text() readonly localhostProfile?: string;
}

export class WindowsSecurityContextOptions {
  @Text() readonly gmsaCredentialSpecName?: string;
  @Text() readonly gmsaCredentialSpec?: string;
  @Text() readonly runAsUserName?: string;
  @Bool() readonly hostProcess?: boolean;
}

export class SecurityContext {
  @Nested(() => Capabilities) readonly capabilities?: Capabilities;
  @Bool() readonly privileged?: boolean;
  @Nested(() => SELinuxOptions) readonly seLinuxOptions?: SELinuxOptions;
  @Nested(() => WindowsSecurityContextOptions) readonly windowsOptions?: WindowsSecurityContextOptions;
  @Int() readonly runAsUser?: number;
  @Int() readonly runAsGroup?: number;
  @Bool() readonly runAsNonRoot?: boolean;
  @Bool() readonly readOnlyRootFilesystem?: boolean;
  @Bool() readonly allowPrivilegeEscalation?: boolean;
  @Text() readonly procMount?: string;
  @Nested(() => SeccompProfile) readonly seccompProfile?: SeccompProfile;
  @Nested(() => AppArmorProfile) readonly appArmorProfile?: AppArmorProfile;
}

export class Sysctl {
  @Required() @Text() readonly name!: string;
  @Required() @Text() readonly value!: string;
}

export class PodSecurityContext {
  @Nested(() => SELinuxOptions) readonly seLinuxOptions?: SELinuxOptions;
  @Nested(() => WindowsSecurityContextOptions) readonly windowsOptions?: WindowsSecurityContextOptions;
  @Int() readonly runAsUser?: number;
  @Int() readonly runAsGroup?: number;
  @Bool() readonly runAsNonRoot?: boolean;
  @IntList() readonly supplementalGroups?: readonly number[];
  @Text() readonly supplementalGroupsPolicy?: string;
  @Int() readonly fsGroup?: number;
  @NestedList(() => Sysctl) readonly sysctls?: readonly Sysctl[];
  @Text() readonly fsGroupChangePolicy?: string;
  @Nested(() => SeccompProfile) readonly seccompProfile?: SeccompProfile;
  @Nested(() => AppArmorProfile) readonly appArmorProfile?: AppArmorProfile;
  @Text() readonly seLinuxChangePolicy?: string;
}
