// Mistake: slices are written whether they changed or not.
// Caught by: 4.7 (needless-annotation)

import {
  ApiClient,
  ApiError,
  Controller,
  controllerReference,
  type Draft,
  done,
  type Endpoint,
  type EndpointSlice,
  type EndpointSlicePort,
  EndpointSlices,
  from,
  type Informer,
  type Informers,
  isTrue,
  itself,
  type KubeObject,
  keyOf,
  matches,
  type Pod,
  Pods,
  plugin,
  type Result,
  type Service,
  type ServicePort,
  Services,
  type Source,
  selectorOfMap,
  sides,
  splitKey,
} from 'kubelab';

/** Names the Service of a slice; proxies and DNS find slices by it. */
const serviceName = 'kubernetes.io/service-name';
/** Says who looks after a slice. Others write slices too: leave those alone. */
const managedBy = 'endpointslice.kubernetes.io/managed-by';
const us = 'endpointslice-controller.k8s.io';

/** `namespace/name` of the Service that a slice belongs to; nothing if it belongs to none. */
const serviceOf = ({ metadata }: EndpointSlice): readonly string[] =>
  metadata.labels?.[serviceName] ? [`${metadata.namespace}/${metadata.labels[serviceName]}`] : [];

/** Whether a pod can be connected to at all: it has an address and has not ended. */
const canBeReached = ({ status }: Pod): boolean =>
  Boolean(status?.podIP) && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

/** A slice as it should be, without owner. Its name follows from the Service and the port numbers: `web.8080.9100`. */
function draftOf({ metadata }: Service, ports: readonly EndpointSlicePort[], endpoints: readonly Endpoint[]) {
  const { name } = metadata;
  return {
    metadata: {
      name: [name, ...ports.map(({ port }) => port)].join('.'),
      labels: { ...metadata.labels, [serviceName]: name, [managedBy]: us },
    },
    addressType: 'IPv4',
    endpoints: [...endpoints].sort((a, b) => ((a.targetRef?.name ?? '') < (b.targetRef?.name ?? '') ? -1 : 1)),
    ports,
  };
}

/** Where an endpoint comes from: for people, and for those who look for the pod's name. */
const targetOf = ({ metadata: { namespace = '', name, uid } }: Pod) => ({ kind: 'Pod', namespace, name, uid });

/** The slice that is there, with what it should say: what to update it with. */
const updated = (found: EndpointSlice, draft: Draft<EndpointSlice>): EndpointSlice =>
  ({ ...found, ...draft, metadata: { ...found.metadata, ...draft.metadata } }) as EndpointSlice;

/** For deletions: what is gone already needs no second one. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 404) throw error;
}

class EndpointsController implements Controller {
  readonly name = 'endpoints';
  readonly #client: ApiClient;
  #services!: Informer<Service>;
  #pods!: Informer<Pod>;
  #slices!: Informer<EndpointSlice>;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  sources(informers: Informers): readonly Source[] {
    this.#services = informers.of(Services);
    this.#pods = informers.of(Pods);
    this.#slices = informers.of(EndpointSlices);
    return [
      from(this.#services, itself),
      // Both sides of the change: the Service that a pod has left must hear of it too.
      from(this.#pods, (change) => sides(change).flatMap((pod) => this.#servicesOf(pod))),
      // What somebody else did to our slices we put right.
      from(this.#slices, (change) => sides(change).flatMap(serviceOf)),
    ];
  }

  async reconcile(key: string): Promise<Result> {
    const service = this.#services.get(key);
    if (!service || !hasSelector(service) || service.metadata.deletionTimestamp !== undefined) return done;
    const { namespace = '' } = splitKey(key);
    const client = this.#client.of(EndpointSlices).in(namespace);
    const wanted = this.#wanted(service);
    const ours = this.#slices
      .inNamespace(namespace)
      .filter((slice) => serviceOf(slice).includes(key) && slice.metadata.labels?.[managedBy] === us);

    // What is new comes before what goes, so that nobody finds a moment without endpoints.
    for (const draft of wanted) {
      const found = ours.find(({ metadata }) => metadata.name === draft.metadata.name);
      if (!found) await client.create(draft);
      else await client.update(updated(found, draft));
    }
    for (const { metadata } of ours) {
      if (wanted.some((draft) => draft.metadata.name === metadata.name)) continue;
      await client.delete(metadata.name, { preconditions: { uid: metadata.uid } }).catch(ignoreGone);
    }
    return done;
  }

  #servicesOf({ metadata }: Pod): readonly string[] {
    return this.#services
      .inNamespace(metadata.namespace ?? '')
      .filter((service) => selects(service, metadata))
      .map(keyOf);
  }

  /** One slice for each set of port numbers: behind a name each pod may have another number. */
  #wanted(service: Service): Draft<EndpointSlice>[] {
    const groups = new Map<string, { ports: EndpointSlicePort[]; endpoints: Endpoint[] }>();
    for (const pod of this.#pods.inNamespace(service.metadata.namespace ?? '')) {
      if (!selects(service, pod.metadata) || !canBeReached(pod)) continue;
      const ports = portsOf(service, pod);
      const key = ports.map(({ port }) => port).join();
      const group = groups.get(key) ?? { ports, endpoints: [] };
      groups.set(key, group);
      group.endpoints.push(endpointOf(service, pod));
    }
    return [...groups.values()].map(({ ports, endpoints }) => {
      const draft = draftOf(service, ports, endpoints);
      return { ...draft, metadata: { ...draft.metadata, ownerReferences: [controllerReference(service)] } };
    });
  }
}

/** Without a selector, somebody else says where the Service leads. */
const hasSelector = ({ spec }: Service): boolean => Object.keys(spec.selector ?? {}).length > 0;

const selects = (service: Service, { labels }: KubeObject['metadata']): boolean =>
  hasSelector(service) && matches(selectorOfMap(service.spec.selector), labels);

function endpointOf({ spec }: Service, pod: Pod): Endpoint {
  const serving = isTrue(pod.status?.conditions, 'Ready');
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = spec.publishNotReadyAddresses === true || (serving && !terminating);
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready, serving, terminating },
    targetRef: targetOf(pod),
    ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
  };
}

/** The Service's ports as numbers in this pod; one that the pod does not have is left out. */
function portsOf({ spec }: Service, pod: Pod): EndpointSlicePort[] {
  return (spec.ports ?? []).flatMap((servicePort) => {
    const port = numberOf(servicePort, pod);
    const { name = '', protocol = 'TCP' } = servicePort;
    return port === undefined ? [] : { name, protocol, port };
  });
}

function numberOf({ targetPort, port, protocol = 'TCP' }: ServicePort, { spec }: Pod): number | undefined {
  if (typeof targetPort !== 'string') return targetPort ?? port;
  const open = spec.containers.flatMap(({ ports }) => ports ?? []);
  return open.find((one) => one.name === targetPort && (one.protocol ?? 'TCP') === protocol)?.containerPort;
}

export default plugin({
  name: 'controller-my-endpoints',
  description: 'writes down which pods are behind each Service',
  provides: [Controller],
  bind: ({ bind }) => {
    bind(Controller).toResolvedValue((client: ApiClient) => new EndpointsController(client), [ApiClient]);
  },
});
