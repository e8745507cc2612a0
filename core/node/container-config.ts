// Container config: what a runtime is told of a pod and its containers, made of the pod's spec and its inputs.
// In Kubernetes: kuberuntime_container.go (generateContainerConfig), kuberuntime_sandbox.go.

import type { ContainerConfig, SandboxConfig } from '../contracts/container-runtime.ts';
import type { Protocol } from '../contracts/network.ts';
import type { Container } from '../model/container.ts';
import type { Pod } from '../model/pod.ts';
import { milliValue, value } from '../model/quantity.ts';
import { type EnvironmentContext, environment, expand } from './environment.ts';
import { mountsOf, type VolumeContent } from './volumes.ts';

/** @param domain the cluster's domain: `cluster.local` */
export function sandboxConfig(pod: Pod, attempt: number, domain: string): SandboxConfig {
  const { name, namespace = '', uid, labels = {}, annotations = {} } = pod.metadata;
  const { hostname = name, subdomain, hostNetwork = false, dnsPolicy, dnsConfig, hostAliases = [] } = pod.spec;
  const fullName = subdomain ? `${hostname}.${subdomain}.${namespace}.svc.${domain}` : undefined;
  const ofCluster = dnsPolicy !== 'None' && dnsPolicy !== 'Default';
  return {
    namespace,
    name,
    uid,
    attempt,
    hostname: pod.spec.setHostnameAsFQDN ? (fullName ?? hostname) : hostname,
    ...(fullName !== undefined && { fullName }),
    ...(hostAliases.length > 0 && {
      hostAliases: hostAliases.map(({ ip, hostnames = [] }) => ({ ip, hostnames })),
    }),
    labels,
    annotations,
    hostNetwork,
    dnsSearches: [
      ...(ofCluster ? [`${namespace}.svc.${domain}`, `svc.${domain}`, domain] : []),
      ...(dnsConfig?.searches ?? []),
    ],
  };
}

/** Throws an Error with Kubernetes' text when something the container refers to is not there: CreateContainerConfigError. */
export async function containerConfig(
  pod: Pod,
  container: Container,
  attempt: number,
  contents: ReadonlyMap<string, VolumeContent>,
  context: EnvironmentContext,
): Promise<ContainerConfig> {
  const variables = await environment(pod, container, context);
  const { cpu, memory } = container.resources?.limits ?? {};
  const { name, namespace = '', uid } = pod.metadata;
  return {
    name: container.name,
    attempt,
    image: container.image,
    command: (container.command ?? []).map((text) => expand(text, variables)),
    args: (container.args ?? []).map((text) => expand(text, variables)),
    ...(container.workingDir && { workingDir: container.workingDir }),
    env: [...variables].map(([key, text]) => ({ name: key, value: text })),
    mounts: mountsOf(container, contents, variables),
    ports: (container.ports ?? []).map((port) => ({
      containerPort: port.containerPort,
      protocol: (port.protocol ?? 'TCP') as Protocol,
      ...(port.name && { name: port.name }),
    })),
    labels: {
      'io.kubernetes.pod.name': name,
      'io.kubernetes.pod.namespace': namespace,
      'io.kubernetes.pod.uid': uid,
      'io.kubernetes.container.name': container.name,
    },
    annotations: {},
    tty: container.tty ?? false,
    stdin: container.stdin ?? false,
    ...(container.stdin && container.stdinOnce && { stdinOnce: true }),
    ...(container.terminationMessagePath && {
      lastWords: {
        path: container.terminationMessagePath,
        orLog: container.terminationMessagePolicy === 'FallbackToLogsOnError',
      },
    }),
    limits: {
      ...(cpu !== undefined && { cpu: milliValue(cpu) }),
      ...(memory !== undefined && { memory: value(memory) }),
    },
  };
}
