// Cluster life: what happens in the clusters of checks 1.4 to 1.6, and what their audit says about it. No answer stands
// here: who writes what, in which order, and what is missing without whom is read off what happened.

import type { Container } from '../../core/model/container.ts';
import { type Deployment, Deployments } from '../../core/model/deployment.ts';
import { type EndpointSlice, EndpointSlices } from '../../core/model/endpoint-slice.ts';
import type { Draft, StringMap } from '../../core/model/meta.ts';
import { Namespaces } from '../../core/model/namespace.ts';
import type { Pod } from '../../core/model/pod.ts';
import { ReplicaSets } from '../../core/model/replica-set.ts';
import { type Service, Services } from '../../core/model/service.ts';
import type { StepName } from '../../core/story/note.ts';
import type { Change, World } from '../kit/world.ts';

const labels = { app: 'web' };

/** A Deployment called web and a Service in front of it, in the namespace shop. */
export async function openShop({ client }: World, container: Partial<Container> = {}, annotations: StringMap = {}) {
  await client.of(Namespaces).create({ metadata: { name: 'shop' }, spec: {} });
  const template = {
    metadata: { labels, annotations },
    spec: { containers: [{ name: 'main', image: 'kubelab/sleep', ...container }] },
  };
  const service: Draft<Service> = { metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 80 }] } };
  const deployment: Draft<Deployment> = {
    metadata: { name: 'web' },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  };
  await client.of(Services).in('shop').create(service);
  await client.of(Deployments).in('shop').create(deployment);
}

/** What `whoWrites` asks, and by which change of an object one sees it. */
export const writes: Readonly<Record<string, { readonly what: string; is(change: Change): boolean }>> = {
  replicaSet: {
    what: 'creates the ReplicaSet of a Deployment',
    is: ({ kind, what }) => kind === 'ReplicaSet' && what === 'created',
  },
  pods: { what: 'creates the Pods of a ReplicaSet', is: ({ kind, what }) => kind === 'Pod' && what === 'created' },
  nodeName: { what: 'sets spec.nodeName of a Pod', is: ({ kind, what }) => kind === 'Pod' && what === 'bound' },
  phase: {
    what: 'writes status.phase of a Pod',
    is: ({ kind, object, previous }) =>
      kind === 'Pod' && previous !== undefined && phaseOf(object) !== phaseOf(previous),
  },
  endpointSlice: {
    what: 'writes the address of a Pod into the EndpointSlice of a Service',
    is: ({ kind, object }) => kind === 'EndpointSlice' && ((object as EndpointSlice).endpoints ?? []).length > 0,
  },
  lease: { what: 'renews the Lease of a node', is: ({ kind, what }) => kind === 'Lease' && what === 'updated' },
  serviceAccount: {
    what: 'creates the ServiceAccount default of a new namespace',
    is: ({ kind, key }) => kind === 'ServiceAccount' && key === 'shop/default',
  },
  marksPods: {
    what: 'deletes (marks for deletion) the Pods of a Deployment that was deleted',
    is: ({ kind, what }) => kind === 'Pod' && what === 'terminating',
  },
  removesPod: {
    what: 'removes a Pod that has been marked and has stopped',
    is: ({ kind, what }) => kind === 'Pod' && what === 'deleted',
  },
};

const phaseOf = (object: unknown): string | undefined => (object as Pod).status?.phase;

/** The component that a change is the work of, as `whoWrites` calls it. */
export const componentOf = ({ by }: Change): string => (by.startsWith('kubelet ') ? 'kubelet' : by);

/** Steps whose order is no accident: each is waited for by the next. */
export const orderedSteps: readonly StepName[] = [
  'bound',
  'container-ended',
  'container-started',
  'delete-asked',
  'endpoint-ready',
  'gone',
  'image-pulled',
  'owner-created',
  'pod-created',
  'ready',
  'running',
  'sandbox-made',
];

/** How far a Deployment of one replica and a Service in front of it have come, as `without` calls it. */
export const outcomes = [
  'no ReplicaSet',
  'no Pod',
  'Pod without a node',
  'Pod on a node, not Running',
  'Pod Ready, in no EndpointSlice',
  'Pod outlives its Deployment',
  'nothing is missing',
] as const;

export type Outcome = (typeof outcomes)[number];

/** @param deleted the Deployment was there, and was deleted a while ago */
export function outcomeOf(world: World, deleted: boolean): Outcome {
  const [pod] = world.pods('shop');
  if (deleted) return pod ? 'Pod outlives its Deployment' : 'nothing is missing';
  if (world.list(ReplicaSets, 'shop').length === 0) return 'no ReplicaSet';
  if (!pod) return 'no Pod';
  if (!pod.spec.nodeName) return 'Pod without a node';
  if (pod.status?.phase !== 'Running') return 'Pod on a node, not Running';
  const endpoints = world.list(EndpointSlices, 'shop').flatMap((slice) => slice.endpoints ?? []);
  return endpoints.length === 0 ? 'Pod Ready, in no EndpointSlice' : 'nothing is missing';
}
