// Who has the default roles from the start.

import { controllers } from './controller-roles.ts';
import { account, binding, group, systemBinding, user } from './notation.ts';

const authenticated = group('system:authenticated');
const scheduler = user('system:kube-scheduler');
const controllerManager = user('system:kube-controller-manager');

export const clusterRoleBindings = [
  binding('cluster-admin', group('system:masters')),
  binding('system:monitoring', group('system:monitoring')),
  binding('system:discovery', authenticated),
  binding('system:basic-user', authenticated),
  binding('system:public-info-viewer', authenticated, group('system:unauthenticated')),
  binding('system:node-proxier', user('system:kube-proxy')),
  binding('system:kube-controller-manager', controllerManager),
  binding('system:kube-dns', account('kube-dns')),
  binding('system:kube-scheduler', scheduler),
  binding('system:volume-scheduler', scheduler),
  binding('system:service-account-issuer-discovery', group('system:serviceaccounts')),
  // Nobody: what nodes may do is the Node authorizer's business.
  binding('system:node'),
  ...controllers.map((name) => binding(`system:controller:${name}`, account(name))),
  binding('system:kubelab:controllers', controllerManager),
  binding('system:kubelab:fleet', user('system:kubelab-fleet')),
];

/** In the namespace kube-system. */
export const roleBindings = [
  systemBinding(
    'system::extension-apiserver-authentication-reader',
    'extension-apiserver-authentication-reader',
    controllerManager,
    scheduler,
  ),
  systemBinding(
    'system::leader-locking-kube-controller-manager',
    'system::leader-locking-kube-controller-manager',
    controllerManager,
    account('kube-controller-manager'),
  ),
  systemBinding(
    'system::leader-locking-kube-scheduler',
    'system::leader-locking-kube-scheduler',
    scheduler,
    account('kube-scheduler'),
  ),
];
