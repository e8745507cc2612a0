// Service allocation: gives each Service an address and, if it wants them, ports on the nodes; no two the same.
//
//   const allocation = await services.allocate(Services, next, current);    takes what is new
//   allocation.object                                                       the Service with its addresses
//   allocation.settle()   stored: what it no longer uses is free again      allocation.undo()   not stored
//
// What is taken is read from the Services in the store when it is first asked for.
// In real Kubernetes: the ranges are objects in etcd, so that several API servers agree; a repair loop checks them.

import type { Random } from '../../contracts/random.ts';
import type { Store } from '../../contracts/store.ts';
import type { KubeObject } from '../../model/meta.ts';
import type { Resource } from '../../model/resource.ts';
import { type Service, Services } from '../../model/service.ts';
import type { ServiceSpec } from '../../model/service-spec.ts';
import { ApiError, invalid } from '../../model/status.ts';
import { prefixOf } from '../keys.ts';
import { formatIPv4, parseIPv4, parseRange } from './ipv4.ts';
import { NumberPool } from './number-pool.ts';
import { headless, inUse, keepAddresses, wantsClusterIP, wantsNodePorts, withPorts } from './service-wants.ts';

export interface ServiceRanges {
  /** Where addresses of Services come from: `10.96.0.0/16` unless told. */
  readonly clusterIPs?: string;
  /** `[30000, 32767]` unless told. */
  readonly nodePorts?: readonly [number, number];
}

export interface Allocation {
  readonly object: KubeObject;
  undo(): void;
  settle(): void;
}

const reservedIPs = 256;
const reservedPorts = 86;

export class ServiceAllocation {
  readonly #store: Store;
  readonly #ranges: Required<ServiceRanges>;
  readonly #ips: NumberPool;
  readonly #ports: NumberPool;
  #filled: Promise<void> | undefined;

  constructor(store: Store, random: Random, ranges: ServiceRanges = {}) {
    this.#store = store;
    this.#ranges = { clusterIPs: ranges.clusterIPs ?? '10.96.0.0/16', nodePorts: ranges.nodePorts ?? [30_000, 32_767] };
    const { first, last } = parseRange(this.#ranges.clusterIPs);
    this.#ips = new NumberPool(first, last, Math.min(reservedIPs, (last - first) >> 4), random.fork('cluster-ips'));
    this.#ports = new NumberPool(...this.#ranges.nodePorts, reservedPorts, random.fork('node-ports'));
  }

  /** What the client left blank and the Service has. Other kinds come back as they are. */
  keep(resource: Resource, next: KubeObject, current: KubeObject): KubeObject {
    return isService(resource) ? keepAddresses(next as Service, current as Service) : next;
  }

  /** @throws ApiError 422 when a wish cannot be granted. */
  allocate(resource: Resource, object: KubeObject, previous: KubeObject | undefined): Promise<Allocation> | Allocation {
    return isService(resource) ? this.#allocate(object, previous) : { object, undo: nothing, settle: nothing };
  }

  async #allocate(object: KubeObject, previous: KubeObject | undefined): Promise<Allocation> {
    this.#filled ??= this.#fill();
    await this.#filled;
    const before = inUse(previous as Service | undefined);
    const taken: (() => void)[] = [];
    const undo = () => {
      for (const release of taken.splice(0)) release();
    };
    try {
      const service = object as Service;
      const spec = this.#withNodePorts(
        service,
        this.#withClusterIP(service, service.spec, before.ip, taken),
        before.nodePorts,
        taken,
      );
      const next = spec === service.spec ? service : { ...service, spec };
      return { object: next, undo, settle: () => this.#releaseUnused(previous, next) };
    } catch (error) {
      undo();
      throw error;
    }
  }

  /** Gives back what a deleted Service had. */
  release(resource: Resource, object: KubeObject): void {
    if (isService(resource)) this.#releaseUnused(object, undefined);
  }

