// Host ports: two pods of one node cannot have the same one. Kubernetes: plugins/nodeports.
// A port is written `TCP/127.0.0.1/80`; the address 0.0.0.0 stands for all addresses and collides with each.

import type { NodeInfo } from '../../contracts/scheduler.ts';
import type { Pod } from '../../model/pod.ts';

const none: readonly string[] = [];

/** The host ports that the pod asks for: those of its containers, and of its sidecars (init containers that restart). */
export function hostPorts(pod: Pod): readonly string[] {
  let ports: string[] | undefined;
  const { containers, initContainers } = pod.spec;
  const sidecars = initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const container of sidecars ? [...sidecars, ...containers] : containers) {
    for (const { hostPort, hostIP, protocol } of container.ports ?? []) {
      if (!hostPort) continue;
      ports ??= [];
      ports.push(`${protocol ?? 'TCP'}/${hostIP || '0.0.0.0'}/${hostPort}`);
    }
  }
  return ports ?? none;
}

export function hostPortsAreFree(pod: Pod, node: NodeInfo): string | undefined {
  const taken = hostPorts(pod).some((port) => node.usedPorts.has(port) || isTakenElsewhere(port, node.usedPorts));
  return taken ? "node(s) didn't have free ports for the requested pod ports" : undefined;
}

function isTakenElsewhere(wanted: string, used: ReadonlySet<string>): boolean {
  const [protocol, address, port] = wanted.split('/');
  if (address !== '0.0.0.0') return used.has(`${protocol}/0.0.0.0/${port}`);
  return [...used].some((each) => each.startsWith(`${protocol}/`) && each.endsWith(`/${port}`));
}
