// Objects that keep all rules, one of each kind: what the specs of the model start from.

import type { KubeObject } from './meta.ts';
import type { Pod } from './pod.ts';

const metadata = {
  name: 'web',
  namespace: 'default',
  uid: '7c9f6d7e-2b1a-4c53-9a58-7f1d5f9b2f10',
  resourceVersion: '7',
  creationTimestamp: '2026-01-01T00:00:00Z',
};
const { namespace: _, ...clusterScoped } = metadata;

const labels = { app: 'web' };
const selector = { matchLabels: labels };
const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } };

/** A pod with most of what a pod can have. */
export const richPod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...metadata, labels, annotations: { 'example.com/why': 'to be looked at' } },
  spec: {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    nodeName: 'node-1',
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    serviceAccountName: 'default',
    securityContext: { runAsUser: 1000, fsGroup: 1000 },
    containers: [
      {
        name: 'web',
        image: 'nginx:1.27',
        command: ['nginx'],
        args: ['-g', 'daemon off;'],
        ports: [
          { name: 'http', containerPort: 80, protocol: 'TCP' },
          { name: 'https', containerPort: 443 },
        ],
        env: [
          { name: 'MODE', value: 'fast' },
          { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'web', key: 'password' } } },
        ],
        envFrom: [{ configMapRef: { name: 'web' } }],
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } },
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          { name: 'config', mountPath: '/etc/web', readOnly: true },
        ],
        livenessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 10 },
        readinessProbe: { tcpSocket: { port: 80 }, failureThreshold: 3 },
        lifecycle: { preStop: { exec: { command: ['nginx', '-s', 'quit'] } } },
        securityContext: { runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
      },
      { name: 'side', image: 'busybox' },
    ],
    initContainers: [{ name: 'prepare', image: 'busybox:1.36', command: ['true'] }],
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'config', configMap: { name: 'web', items: [{ key: 'web.conf', path: 'web.conf' }] } },
      { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
    ],
    tolerations: [
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
    ],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }] }],
        },
      },
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 10, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: selector } },
        ],
      },
    },
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector },
    ],
  },
  status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True' }] },
};

