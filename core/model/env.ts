// Environment of a container: variables given as text, or taken from ConfigMaps, Secrets and the pod's own fields.

import { Form, IsQuantity } from './field-rules.ts';
import { configKeyProblems, envNameProblems } from './label-rules.ts';
import { Bool, Nested, Required, Text } from './rules.ts';

export class EnvVar {
  @Required() @Form('variable name', envNameProblems) readonly name!: string;
  @Text() readonly value?: string;
  @Nested(() => EnvVarSource) readonly valueFrom?: EnvVarSource;
}

export class EnvVarSource {
  @Nested(() => ObjectFieldSelector) readonly fieldRef?: ObjectFieldSelector;
  @Nested(() => ResourceFieldSelector) readonly resourceFieldRef?: ResourceFieldSelector;
  @Nested(() => ConfigMapKeySelector) readonly configMapKeyRef?: ConfigMapKeySelector;
  @Nested(() => SecretKeySelector) readonly secretKeyRef?: SecretKeySelector;
}

export class ObjectFieldSelector {
  @Text() readonly apiVersion?: string;
  @Required() @Text() readonly fieldPath!: string;
}

export class ResourceFieldSelector {
  @Text() readonly containerName?: string;
  @Required() @Text() readonly resource!: string;
  @IsQuantity() readonly divisor?: string;
}

export class ConfigMapKeySelector {
  @Text() readonly name?: string;
  @Required() @Form('key', configKeyProblems) readonly key!: string;
  @Bool() readonly optional?: boolean;
}

export class SecretKeySelector {
  @Text() readonly name?: string;
  @Required() @Form('key', configKeyProblems) readonly key!: string;
  @Bool() readonly optional?: boolean;
}

export class EnvFromSource {
  @Form('variable name', envNameProblems) readonly prefix?: string;
  @Nested(() => ConfigMapEnvSource) readonly configMapRef?: ConfigMapEnvSource;
  @Nested(() => SecretEnvSource) readonly secretRef?: SecretEnvSource;
}

export class ConfigMapEnvSource {
  @Text() readonly name?: string;
  @Bool() readonly optional?: boolean;
}

export class SecretEnvSource {
  @Text() readonly name?: string;
  @Bool() readonly optional?: boolean;
}
