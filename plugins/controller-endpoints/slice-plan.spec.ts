import { expect } from 'chai';
import fc from 'fast-check';
import type { EndpointSlice } from '../../core/model/endpoint-slice.ts';
import type { Draft } from '../../core/model/meta.ts';
import type { Pod } from '../../core/model/pod.ts';
import type { Service } from '../../core/model/service.ts';
import { makePod } from '../../core/testing/objects.ts';
import { runs } from '../../core/testing/runs.ts';
import { planSlices } from './slice-plan.ts';

const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'web',
    namespace: 'default',
    uid: 'uid-web',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  spec: { clusterIP: '10.96.0.10', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }] },
};

const pod = (number: number, ready = true): Pod => ({
  ...makePod(`web-${String(number).padStart(4, '0')}`, { nodeName: 'node-0' }),
  status: {
    phase: 'Running',
    podIP: `10.244.${number >> 8}.${number & 255}`,
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
  },
});
const pods = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => pod(from + at));

let count = 0;
/** What the API would make of it. */
const stored = (draft: Draft<EndpointSlice>): EndpointSlice => {
  count += 1;
  const { ownerReferences = [], labels = {} } = draft.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...service.metadata,
      name: `web-${String(count).padStart(6, '0')}`,
      uid: `uid-${count}`,
      ownerReferences,
      labels,
    },
    addressType: draft.addressType,
    endpoints: draft.endpoints,
    ...(draft.ports && { ports: draft.ports }),
  };
};

const carriedOut = (existing: readonly EndpointSlice[], wanted: readonly Pod[], of = service): EndpointSlice[] => {
  const plan = planSlices(of, wanted, existing);
  const updated = new Map(plan.update.map((slice) => [slice.metadata.name, slice]));
  return existing
    .filter((slice) => !plan.remove.includes(slice))
    .map((slice) => updated.get(slice.metadata.name) ?? slice)
    .concat(plan.create.map(stored));
};

const addressesIn = (slices: readonly EndpointSlice[]) =>
  slices.flatMap((slice) => slice.endpoints.flatMap((endpoint) => endpoint.addresses));
const writes = ({ create, update, remove }: ReturnType<typeof planSlices>) => [
  create.length,
  update.length,
  remove.length,
];

describe('slice plan', () => {
  it('puts a hundred endpoints into a slice, and the rest into the next', () => {
    const slices = carriedOut([], pods(0, 250));
    expect(slices.map((slice) => slice.endpoints.length)).to.deep.equal([100, 100, 50]);
    expect(slices[0]?.ports).to.deep.equal([{ name: '', port: 8080, protocol: 'TCP' }]);
    expect(slices[0]?.metadata.labels).to.deep.equal({
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': 'web',
    });
    expect(slices[0]?.endpoints[0]).to.deep.equal({
      addresses: ['10.244.0.0'],
      conditions: { ready: true, serving: true, terminating: false },
      targetRef: { kind: 'Pod', namespace: 'default', name: 'web-0000', uid: 'uid-web-0000' },
      nodeName: 'node-0',
    });
  });

  it('plans nothing when all is as it should be', () => {
    const slices = carriedOut([], pods(0, 250));
    expect(writes(planSlices(service, pods(0, 250).reverse(), slices))).to.deep.equal([0, 0, 0]);
  });

  it('writes one slice when one pod comes, changes or goes', () => {
    const slices = carriedOut([], pods(0, 250));
    expect(writes(planSlices(service, pods(0, 251), slices))).to.deep.equal([0, 1, 0]);
    expect(writes(planSlices(service, [...pods(0, 249), pod(249, false)], slices))).to.deep.equal([0, 1, 0]);
    expect(writes(planSlices(service, pods(1, 250), slices))).to.deep.equal([0, 1, 0]);
    // One goes and one comes: the newcomer takes the free place.
    expect(writes(planSlices(service, pods(1, 251), slices))).to.deep.equal([0, 1, 0]);
  });

  it('removes a slice that nobody is in any more, but keeps one for a Service without pods', () => {
    const slices = carriedOut([], pods(0, 250));
    expect(writes(planSlices(service, pods(0, 200), slices))).to.deep.equal([0, 0, 1]);
    const empty = carriedOut(slices, []);
    expect(empty.map(({ endpoints, ports }) => ({ endpoints, ports }))).to.deep.equal([{ endpoints: [], ports: [] }]);
    expect(writes(planSlices(service, [], empty))).to.deep.equal([0, 0, 0]);
    expect(carriedOut(empty, pods(0, 1)).map((slice) => slice.endpoints.length)).to.deep.equal([1]);
  });

  it('separates pods in which a named port is another number', () => {
    const named: Service = {
      ...service,
      spec: { ...service.spec, ports: [{ name: 'http', port: 80, targetPort: 'web' }] },
    };
    const listening = (number: number, containerPort: number): Pod => {
      const { spec, ...rest } = pod(number);
      return {
        ...rest,
        spec: {
          ...spec,
          containers: [{ name: 'main', image: 'kubelab/web', ports: [{ name: 'web', containerPort }] }],
        },
      };
    };
    const slices = carriedOut([], [listening(0, 8080), listening(1, 9090), listening(2, 8080)], named);
    expect(slices.map(({ ports, endpoints }) => [ports?.[0]?.port, endpoints.length])).to.deep.equal([
      [8080, 2],
      [9090, 1],
    ]);
  });

  it('replaces slices that belong to a Service of the same name that is gone', () => {
    const slices = carriedOut([], pods(0, 1));
    const successor = { ...service, metadata: { ...service.metadata, uid: 'uid-of-successor' } };
    expect(writes(planSlices(successor, pods(0, 1), slices))).to.deep.equal([1, 0, 1]);
  });

  it('lists each pod once, a hundred in a slice at most, whatever came before', () => {
    const someNumbers = fc.uniqueArray(fc.integer({ min: 0, max: 260 }), { maxLength: 260 });
    fc.assert(
      fc.property(fc.array(someNumbers, { minLength: 1, maxLength: 6 }), (history) => {
        let slices: EndpointSlice[] = [];
        for (const numbers of history) {
          const wanted = numbers.map((number) => pod(number));
          slices = carriedOut(slices, wanted);
          const listed = addressesIn(slices);
          expect([...listed].sort()).to.deep.equal(wanted.map(({ status }) => status?.podIP).sort());
          expect(slices.length).to.be.at.least(1);
          for (const slice of slices) expect(slice.endpoints.length).to.be.at.most(100);
          expect(writes(planSlices(service, wanted, slices)), 'a second look').to.deep.equal([0, 0, 0]);
        }
      }),
      runs(60, 2),
    );
  });
});
