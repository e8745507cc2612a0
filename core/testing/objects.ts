// Small objects for tests: a node and a pod as the API would hand them out.

import type { Container } from '../model/container.ts';
import type { StringMap } from '../model/meta.ts';
import type { Node } from '../model/node.ts';
import type { Pod } from '../model/pod.ts';

const born = '2026-01-01T00:00:00Z';

/** A Ready node with 4 CPUs, 8Gi and room for 110 pods unless told. */
export function makeNode(
  name: string,
  spec: NonNullable<Node['spec']> = {},
  labels: StringMap = {},
  allocatable: StringMap = { cpu: '4', memory: '8Gi', pods: '110' },
): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: born,
      labels: { 'kubernetes.io/hostname': name, ...labels },
    },
    spec,
    status: {
      capacity: allocatable,
      allocatable,
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' }],
    },
  } as Node;
}

/** A pod of one container, not placed yet, in the namespace default. */
export function makePod(name: string, spec: Partial<Pod['spec']> = {}, container: Partial<Container> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: born,
    },
    spec: {
      schedulerName: 'default-scheduler',
      containers: [{ name: 'main', image: 'kubelab/sleep', ...container }],
      ...spec,
    },
    status: { phase: 'Pending' },
  } as Pod;
}
