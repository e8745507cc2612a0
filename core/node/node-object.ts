// The Node object as its kubelet writes it: labels, addresses, capacity, conditions (pure functions).
// In Kubernetes: kubelet_node_status.go, nodestatus/setters.go.

import type { Machine } from '../contracts/container-runtime.ts';
import { setCondition } from '../model/conditions.ts';
import type { Draft, StringMap } from '../model/meta.ts';
import type { Node } from '../model/node.ts';
import type { NodeCondition, NodeStatus } from '../model/node-status.ts';
import type { ResourceList } from '../model/quantity.ts';
import type { Taint } from '../model/taint.ts';

/** The release of Kubernetes whose behaviour the kubelet follows. */
export const kubeletVersion = 'v1.33.0';

/** What a node tells of itself. Everything has a default but the address. */
export interface NodeOptions {
  /** The node's own address (InternalIP). */
  readonly address: string;
  readonly labels?: StringMap;
  readonly taints?: readonly Taint[];
  /** Quantities: `{ cpu: '4', memory: '8Gi', pods: '110' }`. */
  readonly capacity?: ResourceList;
  /** `10.244.0.0/24`. Absent: the node controller gives it one. */
  readonly podCIDR?: string;
  /** `linux`, `darwin`, `windows`, as Go names them. */
  readonly operatingSystem?: string;
  /** `amd64`, `arm64`. */
  readonly architecture?: string;
  readonly osImage?: string;
  readonly kernelVersion?: string;
  /** Stable per machine; told apart in `nodeInfo`. */
  readonly machineID?: string;
  /** Port of the kubelet's own API, where it has one. */
  readonly kubeletPort?: number;
}

export const defaultCapacity: ResourceList = { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '100Gi' };

export const capacityOf = (options: NodeOptions): ResourceList => ({ ...defaultCapacity, ...options.capacity });

/** What was said of the node, and what its machine is like where nothing was said. */
export const onMachine = (options: NodeOptions, machine: Machine | undefined): NodeOptions => ({
  ...machine,
  ...options,
  capacity: { ...machine?.capacity, ...options.capacity },
});

/** Labels that the kubelet sets itself, and keeps right. */
function ownLabels(nodeName: string, options: NodeOptions): StringMap {
  const { operatingSystem = 'linux', architecture = 'amd64' } = options;
  return {
    'beta.kubernetes.io/arch': architecture,
    'beta.kubernetes.io/os': operatingSystem,
    'kubernetes.io/arch': architecture,
    'kubernetes.io/hostname': nodeName,
    'kubernetes.io/os': operatingSystem,
  };
}

/** The object that a new node is entered with. */
export function nodeObject(nodeName: string, options: NodeOptions, status: NodeStatus): Draft<Node> {
  const { podCIDR, taints } = options;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: nodeName, labels: { ...ownLabels(nodeName, options), ...options.labels } },
    spec: {
      ...(podCIDR && { podCIDR, podCIDRs: [podCIDR] }),
      ...(taints && taints.length > 0 && { taints }),
    },
    status,
  };
}

/** A node that was there before, with the labels and the range it should have; itself if it has. */
export function reconciled(node: Node, nodeName: string, options: NodeOptions): Node {
  const wanted = { ...ownLabels(nodeName, options), ...options.labels };
  const labels = node.metadata.labels ?? {};
  const { podCIDR } = options;
  const missing = Object.entries(wanted).some(([key, value]) => labels[key] !== value);
  const needsRange = podCIDR !== undefined && node.spec.podCIDR === undefined;
  if (!missing && !needsRange) return node;
  return {
    ...node,
    metadata: { ...node.metadata, labels: { ...labels, ...wanted } },
    spec: { ...node.spec, ...(needsRange && { podCIDR, podCIDRs: [podCIDR] }) },
  };
}

/** @param now RFC 3339; @param runtime `process://1.0` */
export function nodeStatus(
  nodeName: string,
  options: NodeOptions,
  runtime: string,
  previous: NodeStatus | undefined,
  now: string,
): NodeStatus {
  const { address, operatingSystem = 'linux', architecture = 'amd64', machineID = nodeName, kubeletPort } = options;
  const capacity = capacityOf(options);
  return {
    ...previous,
    capacity,
    // In real Kubernetes: less what is kept for the system (kubeReserved, evictionHard).
    allocatable: capacity,
    conditions: nodeConditions(previous?.conditions, now),
    addresses: [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: nodeName },
    ],
    ...(kubeletPort !== undefined && { daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } } }),
    nodeInfo: {
      machineID,
      systemUUID: machineID,
      bootID: machineID,
      kernelVersion: options.kernelVersion ?? 'unknown',
      osImage: options.osImage ?? 'Kubelab',
      containerRuntimeVersion: runtime,
      kubeletVersion,
      kubeProxyVersion: '',
      operatingSystem,
      architecture,
    },
  };
}

const healthy: readonly [type: string, status: string, reason: string, message: string][] = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
];

function nodeConditions(previous: readonly NodeCondition[] | undefined, now: string): readonly NodeCondition[] {
  return healthy.reduce(
    (conditions, [type, status, reason, message]) =>
      setCondition<NodeCondition>(conditions, { type, status, reason, message, lastHeartbeatTime: now }, now),
    previous ?? [],
  );
}

/** Whether two statuses differ in more than the time of the last heartbeat. */
export const withoutHeartbeats = (status: NodeStatus | undefined): NodeStatus | undefined =>
  status && {
    ...status,
    conditions: (status.conditions ?? []).map(({ lastHeartbeatTime: _, ...condition }) => condition),
  };
