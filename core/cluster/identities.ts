// Identities: who each component is towards the API, as in Kubernetes. Authorisation applies to components as to anybody.

import type { UserInfo } from '../contracts/api-client.ts';
import type { Role } from './composition.ts';

/** Groups that every user with a name is in. */
const authenticated = 'system:authenticated';

/** The owner of the cluster: what the kubeconfig speaks for. */
export const admin: UserInfo = { name: 'kubernetes-admin', groups: ['system:masters', authenticated] };

/** The API server itself: namespaces, its own Service. */
export const apiServerUser: UserInfo = { name: 'system:apiserver', groups: ['system:masters', authenticated] };

/** The supervisor: Component objects, draining a node. */
export const supervisorUser: UserInfo = {
  name: 'system:kubelab-supervisor',
  groups: ['system:masters', authenticated],
};

/** Who looks for the kubelets of one process what pods and services there are. */
export const fleetUser: UserInfo = { name: 'system:kubelab-fleet', groups: ['system:nodes', authenticated] };

/** @param node name of the kubelet's node */
export function identityOf(role: Role, node?: string): UserInfo {
  if (role === 'ContainerRuntime') return { name: `system:node:${node}`, groups: ['system:nodes', authenticated] };
  const names: Record<Exclude<Role, 'ContainerRuntime'>, string> = {
    Store: 'system:apiserver',
    ApiFace: 'system:apiserver',
    Scheduler: 'system:kube-scheduler',
    Controller: 'system:kube-controller-manager',
    Proxy: 'system:kube-proxy',
  };
  return { name: names[role], groups: [authenticated] };
}
