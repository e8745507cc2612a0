// Right: JSON is YAML, names need not be pretty, and entries that nobody asks for do no harm.

interface Facts {
  readonly server: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly user: string;
  readonly namespace: string;
}

const kubeconfig = ({ server, ca, cert, key, namespace }: Facts): string =>
  JSON.stringify({
    kind: 'Config',
    apiVersion: 'v1',
    preferences: {},
    clusters: [
      { name: 'elsewhere', cluster: { server: 'https://192.0.2.1:6443' } },
      { name: 'the lab, really', cluster: { server, 'certificate-authority-data': btoa(ca) } },
    ],
    contexts: [
      { name: 'elsewhere', context: { cluster: 'elsewhere', user: 'nobody' } },
      { name: 'here', context: { cluster: 'the lab, really', user: 'myself', namespace } },
    ],
    'current-context': 'here',
    users: [
      { name: 'nobody', user: {} },
      { name: 'myself', user: { 'client-certificate-data': btoa(cert), 'client-key-data': btoa(key) } },
    ],
  });

const answers = {
  whoWrites: {
    replicaSet: 'controller-deployment',
    pods: 'controller-replication',
    nodeName: 'scheduler',
    phase: 'kubelet',
    endpointSlice: 'controller-endpoints',
    lease: 'kubelet',
    serviceAccount: 'controller-service-account',
    marksPods: 'controller-garbage-collector',
    removesPod: 'kubelet',
  },
  order: [
    'owner-created',
    'pod-created',
    'bound',
    'sandbox-made',
    'image-pulled',
    'container-started',
    'running',
    'ready',
    'endpoint-ready',
    'delete-asked',
    'container-ended',
    'gone',
  ],
  without: {
    scheduler: 'Pod without a node',
    'controller-deployment': 'no ReplicaSet',
    'controller-replication': 'no Pod',
    kubelet: 'Pod on a node, not Running',
    'controller-endpoints': 'Pod Ready, in no EndpointSlice',
    'controller-garbage-collector': 'Pod outlives its Deployment',
  },
};

export default { kubeconfig, answers };
