// Route: the way of a packet through the userspace proxy, told step by step. Reads, and changes nothing.

import type { Network } from '../../core/contracts/network.ts';
import type { Frontend, Packet, Route, ServiceTable } from '../../core/contracts/proxy.ts';
import { placeOf } from './balancer.ts';
import type { ServedFrontend } from './served-frontend.ts';

/** The frontend that a packet is for: by address and port; else a node port, which every address of the node has. */
export function frontendFor(table: ServiceTable, { destination, protocol }: Packet): Frontend | undefined {
  let nodePort: Frontend | undefined;
  for (const frontend of table.frontends.values()) {
    if (frontend.port !== destination.port || frontend.protocol !== protocol) continue;
    if (frontend.address === destination.address) return frontend;
    if (frontend.kind === 'NodePort') nodePort = frontend;
  }
  return nodePort;
}

export function routeOf(
  packet: Packet,
  frontend: Frontend | undefined,
  served: ServedFrontend | undefined,
  network: Network,
): Route {
  const { destination, protocol, source } = packet;
  const to = `${destination.address}:${destination.port}/${protocol}`;
  if (!frontend || !served) {
    return { steps: [{ rule: `no service has ${to}`, effect: 'the packet goes on as it is' }], backends: [] };
  }
  const listening = served.at ? `socket ${served.at.host}:${served.at.port}` : 'no socket is open';
  const found = { rule: `${to} is ${frontend.id}`, effect: listening };
  const { endpoints } = served.balancer;
  if (endpoints.length === 0) {
    return { steps: [found, { rule: 'no endpoint takes connections', effect: 'refused' }], backends: [] };
  }
  const client = source
    ? (network.podOf?.({ host: source.address, port: source.port }, protocol) ?? source.address)
    : '';
  const { backend, stays } = served.balancer.peek(client);
  if (!backend) return { steps: [found], backends: [] };
  const turn = endpoints.indexOf(backend) + 1;
  const choice = stays
    ? {
        rule: `session affinity ClientIP, ${(frontend.affinity ?? 0) / 1000} s`,
        effect: `${client} stays with its pod`,
      }
    : {
        rule: `round robin over ${endpoints.map(placeOf).join(', ')}`,
        effect: `number ${turn} of ${endpoints.length} is next`,
      };
  const really = network.kind === 'real' ? undefined : network.resolve(backend.address, backend.port, protocol);
  const dialled = {
    rule: `dial ${placeOf(backend)}`,
    effect: really
      ? `connects to ${really.host}:${really.port}, where the pod listens`
      : network.kind === 'real'
        ? 'connects'
        : 'nothing listens there; the next endpoint is tried',
    probability: 1,
  };
  return { steps: [found, choice, dialled], backends: [backend] };
}
