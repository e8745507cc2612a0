// Right, another way: each pod has a slice of its own, so that a change of one pod writes one small object. Proxies put the slices
// together. Many pods make many slices; Kubernetes has up to a hundred endpoints in one.

import {
  ApiClient,
  type Change,
  Controller,
  controllerReference,
  done,
  type EndpointSlice,
  EndpointSlices,
  type Informers,
  isTrue,
  keyOf,
  type Pod,
  Pods,
  plugin,
  type Result,
  type Service,
  type ServicePort,
  Services,
  type Source,
  semanticEqual,
} from 'kubelab';

const serviceLabel = 'kubernetes.io/service-name';
const managerLabel = 'endpointslice.kubernetes.io/managed-by';
const manager = 'endpointslice-controller.k8s.io';

class SliceForEachPod implements Controller {
  readonly name = 'endpoints';
  readonly workers = 3;
  readonly #client: ApiClient;
  #informers!: Informers;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** Whatever happens to a pod, all Services of its namespace are looked at: simple, and right. */
  sources(informers: Informers): readonly Source[] {
    this.#informers = informers;
    const services = informers.of(Services);
    const itsServices = ({ object }: Change) => services.inNamespace(object.metadata.namespace ?? '').map(keyOf);
    const itsService = ({ object: { metadata } }: Change) => {
      const name = metadata.labels?.[serviceLabel];
      return name ? [`${metadata.namespace}/${name}`] : [];
    };
    return [
      { informer: services, keys: ({ object }) => [keyOf(object)] },
      { informer: informers.of(Pods), keys: itsServices },
      { informer: informers.of(EndpointSlices), keys: itsService },
    ] as readonly Source[];
  }

  async reconcile(key: string): Promise<Result> {
    const service = this.#informers.of(Services).get(key);
    const selector = Object.entries(service?.spec.selector ?? {});
    if (!service || selector.length === 0 || service.metadata.deletionTimestamp) return done;
    const { namespace = '', name } = service.metadata;
    const client = this.#client.of(EndpointSlices).in(namespace);

    const wanted = new Map<string, EndpointSlice>();
    for (const pod of this.#informers.of(Pods).inNamespace(namespace)) {
      const selected = selector.every(([label, value]) => pod.metadata.labels?.[label] === value);
      const over = ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '');
      if (selected && !over && pod.status?.podIP) wanted.set(`${name}.${pod.metadata.uid}`, sliceOf(service, pod));
    }
    const found = new Map<string, EndpointSlice>();
    for (const slice of this.#informers.of(EndpointSlices).inNamespace(namespace)) {
      const { labels } = slice.metadata;
      if (labels?.[serviceLabel] === name && labels[managerLabel] === manager) found.set(slice.metadata.name, slice);
    }

    for (const [id, slice] of wanted) {
      const old = found.get(id);
      if (!old) await client.create({ ...slice, metadata: { ...slice.metadata, name: id } });
      else if (!semanticEqual(contents(old), contents(slice))) {
        const { ownerReferences, labels } = slice.metadata;
        const { resourceVersion } = old.metadata;
        await client.patch(id, { ...contents(slice), metadata: { resourceVersion, labels, ownerReferences } });
      }
    }
    for (const [id, { metadata }] of found) {
      if (!wanted.has(id)) await client.delete(id, { preconditions: { uid: metadata.uid } });
    }
    return done;
  }
}

/** All that the controller answers for. */
const contents = ({ metadata, endpoints, ports }: EndpointSlice) => ({
  metadata: { labels: metadata.labels, ownerReferences: metadata.ownerReferences },
  endpoints,
  ports,
});

function sliceOf(service: Service, pod: Pod): EndpointSlice {
  const serving = isTrue(pod.status?.conditions, 'Ready');
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const { namespace = '', name, uid } = pod.metadata;
  return {
    metadata: {
      labels: { [serviceLabel]: service.metadata.name, [managerLabel]: manager },
      ownerReferences: [controllerReference(service)],
    },
    addressType: 'IPv4',
    endpoints: [
      {
        addresses: [pod.status?.podIP],
        nodeName: pod.spec.nodeName,
        targetRef: { kind: 'Pod', namespace, name, uid },
        conditions: { ready: service.spec.publishNotReadyAddresses || (serving && !terminating), serving, terminating },
      },
    ],
    ports: (service.spec.ports ?? []).flatMap((port) => {
      const number = resolve(port, pod);
      return number ? [{ name: port.name ?? '', protocol: port.protocol ?? 'TCP', port: number }] : [];
    }),
  } as unknown as EndpointSlice;
}

function resolve({ targetPort, port, protocol = 'TCP' }: ServicePort, pod: Pod): number | undefined {
  if (typeof targetPort !== 'string') return targetPort || port;
  for (const container of pod.spec.containers) {
    for (const open of container.ports ?? []) {
      if (open.name === targetPort && (open.protocol ?? 'TCP') === protocol) return open.containerPort;
    }
  }
  return undefined;
}

export default plugin({
  name: 'controller-slice-for-each-pod',
  description: 'a slice for each pod of each Service',
  provides: [Controller],
  bind: ({ bind }) => {
    bind(Controller).toResolvedValue((client: ApiClient) => new SliceForEachPod(client), [ApiClient]);
  },
});
