// NodeRestriction: what a kubelet may write, looked at closely. The Node authorizer lets it write nodes and pods' status;
// here each write must be about its own node and its own pods, and must not give it more than it has: no labels and taints
// by which pods are placed, no tokens that outlive their pod.
// In real Kubernetes: plugin/pkg/admission/noderestriction.

import type { StoredObjects } from '../../core/api/stored-objects.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../../core/contracts/api-server.ts';
import { equal } from '../../core/model/equal.ts';
import type { KubeObject, StringMap } from '../../core/model/meta.ts';
import type { Node } from '../../core/model/node.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { forbidden } from '../../core/model/status.ts';
import { nodeOf } from './node-authorizer.ts';

const mirror = 'kubernetes.io/config.mirror';

interface TokenRequest extends KubeObject {
  readonly spec?: { readonly boundObjectRef?: Readonly<Record<'apiVersion' | 'kind' | 'name' | 'uid', string>> };
}

export class NodeRestriction implements AdmissionPlugin {
  readonly name = 'NodeRestriction';
  readonly #objects: StoredObjects;

  constructor(objects: StoredObjects) {
    this.#objects = objects;
  }

  validate(request: AdmissionRequest): void | Promise<void> {
    const node = nodeOf(request.user);
    if (node === undefined) return;
    const { resource, subresource } = request.target;
    if (resource.plural === 'serviceaccounts' && subresource === 'token') return this.#token(node, request);
    refuse(request, refusal(node, request));
  }

  /** A token for a pod of the node, that dies with the pod. */
  async #token(node: string, request: AdmissionRequest): Promise<void> {
    const bound = (request.object as TokenRequest).spec?.boundObjectRef;
    if (bound?.apiVersion !== 'v1' || bound.kind !== 'Pod' || !bound.name)
      return refuse(request, 'node requested token not bound to a pod');
    if (!bound.uid) return refuse(request, 'node requested token with a pod binding without a uid');
    const pod = await this.#objects.get(Pods, request.target.namespace, bound.name);
    if (pod && !isOn(node, pod)) refuse(request, 'node requested token bound to a pod scheduled on a different node');
  }
}

/** @throws ApiError 403 when there is a reason */
function refuse({ target: { resource, name } }: AdmissionRequest, why: string | undefined): void {
  if (why !== undefined) throw forbidden(resource, name, why);
}

/** What is wrong with it; undefined: nothing. */
function refusal(node: string, request: AdmissionRequest): string | undefined {
  const { target, operation, object, previous } = request;
  const { resource, subresource } = target;
  switch (`${resource.plural}${subresource === undefined ? '' : `/${subresource}`}`) {
    case 'pods':
      return ofPod(node, operation, (object ?? previous) as Pod);
    case 'pods/status':
      return ofPodStatus(node, object as Pod, previous as Pod);
    case 'pods/eviction':
      return isOn(node, previous) ? undefined : `node ${node} can only evict pods with spec.nodeName set to itself`;
    case 'nodes':
    case 'nodes/status':
      return ofNode(node, request.target.name, object as Node | undefined, previous as Node | undefined);
    case 'leases':
      return ofLease(node, target.namespace, target.name);
  }
  return undefined;
}

const isOn = (node: string, pod: KubeObject | undefined): boolean => (pod as Pod | undefined)?.spec.nodeName === node;

function ofPod(node: string, operation: string, pod: Pod): string | undefined {
  const self = 'with spec.nodeName set to itself';
  if (operation === 'DELETE') return isOn(node, pod) ? undefined : `node "${node}" can only delete pods ${self}`;
  if (operation === 'UPDATE')
    return `unexpected operation "UPDATE", node "${node}" can only create and delete mirror pods`;
  if (pod.metadata.annotations?.[mirror] === undefined)
    return `pod does not have "${mirror}" annotation, node "${node}" can only create mirror pods`;
  if (!isOn(node, pod)) return `node "${node}" can only create pods ${self}`;
  return pod.spec.serviceAccountName
    ? `node "${node}" can not create pods that reference a service account`
    : undefined;
}

function ofPodStatus(node: string, pod: Pod, previous: Pod): string | undefined {
  if (!isOn(node, previous))
    return `node "${node}" can only update pod status for pods with spec.nodeName set to itself`;
  if (!equal(pod.metadata.labels, previous.metadata.labels))
    return `node "${node}" cannot update labels through pod status`;
  return undefined;
}

function ofNode(node: string, name: string, object: Node | undefined, previous: Node | undefined): string | undefined {
  if (name !== node) return `node "${node}" is not allowed to modify node "${name}"`;
  const changed = changedLabels(object?.metadata.labels, previous?.metadata.labels);
  if (object && !previous) {
    const wrong = changed.filter(isForbidden);
    if (wrong.length > 0) return `node "${node}" is not allowed to set the following labels: ${wrong.join(', ')}`;
  }
  if (!object || !previous) return undefined;
  const wrong = changed.filter(isForbidden);
  if (wrong.length > 0) return `is not allowed to modify labels: ${wrong.join(', ')}`;
  if (!equal(object.spec?.taints ?? [], previous.spec?.taints ?? []))
    return `node "${node}" is not allowed to modify taints`;
  return undefined;
}

/** Labels of Kubernetes' own domains that are not among those by which a kubelet says what machine it is on. */
export function isForbidden(label: string): boolean {
  const [domain, rest] = label.includes('/') ? label.split('/') : ['', label];
  if (domain === undefined || rest === undefined) return false;
  const under = (of: string) => domain === of || domain.endsWith(`.${of}`);
  if (under('node-restriction.kubernetes.io')) return true;
  if (!under('kubernetes.io') && !under('k8s.io')) return false;
  return !ownLabels.has(label) && !under('kubelet.kubernetes.io') && !under('node.kubernetes.io');
}

const ownLabels = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
]);

function changedLabels(now: StringMap = {}, before: StringMap = {}): string[] {
  return [...new Set([...Object.keys(now), ...Object.keys(before)])].filter((key) => now[key] !== before[key]).sort();
}

function ofLease(node: string, namespace: string | undefined, name: string): string | undefined {
  if (namespace !== 'kube-node-lease') return 'can only access leases in the "kube-node-lease" system namespace';
  return name === node ? undefined : 'can only access node lease with the same name as the requesting node';
}
