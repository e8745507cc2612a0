// Environment: the variables of a container. First those of the services of its namespace, then envFrom, then env; the
// later wins. `$(NAME)` in a value is replaced by what NAME is so far, `$$(NAME)` gives `$(NAME)`.
// In Kubernetes: kubelet_pods.go (makeEnvironmentVariables), third_party/forked/golang/expansion.

import type { Container } from '../model/container.ts';
import type { EnvVar } from '../model/env.ts';
import type { StringMap } from '../model/meta.ts';
import type { Pod } from '../model/pod.ts';
import type { ResourceList } from '../model/quantity.ts';
import type { Service } from '../model/service.ts';
import { bytesOf, type Inputs, textOf } from './inputs.ts';
import { type PodAddresses, podField, resourceField } from './pod-fields.ts';

export interface EnvironmentContext extends PodAddresses {
  readonly inputs: Inputs;
  readonly allocatable: ResourceList;
}

/** Replaces `$(NAME)` by what is known; what is not known stays as it is. */
export const expand = (text: string, known: ReadonlyMap<string, string>): string =>
  text.replace(/\$(?:\$|\(([^()]*)\))/g, (all, name: string | undefined) =>
    name === undefined ? '$' : (known.get(name) ?? all),
  );

/** Throws an Error with Kubernetes' text when something that is referred to, and not optional, is not there. */
export async function environment(
  pod: Pod,
  container: Container,
  context: EnvironmentContext,
): Promise<ReadonlyMap<string, string>> {
  const namespace = pod.metadata.namespace ?? '';
  const links = pod.spec.enableServiceLinks !== false;
  const variables = serviceVariables(context.inputs.services(namespace), links);
  for (const source of container.envFrom ?? []) {
    for (const [key, value] of Object.entries(await wholeSource(source, namespace, context.inputs))) {
      variables.set(`${source.prefix ?? ''}${key}`, value);
    }
  }
  for (const variable of container.env ?? []) {
    const value = variable.valueFrom
      ? await fromSource(variable.valueFrom, pod, container, context)
      : expand(variable.value ?? '', variables);
    if (value !== undefined) variables.set(variable.name, value);
  }
  return variables;
}

type EnvFrom = NonNullable<Container['envFrom']>[number];

async function wholeSource(source: EnvFrom, namespace: string, inputs: Inputs): Promise<StringMap> {
  const { configMapRef, secretRef } = source;
  if (configMapRef) {
    const map = await inputs.configMap(namespace, configMapRef.name ?? '');
    if (!map && !configMapRef.optional) throw new Error(`configmap "${configMapRef.name}" not found`);
    return map?.data ?? {};
  }
  const secret = await inputs.secret(namespace, secretRef?.name ?? '');
  if (!secret && !secretRef?.optional) throw new Error(`secret "${secretRef?.name}" not found`);
  return Object.fromEntries(Object.entries(secret?.data ?? {}).map(([key, value]) => [key, textOf(bytesOf(value))]));
}

/** undefined: an optional source is not there, so the variable is not set. */
async function fromSource(
  from: NonNullable<EnvVar['valueFrom']>,
  pod: Pod,
  container: Container,
  context: EnvironmentContext,
): Promise<string | undefined> {
  const namespace = pod.metadata.namespace ?? '';
  if (from.fieldRef) return podField(pod, from.fieldRef.fieldPath, context);
  if (from.resourceFieldRef) {
    const { containerName, resource, divisor } = from.resourceFieldRef;
    const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    const of = containerName === undefined ? container : all.find((one) => one.name === containerName);
    if (!of) throw new Error(`container ${containerName} not found`);
    return resourceField(of, resource, divisor, context.allocatable);
  }
  if (from.configMapKeyRef) {
    const { name = '', key, optional } = from.configMapKeyRef;
    const map = await context.inputs.configMap(namespace, name);
    if (!map && !optional) throw new Error(`configmap "${name}" not found`);
    const value = ownValue(map?.data, key);
    if (value === undefined && !optional) throw new Error(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
    return value;
  }
  const { name = '', key = '', optional } = from.secretKeyRef ?? {};
  const secret = await context.inputs.secret(namespace, name);
  if (!secret && !optional) throw new Error(`secret "${name}" not found`);
  const value = ownValue(secret?.data, key);
  if (value === undefined && !optional) throw new Error(`couldn't find key ${key} in Secret ${namespace}/${name}`);
  return value === undefined ? undefined : textOf(bytesOf(value));
}

/** Keys are data: `constructor` is a key like any other, and not there unless somebody put it there. */
export const ownValue = (map: StringMap | undefined, key: string): string | undefined =>
  map && Object.hasOwn(map, key) ? map[key] : undefined;

/** `WEB_SERVICE_HOST`, `WEB_SERVICE_PORT`, `WEB_PORT_80_TCP_ADDR`, ... of each service with an address. */
export function serviceVariables(services: readonly Service[], links: boolean): Map<string, string> {
  const variables = new Map<string, string>();
  for (const { metadata, spec } of services) {
    const isApi = metadata.name === 'kubernetes' && metadata.namespace === 'default';
    const address = spec.clusterIP;
    const [first] = spec.ports ?? [];
    if (!address || address === 'None' || !first || !(links || isApi)) continue;
    const name = upper(metadata.name);
    variables.set(`${name}_SERVICE_HOST`, address).set(`${name}_SERVICE_PORT`, String(first.port));
    for (const port of spec.ports ?? []) {
      if (port.name) variables.set(`${name}_SERVICE_PORT_${upper(port.name)}`, String(port.port));
    }
    for (const [index, port] of (spec.ports ?? []).entries()) {
      const protocol = port.protocol ?? 'TCP';
      const prefix = `${name}_PORT_${port.port}_${protocol}`;
      const url = `${protocol.toLowerCase()}://${address}:${port.port}`;
      if (index === 0) variables.set(`${name}_PORT`, url);
      variables
        .set(prefix, url)
        .set(`${prefix}_PROTO`, protocol.toLowerCase())
        .set(`${prefix}_PORT`, String(port.port))
        .set(`${prefix}_ADDR`, address);
    }
  }
  return variables;
}

const upper = (name: string): string => name.toUpperCase().replaceAll('-', '_');
