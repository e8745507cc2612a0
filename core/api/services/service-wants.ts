// What a Service needs of addresses, and what it keeps of them from one state to the next. Pure decisions.

import { equal } from '../../model/equal.ts';
import type { Service } from '../../model/service.ts';
import type { ServicePort, ServiceSpec } from '../../model/service-spec.ts';

export const headless = 'None';

/** Whether the Service has, or is to get, an address of its own. */
export const wantsClusterIP = ({ type, clusterIP }: ServiceSpec): boolean =>
  type !== 'ExternalName' && clusterIP !== headless;

/** Whether its ports are to be reachable on the nodes. */
export const wantsNodePorts = ({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);

/** Addresses in use: what has to be taken, or given back. */
export function inUse(service: Service | undefined): { ip: string | undefined; nodePorts: ReadonlySet<number> } {
  const spec = service?.spec;
  const ip = spec && wantsClusterIP(spec) && spec.clusterIP ? spec.clusterIP : undefined;
  const ports = (spec?.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));
  return { ip, nodePorts: new Set(ports) };
}

/** The next state with what the client left blank and the Service has: its address and its node ports. */
export function keepAddresses(next: Service, current: Service): Service {
  const { spec } = next;
  const was = current.spec;
  if (!spec || !was) return next;
  let kept: ServiceSpec = spec;
  if (!spec.clusterIP && was.clusterIP && spec.type !== 'ExternalName' && was.type !== 'ExternalName') {
    kept = { ...kept, clusterIP: was.clusterIP, ...(was.clusterIPs && { clusterIPs: was.clusterIPs }) };
  }
  // Both fields say the same; whoever writes the one means the other as well.
  if (spec.clusterIP && spec.clusterIP !== was.clusterIP && was.clusterIP && equal(spec.clusterIPs, was.clusterIPs)) {
    kept = { ...kept, clusterIPs: [spec.clusterIP] };
  }
  for (const field of ['ipFamilies', 'ipFamilyPolicy'] as const) {
    if (kept[field] === undefined && was[field] !== undefined && kept.type !== 'ExternalName') {
      kept = { ...kept, [field]: was[field] };
    }
  }
  if (kept.type === 'ExternalName' && was.type !== 'ExternalName' && kept.clusterIP === was.clusterIP) {
    const { clusterIP: _, clusterIPs: __, ipFamilies: ___, ipFamilyPolicy: ____, ...rest } = kept;
    kept = rest;
  }
  if (wantsNodePorts(kept)) {
    if (wantsNodePorts(was))
      kept = withPorts(kept, (port) => ({ ...port, nodePort: port.nodePort || formerNodePort(port, was) }));
  } else if (wantsNodePorts(was)) {
    // What the server had given goes with the type; what the client insists on is refused by the rules.
    kept = withPorts(kept, (port) =>
      port.nodePort === formerNodePort(port, was) ? { ...port, nodePort: undefined } : port,
    );
  }
  return kept === spec ? next : { ...next, spec: kept };
}

const formerNodePort = (port: ServicePort, { ports }: ServiceSpec): number | undefined =>
  ports?.find((other) => other.port === port.port && (other.protocol ?? 'TCP') === (port.protocol ?? 'TCP'))?.nodePort;

type LoosePort = Omit<ServicePort, 'nodePort'> & { readonly nodePort?: number | undefined };

/** A copy with other ports; a node port of undefined or 0 is none. */
export function withPorts(spec: ServiceSpec, change: (port: ServicePort) => LoosePort): ServiceSpec {
  if (!spec.ports) return spec;
  const ports = spec.ports.map((port): ServicePort => {
    const { nodePort, ...rest } = change(port);
    return nodePort ? { ...rest, nodePort } : rest;
  });
  return { ...spec, ports };
}
