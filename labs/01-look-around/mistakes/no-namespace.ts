// Mistake: the namespace is given to the user, where nobody looks for it.
// Caught by: 1.3 (elsewhere)

interface Facts {
  readonly server: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly user: string;
  readonly namespace: string;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const kubeconfig = ({ server, ca, cert, key, user, namespace }: Facts): string => `
apiVersion: v1
kind: Config
clusters:
  - name: lab
    cluster:
      server: ${server}
      certificate-authority-data: ${base64(ca)}
users:
  - name: ${user}
    user:
      client-certificate-data: ${base64(cert)}
      client-key-data: ${base64(key)}
      namespace: ${namespace}
contexts:
  - name: mine
    context:
      cluster: lab
      user: ${user}
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
