// Lab 1: look around. No part is built here: you write a kubeconfig by hand, and answer questions about who does what.
//
// README.md says where to look. A check that fails says which answer does not agree with what a cluster did.
//
// Fails at first:
//   1.1  kubeconfig() gives no text
//   1.2  kubeconfig() gives no text, so nobody is trusted and nobody is spoken to
//   1.3  kubeconfig() gives no text, so nobody knows who you are
//   1.4  no question of whoWrites is answered
//   1.5  order has no steps
//   1.6  no question of without is answered

/** What kubeconfig() is given. Texts with BEGIN and END are PEM. */
interface Facts {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** The certificate of the cluster's own authority. */
  readonly ca: string;
  /** The certificate that says who you are, and its key. */
  readonly cert: string;
  readonly key: string;
  readonly user: string;
  /** Where `kubectl get pods` shall look when it is not told. */
  readonly namespace: string;
}

/** The components of a cluster, as `kubectl get components` calls them; `kubelet` is the one of any node. */
type Component =
  | 'api'
  | 'scheduler'
  | 'kubelet'
  | 'proxy'
  | 'controller-deployment'
  | 'controller-replication'
  | 'controller-endpoints'
  | 'controller-node'
  | 'controller-namespace'
  | 'controller-service-account'
  | 'controller-garbage-collector'
  | '?';

/** How far a Deployment of one replica, with a Service in front of it, comes when somebody is missing. */
type Outcome =
  | 'no ReplicaSet'
  | 'no Pod'
  | 'Pod without a node'
  | 'Pod on a node, not Running'
  | 'Pod Ready, in no EndpointSlice'
  | 'Pod outlives its Deployment'
  | 'nothing is missing'
  | '?';

/** Tasks 1 to 3. A kubeconfig (YAML) for these facts. */
const kubeconfig = (_facts: Facts): string => '';

/** Task 4. Which component ... */
const whoWrites: Record<string, Component> = {
  /** creates the ReplicaSet of a Deployment? */
  replicaSet: '?',
  /** creates the Pods of a ReplicaSet? */
  pods: '?',
  /** sets spec.nodeName of a Pod? */
  nodeName: '?',
  /** writes status.phase of a Pod? */
  phase: '?',
  /** writes the address of a Pod into the EndpointSlice of a Service? */
  endpointSlice: '?',
  /** renews the Lease of a node? */
  lease: '?',
  /** creates the ServiceAccount `default` of a new namespace? */
  serviceAccount: '?',
  /** deletes (marks for deletion) the Pods of a Deployment that was deleted? */
  marksPods: '?',
  /** removes a Pod that has been marked, and has stopped? */
  removesPod: '?',
};

/**
 * Task 5. In which order do these happen in the life of a pod of a Deployment, behind a Service, until it is gone?
 * bound, container-ended, container-started, delete-asked, endpoint-ready, gone, image-pulled, owner-created, pod-created,
 * ready, running, sandbox-made
 */
const order: readonly string[] = [];

/** Task 6. How far does it come without the component? */
const without: Record<string, Outcome> = {
  scheduler: '?',
  'controller-deployment': '?',
  'controller-replication': '?',
  kubelet: '?',
  'controller-endpoints': '?',
  'controller-garbage-collector': '?',
};

export default { kubeconfig, answers: { whoWrites, order, without } };
