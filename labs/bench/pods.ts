// The pod of the benchmarks: two containers with ports, environment, probes and resources, as in a real deployment.

import type { Draft } from '../../core/model/meta.ts';
import type { Pod } from '../../core/model/pod.ts';

const container = (name: string, port: number) => ({
  name,
  image: `registry.example.com/shop/${name}:1.4.2`,
  ports: [{ name: 'http', containerPort: port, protocol: 'TCP' as const }],
  env: [
    { name: 'LOG_LEVEL', value: 'info' },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'shop', key: 'password' } } },
  ],
  resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
  readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 5 },
  livenessProbe: { httpGet: { path: '/livez', port: 'http' }, initialDelaySeconds: 10 },
  volumeMounts: [{ name: 'config', mountPath: '/etc/shop', readOnly: true }],
});

/** The pod as a client sends it. `node`: already placed there. */
export function benchPod(name: string, node?: string): Draft<Pod> {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: 'shop', tier: 'web', version: '1.4.2' } },
    spec: {
      containers: [container('web', 8080), container('sidecar', 9090)],
      volumes: [{ name: 'config', configMap: { name: 'shop' } }],
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      ...(node !== undefined && { nodeName: node }),
    },
  };
}
