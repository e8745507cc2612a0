// Defaults of pods and of pod templates (Kubernetes, pkg/apis/core/v1/defaults.go).

import type { Container, ContainerPort, EphemeralContainer } from './container.ts';
import { canonicalAmounts, each, fill, ifObject, within } from './defaults.ts';
import type { EnvVar, EnvVarSource, ObjectFieldSelector } from './env.ts';
import type { GRPCAction, HTTPGetAction } from './handler.ts';
import type { Lifecycle, LifecycleHandler } from './lifecycle.ts';
import type { Pod } from './pod.ts';
import type { PodSpec } from './pod-spec.ts';
import type { PodTemplateSpec } from './pod-template.ts';
import type { Probe } from './probe.ts';
import type { ResourceRequirements } from './resources.ts';
import { revise } from './revise.ts';
import { defaultVolume } from './volume-defaults.ts';

/** Templates get what any pod spec gets; what only pods get is in `defaultPod`. */
export const defaultTemplate = ifObject(
  (template: PodTemplateSpec): PodTemplateSpec => within(template, 'spec', defaultPodSpec),
);

export const defaultPodSpec = ifObject((given: PodSpec): PodSpec => {
  // The older name of the same field; Kubernetes keeps both equal.
  const account = given.serviceAccountName ?? given.serviceAccount;
  return revise(given, {
    restartPolicy: given.restartPolicy ?? 'Always',
    dnsPolicy: given.dnsPolicy ?? 'ClusterFirst',
    schedulerName: given.schedulerName ?? 'default-scheduler',
    terminationGracePeriodSeconds: given.terminationGracePeriodSeconds ?? 30,
    securityContext: given.securityContext ?? nothing,
    serviceAccountName: account,
    serviceAccount: given.serviceAccount ?? account,
    volumes: given.volumes && defaultVolumes(given.volumes),
    initContainers: given.initContainers && defaultContainers(given.initContainers),
    containers: given.containers && defaultContainers(given.containers),
    ephemeralContainers: given.ephemeralContainers && defaultEphemeralContainers(given.ephemeralContainers),
    overhead: given.overhead && canonicalAmounts(given.overhead),
  });
});

/** Shared by all who say nothing: objects of the API are never changed. */
const nothing = Object.freeze({});

/** What pods get beyond their spec's defaults. */
export const defaultPod = (pod: Pod): Pod => within(pod, 'spec', ifObject(defaultSpecOfPod));

function defaultSpecOfPod(given: PodSpec): PodSpec {
  const spec = defaultPodSpec(given);
  const { containers, initContainers } = spec;
  const ownOnly = spec.hostNetwork === true ? onHostNetwork : ofPods;
  return revise(spec, {
    // What is less than nothing counts as one; templates keep it, and are warned of it (core/api/warnings.ts).
    terminationGracePeriodSeconds: atLeastOne(spec.terminationGracePeriodSeconds),
    enableServiceLinks: spec.enableServiceLinks ?? true,
    containers: containers && ownOnly(containers),
    initContainers: initContainers && ownOnly(initContainers),
  });
}

const atLeastOne = (seconds: number | undefined): number | undefined =>
  seconds !== undefined && seconds < 0 ? 1 : seconds;

const ofPods = each((container: Container): Container => {
  const { resources } = container;
  return revise(container, { resources: resources && requestsWithLimits(resources) });
});

const onHostNetwork = (containers: readonly Container[]): readonly Container[] =>
  each((container: Container): Container => {
    const { ports } = container;
    return revise(container, { ports: ports && samePortsOnHost(ports) });
  })(ofPods(containers));

/** Who says only how much may be used at most, asks for as much. */
const requestsWithLimits = ifObject((resources: ResourceRequirements): ResourceRequirements => {
  const { limits, requests } = resources;
  if (!limits) return resources;
  const missing = Object.keys(limits).some((name) => !Object.hasOwn(requests ?? {}, name));
  return missing ? { ...resources, requests: { ...limits, ...requests } } : resources;
});

const samePortsOnHost = each(
  (port: ContainerPort): ContainerPort => (port.hostPort ? port : { ...port, hostPort: port.containerPort }),
);

export function defaultContainer<C extends Container>(given: C): C {
  const { image, ports, env, livenessProbe, readinessProbe, startupProbe, lifecycle } = given;
  return revise<Container>(given, {
    imagePullPolicy: given.imagePullPolicy ?? (typeof image === 'string' ? pullPolicy(image) : 'IfNotPresent'),
    terminationMessagePath: given.terminationMessagePath ?? '/dev/termination-log',
    terminationMessagePolicy: given.terminationMessagePolicy ?? 'File',
    resources: defaultResources(given.resources ?? nothing),
    ports: ports && defaultPorts(ports),
    env: env && defaultVariables(env),
    livenessProbe: livenessProbe && defaultProbe(livenessProbe),
    readinessProbe: readinessProbe && defaultProbe(readinessProbe),
    startupProbe: startupProbe && defaultProbe(startupProbe),
    lifecycle: lifecycle && defaultLifecycle(lifecycle),
  }) as C;
}

const defaultContainers = each<Container>(defaultContainer);
const defaultEphemeralContainers = each<EphemeralContainer>(defaultContainer);
const defaultVolumes = each(defaultVolume);

/** `latest`, said or meant, may change behind its name; anything else is pulled once. */
export function pullPolicy(image: string): 'Always' | 'IfNotPresent' {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

const defaultPorts = each((port: ContainerPort): ContainerPort => fill(port, { protocol: 'TCP' }));

const defaultFieldRef = ifObject((ref: ObjectFieldSelector): ObjectFieldSelector => fill(ref, { apiVersion: 'v1' }));

const defaultSource = ifObject((from: EnvVarSource): EnvVarSource => within(from, 'fieldRef', defaultFieldRef));

const defaultVariables = each((variable: EnvVar): EnvVar => within(variable, 'valueFrom', defaultSource));

const defaultResources = ifObject(
  (resources: ResourceRequirements): ResourceRequirements =>
    revise(resources, {
      limits: resources.limits && canonicalAmounts(resources.limits),
      requests: resources.requests && canonicalAmounts(resources.requests),
    }),
);

const defaultHttpGet = ifObject((get: HTTPGetAction): HTTPGetAction => fill(get, { path: '/', scheme: 'HTTP' }));
const defaultGrpc = ifObject((grpc: GRPCAction): GRPCAction => fill(grpc, { service: '' }));

const defaultProbe = ifObject(
  (probe: Probe): Probe =>
    revise(probe, {
      timeoutSeconds: probe.timeoutSeconds ?? 1,
      periodSeconds: probe.periodSeconds ?? 10,
      successThreshold: probe.successThreshold ?? 1,
      failureThreshold: probe.failureThreshold ?? 3,
      httpGet: probe.httpGet && defaultHttpGet(probe.httpGet),
      grpc: probe.grpc && defaultGrpc(probe.grpc),
    }),
);

const defaultHandler = ifObject(
  (handler: LifecycleHandler): LifecycleHandler => within(handler, 'httpGet', defaultHttpGet),
);

const defaultLifecycle = ifObject(
  (lifecycle: Lifecycle): Lifecycle =>
    within(within(lifecycle, 'postStart', defaultHandler), 'preStop', defaultHandler),
);
