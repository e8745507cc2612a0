// Environment of a container: variables given as text, or taken from ConfigMaps, Secrets and the pod's own fields.

import { Form, IsQuantity } from './field-rules.ts';
import { configKeyProblems, envNameProblems } from './label-rules.ts';
import { Bool, Nested, Required, Text } from './rules.ts';

/** One variable: a text, or where it is taken from. */
export class EnvVar {
  @Required() @Form('variable name', envNameProblems) readonly name!: string;
  /** `$(OTHER)` is replaced by what stands before it in the list. */
  @Text() readonly value?: string;
  @Nested(() => EnvVarSource) readonly valueFrom?: EnvVarSource;
}

export class EnvVarSource {
  @Nested(() => ObjectFieldSelector) readonly fieldRef?: ObjectFieldSelector;
  @Nested(() => ResourceFieldSelector) readonly resourceFieldRef?: ResourceFieldSelector;
  @Nested(() => ConfigMapKeySelector) readonly configMapKeyRef?: ConfigMapKeySelector;
  @Nested(() => SecretKeySelector) readonly secretKeyRef?: SecretKeySelector;
}

/** A field of the pod itself: the downward API. */
export class ObjectFieldSelector {
  @Text() readonly apiVersion?: string;
  /** `metadata.name`, `status.podIP`, `metadata.labels['app']` */
  @Required() @Text() readonly fieldPath!: string;
}

/** What a container asks for or may use, as a number. */
export class ResourceFieldSelector {
  @Text() readonly containerName?: string;
  /** `limits.cpu`, `requests.memory` */
  @Required() @Text() readonly resource!: string;
  /** The unit to count in: `1m`, `1Mi`. */
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

/** All keys of a ConfigMap or Secret, as variables. */
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
