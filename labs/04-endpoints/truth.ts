// Truth: where each Service should lead, worked out from Services and pods as they stand, and where its slices lead in the
// eyes of a proxy. The checks compare the two.
//   ready         takes new connections                        not ready     takes none
//   terminating   on its way out, and still serving: takes new connections only when nobody is ready
// Always true: how endpoints are spread over slices makes no difference, nor do slices that others look after.

import { isTrue } from '../../core/model/conditions.ts';
import { type Endpoint, type EndpointSlice, EndpointSlices } from '../../core/model/endpoint-slice.ts';
import { keyOf } from '../../core/model/meta.ts';
import type { Pod } from '../../core/model/pod.ts';
import { type Service, Services } from '../../core/model/service.ts';
import type { ServicePort } from '../../core/model/service-spec.ts';
import { serviceKeyOf } from '../../core/network/service-table.ts';
import type { World } from '../kit/world.ts';

export const managedBy = 'endpointslice.kubernetes.io/managed-by';
export const us = 'endpointslice-controller.k8s.io';

/** A pod that a Service's slices tell something else of than the pod itself does. */
export interface Difference {
  readonly service: string;
  readonly pod: string;
  /** `10.244.0.2:8080 ready`, `nothing` */
  readonly have: string;
  readonly want: string;
}

/** The slices that the student's controller looks after, of one Service (by key) or of all. */
export const slicesOf = (world: World, service?: string): EndpointSlice[] =>
  world
    .list(EndpointSlices)
    .filter((slice) => slice.metadata.labels?.[managedBy] === us)
    .filter((slice) => service === undefined || serviceKeyOf(slice) === service);

/** The first pod, in the order of Services and addresses, of which the slices are wrong; undefined when all is right. */
export function difference(world: World): Difference | undefined {
  const pods = world.pods();
  for (const service of world.list(Services).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) {
    const found = differenceOf(service, pods, slicesOf(world, keyOf(service)));
    if (found) return found;
  }
  return undefined;
}

function differenceOf(
  service: Service,
  pods: readonly Pod[],
  slices: readonly EndpointSlice[],
): Difference | undefined {
  const names = new Map<string, string>();
  const want = new Facts();
  for (const pod of pods) {
    const { podIP = '', phase } = pod.status ?? {};
    if (!selects(service, pod) || !podIP || phase === 'Succeeded' || phase === 'Failed') continue;
    names.set(podIP, pod.metadata.name);
    for (const port of service.spec.ports ?? []) {
      const number = numberOf(port, pod);
      if (number !== undefined) want.add(podIP, port.name, number, stateOfPod(service, pod));
    }
  }
  const have = new Facts();
  for (const { endpoints, ports = [] } of slices) {
    for (const endpoint of endpoints ?? []) {
      for (const address of endpoint.addresses) {
        if (!names.has(address)) names.set(address, endpoint.targetRef?.name ?? address);
        for (const { name, port } of ports) have.add(address, name, port, stateOf(endpoint));
      }
    }
  }
  for (const address of [...names.keys()].sort()) {
    if (have.of(address) === want.of(address)) continue;
    return {
      service: service.metadata.name,
      pod: names.get(address)!,
      have: have.of(address),
      want: want.of(address),
    };
  }
  return undefined;
}

/** What is said of each address; said twice, it stands there twice. */
class Facts {
  readonly #facts = new Map<string, string[]>();

  add(address: string, portName: string | undefined, port: number, state: string): void {
    const facts = this.#facts.get(address) ?? [];
    this.#facts.set(address, facts);
    facts.push(`${portName ? `${portName} ` : ''}${address}:${port} ${state}`);
  }

  of(address: string): string {
    return this.#facts.get(address)?.sort().join(', ') ?? 'nothing';
  }
}

export function selects({ metadata, spec }: Service, pod: Pod): boolean {
  const selector = Object.entries(spec.selector ?? {});
  const { namespace, labels = {} } = pod.metadata;
  return (
    selector.length > 0 && namespace === metadata.namespace && selector.every(([key, value]) => labels[key] === value)
  );
}

function numberOf({ targetPort, port, protocol = 'TCP' }: ServicePort, { spec }: Pod): number | undefined {
  if (typeof targetPort !== 'string') return targetPort || port;
  const open = spec.containers.flatMap(({ ports = [] }) => ports);
  return open.find((one) => one.name === targetPort && (one.protocol ?? 'TCP') === protocol)?.containerPort;
}

function stateOfPod({ spec }: Service, { metadata, status }: Pod): string {
  const serving = isTrue(status?.conditions, 'Ready');
  const terminating = metadata.deletionTimestamp !== undefined;
  return state(spec.publishNotReadyAddresses === true || (serving && !terminating), serving, terminating);
}

/** Absent conditions mean what proxies take them for. */
export function stateOf({ conditions }: Endpoint): string {
  const ready = conditions?.ready ?? true;
  return state(ready, conditions?.serving ?? ready, conditions?.terminating ?? false);
}

const state = (ready: boolean, serving: boolean, terminating: boolean): string =>
  ready ? 'ready' : serving && terminating ? 'terminating' : 'not ready';