  async #fill(): Promise<void> {
    for (const { value } of (await this.#store.list(prefixOf(Services as Resource))).items) {
      const { ip, nodePorts } = inUse(value as Service);
      const address = ip === undefined ? undefined : parseIPv4(ip);
      if (address !== undefined) this.#ips.take(address);
      for (const port of nodePorts) this.#ports.take(port);
    }
  }

  #withClusterIP(service: Service, spec: ServiceSpec, had: string | undefined, taken: (() => void)[]): ServiceSpec {
    if (spec.type === 'ExternalName') return spec;
    const families = { ipFamilies: spec.ipFamilies ?? ['IPv4'], ipFamilyPolicy: spec.ipFamilyPolicy ?? 'SingleStack' };
    if (!wantsClusterIP(spec)) return { ...spec, clusterIP: headless, clusterIPs: [headless], ...families };
    if (spec.clusterIP && spec.clusterIP === had) return spec;
    const refuse = (why: string) => {
      const value = JSON.stringify(spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []));
      return refusal(service, 'spec.clusterIPs', `Invalid value: ${value}: ${why}`);
    };
    const address = spec.clusterIP ? parseIPv4(spec.clusterIP) : this.#ips.draw();
    if (address === undefined) {
      throw spec.clusterIP ? refuse('must be a valid IP address') : noneLeft('ServiceIP', 'range is full');
    }
    const ip = formatIPv4(address);
    if (spec.clusterIP) {
      if (!this.#ips.includes(address)) {
        throw refuse(
          `failed to allocate IP ${ip}: the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${this.#ranges.clusterIPs}`,
        );
      }
      if (!this.#ips.take(address)) throw refuse(`failed to allocate IP ${ip}: provided IP is already allocated`);
    }
    taken.push(() => this.#ips.release(address));
    return { ...spec, clusterIP: ip, clusterIPs: [ip], ...families };
  }

  #withNodePorts(service: Service, spec: ServiceSpec, had: ReadonlySet<number>, taken: (() => void)[]): ServiceSpec {
    if (!wantsNodePorts(spec)) return spec;
    const own = new Set(had);
    const byPort = new Map<number, number>();
    let at = -1;
    return withPorts(spec, (port) => {
      at += 1;
      // TCP and UDP of one port number share a node port, unless the client says otherwise.
      const nodePort = port.nodePort || byPort.get(port.port) || this.#ports.draw();
      if (!nodePort) throw noneLeft('NodePort', 'range is full');
      const isDrawn = !port.nodePort && byPort.get(port.port) !== nodePort;
      if (port.nodePort && !own.has(nodePort)) {
        const refuse = (why: string) =>
          refusal(service, `spec.ports[${at}].nodePort`, `Invalid value: ${nodePort}: ${why}`);
        const [first, last] = this.#ranges.nodePorts;
        if (!this.#ports.includes(nodePort)) {
          throw refuse(`provided port is not in the valid range. The range of valid ports is ${first}-${last}`);
        }
        if (!this.#ports.take(nodePort)) throw refuse('provided port is already allocated');
      }
      if (!own.has(nodePort) && (isDrawn || port.nodePort)) taken.push(() => this.#ports.release(nodePort));
      own.add(nodePort);
      byPort.set(port.port, nodePort);
      return { ...port, nodePort };
    });
  }

  #releaseUnused(previous: KubeObject | undefined, next: KubeObject | undefined): void {
    const before = inUse(previous as Service | undefined);
    const after = inUse(next as Service | undefined);
    const address = before.ip !== undefined && before.ip !== after.ip ? parseIPv4(before.ip) : undefined;
    if (address !== undefined) this.#ips.release(address);
    for (const port of before.nodePorts) if (!after.nodePorts.has(port)) this.#ports.release(port);
  }
}

const nothing = (): void => undefined;

const isService = ({ group, kind }: Resource): boolean => group === '' && kind === 'Service';

const refusal = ({ metadata }: Service, field: string, message: string): ApiError =>
  invalid(Services, metadata.name, [{ reason: 'FieldValueInvalid', message, field }]);

const noneLeft = (what: string, why: string): ApiError =>
  new ApiError(500, 'InternalError', `failed to allocate a ${what}: ${why}`);