/** By plural. */
export const samples: Readonly<Record<string, KubeObject>> = {
  pods: richPod,
  nodes: {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: clusterScoped,
    spec: { podCIDR: '10.244.0.0/24', taints: [{ key: 'a', effect: 'NoSchedule' }] },
    status: { capacity: { cpu: '4', memory: '8Gi', pods: '110' }, addresses: [{ type: 'Hostname', address: 'web' }] },
  } as KubeObject,
  namespaces: { apiVersion: 'v1', kind: 'Namespace', metadata: clusterScoped },
  services: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }], clusterIP: '10.96.0.10' },
  } as KubeObject,
  endpoints: {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata,
    subsets: [{ addresses: [{ ip: '10.244.0.2' }], ports: [{ port: 80, protocol: 'TCP' }] }],
  } as KubeObject,
  endpointslices: {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata,
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.244.0.2'], conditions: { ready: true } }],
    ports: [{ name: 'http', port: 80 }],
  } as KubeObject,
  replicasets: { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec: { selector, template } } as KubeObject,
  replicationcontrollers: {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata,
    spec: { selector: labels, template },
  } as KubeObject,
  deployments: { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector, template } } as KubeObject,
  daemonsets: { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata, spec: { selector, template } } as KubeObject,
  statefulsets: {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: {
      selector,
      template,
      serviceName: 'web',
      volumeClaimTemplates: [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
  } as unknown as KubeObject,
  controllerrevisions: {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata,
    data: { spec: { template } },
    revision: 1,
  } as KubeObject,
  cronjobs: {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata,
    spec: {
      schedule: '30 2 * * mon-fri',
      timeZone: 'Europe/Berlin',
      jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'OnFailure' } } } },
    },
  } as KubeObject,
  ingresses: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata,
    spec: {
      ingressClassName: 'web',
      rules: [
        {
          host: 'web.example.com',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
          },
        },
      ],
    },
  } as KubeObject,
  ingressclasses: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: clusterScoped,
    spec: { controller: 'example.com/ingress' },
  } as KubeObject,
  networkpolicies: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: { podSelector: selector, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: selector }] }] },
  } as KubeObject,
  jobs: {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: {
      parallelism: 2,
      completions: 4,
      completionMode: 'Indexed',
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': metadata.uid } },
      template: {
        metadata: { labels: { 'batch.kubernetes.io/controller-uid': metadata.uid } },
        spec: { containers: [{ name: 'web', image: 'perl:5.34' }], restartPolicy: 'Never' },
      },
    },
    status: { startTime: '2026-01-01T00:00:00Z', succeeded: 1, completedIndexes: '0' },
  } as KubeObject,
  serviceaccounts: { apiVersion: 'v1', kind: 'ServiceAccount', metadata, secrets: [{ name: 'web' }] } as KubeObject,
  secrets: { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: { password: 'c2VjcmV0' } } as KubeObject,
  configmaps: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'web.conf': 'listen 80' } } as KubeObject,
  events: {
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    involvedObject: { kind: 'Pod', name: 'web', namespace: 'default' },
    reason: 'Started',
    message: 'Started container web',
    type: 'Normal',
  } as KubeObject,
  leases: {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata,
    spec: { holderIdentity: 'node-1', leaseDurationSeconds: 40, renewTime: '2026-01-01T00:00:00.000000Z' },
  } as KubeObject,
  priorityclasses: {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: clusterScoped,
    value: 1000,
    globalDefault: false,
    description: 'for what people wait for',
    preemptionPolicy: 'PreemptLowerPriority',
  } as KubeObject,
  poddisruptionbudgets: {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { minAvailable: '50%', selector },
    status: { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 },
  } as KubeObject,
  persistentvolumes: {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: clusterScoped,
    spec: {
      capacity: { storage: '10Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: 'local',
      volumeMode: 'Filesystem',
      local: { path: '/mnt/disk' },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-1'] }] },
          ],
        },
      },
    },
    status: { phase: 'Available' },
  } as KubeObject,
  persistentvolumeclaims: {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata,
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '5Gi' } },
      storageClassName: 'local',
      volumeMode: 'Filesystem',
    },
    status: { phase: 'Pending' },
  } as KubeObject,
  roles: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata,
    rules: [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'], resourceNames: ['web'] }],
  } as KubeObject,
  rolebindings: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'web' },
    subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'default' }],
  } as KubeObject,
  clusterroles: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: clusterScoped,
    rules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/healthz/*'] }],
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'example.com/part-of': 'web' } }] },
  } as KubeObject,
  clusterrolebindings: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: clusterScoped,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'web' },
    subjects: [
      { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'ann' },
      { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'dev' },
    ],
  } as KubeObject,
  storageclasses: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: clusterScoped,
    provisioner: 'kubernetes.io/no-provisioner',
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
  } as KubeObject,
  components: {
    apiVersion: 'kubelab.dev/v1',
    kind: 'Component',
    metadata: clusterScoped,
    spec: { slot: 'Scheduler', plugin: 'scheduler-round-robin', options: {} },
    status: { state: 'Running', restarts: 0 },
  } as KubeObject,
};

type Path = readonly (string | number)[];

/** The object with another value there; undefined takes the field away. */
export function put(object: unknown, [head, ...rest]: Path, value: unknown): unknown {
  if (head === undefined) return value;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(object) ? [...object] : { ...(object as object) };
  const next = put(Reflect.get(copy, head), rest, value);
  if (next === undefined && !Array.isArray(copy)) Reflect.deleteProperty(copy, head);
  // A plain assignment of `__proto__` would change the prototype.
  else Object.defineProperty(copy, head, { value: next, enumerable: true, configurable: true, writable: true });
  return copy;
}

const steps = (path: string): Path => path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));

/** The same, by a path like `spec.containers.0.image`. */
export const change = (object: KubeObject, path: string, value: unknown): KubeObject =>
  put(object, steps(path), value) as KubeObject;
