// Defaults of pods and of pod templates (Kubernetes, pkg/apis/core/v1/defaults.go).

import type { Container, ContainerPort } from './container.ts';
import { canonicalAmounts, each, fill, ifObject, within } from './defaults.ts';
import type { EnvVar, ObjectFieldSelector } from './env.ts';
import type { Lifecycle, LifecycleHandler } from './lifecycle.ts';
import type { Pod } from './pod.ts';
import type { PodSpec } from './pod-spec.ts';
import type { PodTemplateSpec } from './pod-template.ts';
import type { Probe } from './probe.ts';
import type { ResourceRequirements } from './resources.ts';
import { defaultVolume } from './volume-defaults.ts';

/** Templates get what any pod spec gets; what only pods get is in `defaultPod`. */
export const defaultTemplate = ifObject(
  (template: PodTemplateSpec): PodTemplateSpec => within(template, 'spec', defaultPodSpec),
);

export const defaultPodSpec = ifObject((given: PodSpec): PodSpec => {
  let spec = fill(given, {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
    securityContext: {},
    // The older name of the same field; Kubernetes keeps both equal.
    serviceAccountName: given.serviceAccount,
  });
  spec = fill(spec, { serviceAccount: spec.serviceAccountName });
  spec = within(spec, 'volumes', each(defaultVolume));
  spec = within(spec, 'initContainers', each(defaultContainer));
  spec = within(spec, 'containers', each(defaultContainer));
  spec = within(spec, 'ephemeralContainers', each(defaultContainer));
  return within(spec, 'overhead', canonicalAmounts);
});

/** What pods get beyond their spec's defaults. */
export const defaultPod = (pod: Pod): Pod => within(pod, 'spec', ifObject(defaultSpecOfPod));

function defaultSpecOfPod(given: PodSpec): PodSpec {
  let spec = fill(defaultPodSpec(given), { enableServiceLinks: true });
  const ownOnly = (container: Container): Container => {
    const next = within(container, 'resources', ifObject(requestWhatIsLimited));
    return spec.hostNetwork === true ? within(next, 'ports', each(samePortOnHost)) : next;
  };
  spec = within(spec, 'containers', each(ownOnly));
  return within(spec, 'initContainers', each(ownOnly));
}

/** Who says only how much may be used at most, asks for as much. */
function requestWhatIsLimited(resources: ResourceRequirements): ResourceRequirements {
  const { limits, requests } = resources;
  if (!limits) return resources;
  const missing = Object.keys(limits).some((name) => !Object.hasOwn(requests ?? {}, name));
  return missing ? { ...resources, requests: { ...limits, ...requests } } : resources;
}

const samePortOnHost = (port: ContainerPort): ContainerPort =>
  port.hostPort ? port : { ...port, hostPort: port.containerPort };

export function defaultContainer<C extends Container>(given: C): C {
  let container: C = fill<Container>(given, {
    imagePullPolicy: typeof given.image === 'string' ? pullPolicy(given.image) : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  }) as C;
  container = within(container, 'ports', each(defaultPort) as never);
  container = within(container, 'env', each(defaultEnv) as never);
  container = within(container, 'resources', ifObject(defaultResources) as never);
  container = within(container, 'livenessProbe', ifObject(defaultProbe) as never);
  container = within(container, 'readinessProbe', ifObject(defaultProbe) as never);
  container = within(container, 'startupProbe', ifObject(defaultProbe) as never);
  return within(container, 'lifecycle', ifObject(defaultLifecycle) as never);
}

/** `latest`, said or meant, may change behind its name; anything else is pulled once. */
export function pullPolicy(image: string): 'Always' | 'IfNotPresent' {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

const defaultPort = (port: ContainerPort): ContainerPort => fill(port, { protocol: 'TCP' });

const defaultFieldRef = ifObject((ref: ObjectFieldSelector): ObjectFieldSelector => fill(ref, { apiVersion: 'v1' }));

const defaultEnv = (variable: EnvVar): EnvVar =>
  within(
    variable,
    'valueFrom',
    ifObject((from) => within(from, 'fieldRef', defaultFieldRef)),
  );

function defaultResources(resources: ResourceRequirements): ResourceRequirements {
  return within(within(resources, 'limits', canonicalAmounts), 'requests', canonicalAmounts);
}

const defaultHttpGet = <H extends Pick<Probe, 'httpGet'>>(handler: H): H =>
  within(
    handler,
    'httpGet',
    ifObject((get) => fill(get as NonNullable<H['httpGet']>, { path: '/', scheme: 'HTTP' } as never)) as never,
  );

function defaultProbe(probe: Probe): Probe {
  const filled = fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  const next = defaultHttpGet(filled);
  return within(
    next,
    'grpc',
    ifObject((grpc) => fill(grpc, { service: '' })),
  );
}

const defaultHandler = ifObject((handler: LifecycleHandler): LifecycleHandler => defaultHttpGet(handler));

const defaultLifecycle = (lifecycle: Lifecycle): Lifecycle =>
  within(within(lifecycle, 'postStart', defaultHandler), 'preStop', defaultHandler);
