// Warnings: what is allowed and hardly meant. They come back in the header `Warning`, and kubectl prints them. The texts are
// Kubernetes' (kubernetes/pkg/api/pod/warnings.go and the strategies of deployments and pods), of which these are the ones
// that beginners meet.

import type { KubeObject } from '../model/meta.ts';
import { parseQuantity } from '../model/quantity.ts';
import type { Resource } from '../model/resource.ts';

/** What is looked at of a container; the rules have seen it before. */
interface Container {
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly ports?: readonly {
    readonly name?: string;
    readonly containerPort: number;
    readonly hostPort?: number;
    readonly hostIP?: string;
    readonly protocol?: string;
  }[];
  readonly resources?: { readonly [kind in 'requests' | 'limits']?: Readonly<Record<string, string | number>> };
}

interface PodLike {
  readonly terminationGracePeriodSeconds?: number;
  readonly initContainers?: readonly Container[];
  readonly containers?: readonly Container[];
}

const templated = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'DaemonSet', 'StatefulSet', 'Job']);
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** @param isNew names matter when they are given */
export function warningsOf(
  { kind, group }: Pick<Resource, 'kind' | 'group'>,
  object: KubeObject,
  isNew: boolean,
): string[] {
  const isPod = kind === 'Pod' && group === '';
  if (!isPod && !templated.has(kind)) return [];
  const { spec } = object as { spec?: PodLike & { template?: { spec?: PodLike } } };
  const pod = isPod ? spec : spec?.template?.spec;
  const at = isPod ? 'spec' : 'spec.template.spec';
  return [
    ...(isNew ? nameWarnings(kind, object.metadata.name) : []),
    ...((pod?.terminationGracePeriodSeconds ?? 0) < 0
      ? [`${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...(['initContainers', 'containers'] as const).flatMap((field) =>
      (pod?.[field] ?? []).flatMap((container, index) => containerWarnings(container, `${at}.${field}[${index}]`)),
    ),
  ];
}

/** A name with dots is good for an object, and not for the host that a pod is. */
function nameWarnings(kind: string, name: string): string[] {
  if (name.length <= 63 && label.test(name)) return [];
  const why = name.includes('.') ? 'must not contain dots' : 'must be no more than 63 characters';
  const where = kind === 'Pod' ? "the Pod's hostname" : 'Pod names and hostnames';
  return [
    `metadata.name: this is used in ${where}, which can result in surprising behavior; a DNS label is recommended: [${why}]`,
  ];
}

function containerWarnings({ env = [], ports = [], resources }: Container, at: string): string[] {
  const warnings: string[] = [];
  for (const kind of ['limits', 'requests'] as const)
    for (const [name, amount] of Object.entries(resources?.[kind] ?? {}))
      if ((name === 'memory' || name === 'ephemeral-storage') && parseQuantity(amount).nano % 1_000_000_000n !== 0n)
        warnings.push(
          `${at}.resources.${kind}[${name}]: fractional byte value ${JSON.stringify(String(amount))} is invalid, must be an integer`,
        );
  // What is said twice takes two.
  if (env.length > 1) warnings.push(...hiddenVariables(env, at));
  if (ports.length > 1) warnings.push(...duplicatePorts(ports, at));
  return warnings;
}

function hiddenVariables(env: NonNullable<Container['env']>, at: string): string[] {
  const warnings: string[] = [];
  const known = new Set<string>();
  for (const [index, { name, value = '', valueFrom }] of env.entries()) {
    // X=$(X)more goes on from the former value; anything else hides it.
    const reference = `$(${name})`;
    const hides = valueFrom !== undefined || value === reference || !value.includes(reference);
    if (known.has(name) && hides)
      warnings.push(
        `${at}.env[${index}]: hides previous definition of "${name}", which may be dropped when using apply`,
      );
    known.add(name);
  }
  return warnings;
}

function duplicatePorts(ports: NonNullable<Container['ports']>, at: string): string[] {
  const warnings: string[] = [];
  const places = new Map<string, string>();
  for (const [index, { containerPort, protocol = 'TCP', hostPort = 0, hostIP = '' }] of ports.entries()) {
    const key = [containerPort, protocol, hostPort, hostIP].join();
    const place = `${at}.ports[${index}]`;
    const former = places.get(key);
    if (former === undefined) places.set(key, place);
    else warnings.push(`${place}: duplicate port definition with ${former}`);
  }
  return warnings;
}
