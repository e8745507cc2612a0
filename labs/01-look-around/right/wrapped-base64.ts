// Right: base64 as the command base64 prints it, in lines, which YAML keeps in a block; the fields in another order.

interface Facts {
  readonly server: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly user: string;
  readonly namespace: string;
}

const block = (text: string): string => {
  const lines =
    Buffer.from(text)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `|\n${lines.map((line) => `      ${line}`).join('\n')}`;
};

function kubeconfig(facts: Facts): Promise<string> {
  const lines = [
    'current-context: here',
    'contexts:',
    `- context: { user: "${facts.user}", cluster: there, namespace: "${facts.namespace}" }`,
    '  name: here',
    'users:',
    '- user:',
    `    client-key-data: ${block(facts.key)}`,
    `    client-certificate-data: ${block(facts.cert)}`,
    `  name: "${facts.user}"`,
    'clusters:',
    '- cluster:',
    `    certificate-authority-data: ${block(facts.ca)}`,
    `    server: "${facts.server}/"`,
    '  name: there',
    'kind: Config',
    'apiVersion: v1',
  ];
  return Promise.resolve(lines.join('\n'));
}

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
