// Mistake: certificates are pasted as they are, not in base64.
// Caught by: 1.1 (not-base64)

interface Facts {
  readonly server: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly user: string;
  readonly namespace: string;
}

const kubeconfig = ({ server, ca, cert, key, user, namespace }: Facts): string => `
apiVersion: v1
kind: Config
clusters:
  - name: lab
    cluster:
      server: ${server}
      certificate-authority-data: ${JSON.stringify(ca)}
users:
  - name: ${user}
    user:
      client-certificate-data: ${JSON.stringify(cert)}
      client-key-data: ${JSON.stringify(key)}
contexts:
  - name: mine
    context:
      cluster: lab
      user: ${user}
      namespace: ${namespace}
current-context: mine
`;

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
