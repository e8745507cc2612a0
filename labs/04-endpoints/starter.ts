// Endpoints controller: writes down, for each Service with a selector, where its pods can be reached. Above the line is what
// is given; below it is your part. README.md tells the idea; `npx kubelab lab check` says how far you are.
//
//   what changes > which Services that concerns > wanted slices, from the caches > compare with those there are > write
//
// Fails at first:
//   4.1  no slice is made: reconcile does nothing yet
//   4.2  the same: there is no slice that could have the right port
//   4.3  the same: no pod is in a slice, ready or not
//   4.4  the same: a pod on its way out is in no slice either
//   4.5  the same: a pod with other labels does not come in anywhere
//   4.6  the same: your Services lead nowhere
//   4.7  the same: it waits for slices before it looks for needless writes
//   4.8  the same: a Service that leads nowhere is empty from the start
//   4.9  the same: late news or not, nothing is written
//   4.10 the same: nothing is written, so nothing is tried again

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
  semanticEqual,
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

/** Whether there is nothing to update. Absent, empty and undefined are the same, as for Kubernetes. */
const saysTheSame = (found: EndpointSlice, draft: Draft<EndpointSlice>): boolean =>
  semanticEqual(found.endpoints, draft.endpoints) &&
  semanticEqual(found.ports, draft.ports) &&
  semanticEqual(found.metadata.labels, draft.metadata.labels) &&
  semanticEqual(found.metadata.ownerReferences, draft.metadata.ownerReferences);

/** For deletions: what is gone already needs no second one. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 404) throw error;
}

// ---------------------------------------------------------------------------------------------------------------------

class EndpointsController implements Controller {
  readonly name = 'endpoints';
  readonly #client: ApiClient;
  #services!: Informer<Service>;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** Asks for the caches that you need, and says which Services (by key, `namespace/name`) each change concerns. */
  sources(informers: Informers): readonly Source[] {
    this.#services = informers.of(Services);
    return [from(this.#services, itself)];
  }

  /** Makes the slices of one Service right. Called whenever something that concerns it changed, and safe to call again. */
  async reconcile(key: string): Promise<Result> {
    const service = this.#services.get(key);
    if (!service) return done;
    // 1. Which pods does the Service select, and what is each to those who connect (endpoint, ports)?
    // 2. Which slices should there be (draftOf), and which are there?
    // 3. Create, update and delete what differs: this.#client.of(EndpointSlices).in(namespace)
    return done;
  }
}

export default plugin({
  name: 'controller-my-endpoints',
  description: 'writes down which pods are behind each Service',
  provides: [Controller],
  bind: ({ bind }) => {
    bind(Controller).toResolvedValue((client: ApiClient) => new EndpointsController(client), [ApiClient]);
  },
});
