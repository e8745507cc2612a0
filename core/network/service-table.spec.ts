import { expect } from 'chai';
import type { Endpoint, EndpointSlice } from '../model/endpoint-slice.ts';
import type { Service } from '../model/service.ts';
import type { ServiceSpec } from '../model/service-spec.ts';
import { namesOf } from './names.ts';
import { eligible, emptyTable, frontendsOf, replaced, serviceKeyOf } from './service-table.ts';

const meta = (name: string, labels?: Record<string, string>) => ({
  name,
  namespace: 'default',
  uid: `uid-${name}`,
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
  ...(labels && { labels }),
});

const service = (spec: Partial<ServiceSpec>, labels?: Record<string, string>): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta('web', labels),
  spec: { clusterIP: '10.96.0.10', ports: [{ port: 80, protocol: 'TCP' }], ...spec },
});

const slice = (
  endpoints: readonly (string | Partial<Endpoint>)[],
  ports: readonly { name?: string; port: number }[] = [{ port: 8080 }],
  name = 'web-1',
): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: meta(name, { 'kubernetes.io/service-name': 'web' }),
  addressType: 'IPv4',
  endpoints: endpoints.map((endpoint) =>
    typeof endpoint === 'string' ? { addresses: [endpoint] } : { addresses: ['10.244.0.9'], ...endpoint },
  ),
  ports,
});

const places = (backends: readonly { address: string; port: number }[]) =>
  backends.map((backend) => `${backend.address}:${backend.port}`);

describe('service table', () => {
  it('gives one frontend for each address and port of a service', () => {
    const frontends = frontendsOf(
      service({
        type: 'LoadBalancer',
        externalIPs: ['192.0.2.7'],
        ports: [
          { name: 'http', port: 80, nodePort: 30080 },
          { name: 'dns', port: 53, protocol: 'UDP', nodePort: 30053 },
        ],
      }),
      [
        slice(
          ['10.244.0.2'],
          [
            { name: 'http', port: 8080 },
            { name: 'dns', port: 5353 },
          ],
        ),
      ],
    );
    expect(
      frontends.map((f) => `${f.id} | ${f.address}:${f.port}/${f.protocol} -> ${places(f.backends).join()}`),
    ).to.deep.equal([
      'default/web:http ClusterIP | 10.96.0.10:80/TCP -> 10.244.0.2:8080',
      'default/web:http NodePort | :30080/TCP -> 10.244.0.2:8080',
      'default/web:http ExternalIP 192.0.2.7 | 192.0.2.7:80/TCP -> 10.244.0.2:8080',
      'default/web:dns ClusterIP | 10.96.0.10:53/UDP -> 10.244.0.2:5353',
      'default/web:dns NodePort | :30053/UDP -> 10.244.0.2:5353',
      'default/web:dns ExternalIP 192.0.2.7 | 192.0.2.7:53/UDP -> 10.244.0.2:5353',
    ]);
  });

  it('takes the number of a named target port from each slice', () => {
    const [frontend] = frontendsOf(service({ ports: [{ name: 'http', port: 80, targetPort: 'web' }] }), [
      slice(['10.244.0.3'], [{ name: 'http', port: 8080 }], 'web-1'),
      slice(['10.244.0.2'], [{ name: 'http', port: 9090 }], 'web-2'),
    ]);
    expect(places(frontend?.backends ?? [])).to.deep.equal(['10.244.0.2:9090', '10.244.0.3:8080']);
  });

  it('knows affinity and traffic policies', () => {
    const of = (spec: Partial<ServiceSpec>) =>
      frontendsOf(service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }], ...spec }), []).map(
        ({ kind, affinity, local }) => ({ kind, affinity, local }),
      );
    expect(of({ sessionAffinity: 'ClientIP' })[0]?.affinity).to.equal(10_800_000);
    expect(
      of({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } })[1]?.affinity,
    ).to.equal(5000);
    expect(of({ externalTrafficPolicy: 'Local' }).map((f) => f.local)).to.deep.equal([false, true]);
    expect(of({ internalTrafficPolicy: 'Local' }).map((f) => f.local)).to.deep.equal([true, false]);
  });

  it('leaves out what has no address or is somebody else’s', () => {
    expect(frontendsOf(service({ clusterIP: 'None' }), [slice(['10.244.0.2'])])).to.deep.equal([]);
    expect(frontendsOf(service({ type: 'ExternalName', externalName: 'example.com' }), [])).to.deep.equal([]);
    expect(frontendsOf(service({}, { 'service.kubernetes.io/service-proxy-name': 'mine' }), [])).to.deep.equal([]);
  });

  it('sends new connections to ready backends, and to those that still serve when nobody is ready', () => {
    const ready = { addresses: ['10.244.0.2'], nodeName: 'node-1', conditions: { ready: true } };
    const leaving = { addresses: ['10.244.0.3'], conditions: { ready: false, serving: true, terminating: true } };
    const starting = { addresses: ['10.244.0.4'], conditions: { ready: false, serving: false } };
    const take = (...endpoints: Partial<Endpoint>[]) =>
      places(eligible(frontendsOf(service({}), [slice(endpoints)])[0]!));
    expect(take(ready, leaving, starting)).to.deep.equal(['10.244.0.2:8080']);
    expect(take(leaving, starting)).to.deep.equal(['10.244.0.3:8080']);
    expect(take(starting)).to.deep.equal([]);
  });

  it('keeps to the node with policy Local, when it knows its node', () => {
    const slices = [
      slice([
        { addresses: ['10.244.0.2'], nodeName: 'node-0' },
        { addresses: ['10.244.1.2'], nodeName: 'node-1' },
      ]),
    ];
    const [frontend] = frontendsOf(service({ internalTrafficPolicy: 'Local' }), slices);
    expect(places(eligible(frontend!, 'node-1'))).to.deep.equal(['10.244.1.2:8080']);
    expect(places(eligible(frontend!))).to.have.length(2);
  });

  it('tells which frontends changed, and keeps the others as they are', () => {
    const before = frontendsOf(service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }), [
      slice(['10.244.0.2']),
    ]);
    const first = replaced(emptyTable, [{ previous: [], next: before }]);
    expect([...first.changed]).to.deep.equal(['default/web ClusterIP', 'default/web NodePort']);

    const same = frontendsOf(service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }), [
      slice(['10.244.0.2']),
    ]);
    expect(replaced(first.table, [{ previous: before, next: same }]).table).to.equal(first.table);

    const clusterOnly = frontendsOf(service({}), [slice(['10.244.0.2'])]);
    const second = replaced(first.table, [{ previous: before, next: clusterOnly }]);
    expect([...second.changed]).to.deep.equal(['default/web NodePort']);
    expect(second.table.frontends.get('default/web ClusterIP')).to.equal(
      first.table.frontends.get('default/web ClusterIP'),
    );
    expect(first.table.frontends.size, 'a table that was handed out does not change').to.equal(2);
  });

  it('finds the service of a slice by its label', () => {
    expect(serviceKeyOf(slice([]))).to.equal('default/web');
    expect(serviceKeyOf({ ...slice([]), metadata: meta('other') })).to.equal(undefined);
  });
});

describe('names', () => {
  it('gives a service its address', () => {
    expect(namesOf(service({}), [])).to.deep.equal([
      { name: 'web.default.svc.cluster.local', addresses: ['10.96.0.10'] },
    ]);
  });

  it('makes a service outside the cluster another name for that', () => {
    const outside = service({ type: 'ExternalName', externalName: 'db.example.com', clusterIP: '' });
    expect(namesOf(outside, [])).to.deep.equal([
      { name: 'web.default.svc.cluster.local', addresses: [], alias: 'db.example.com' },
    ]);
  });

  it('gives a headless service its ready pods, and each pod its own name', () => {
    const slices = [
      slice([
        { addresses: ['10.244.0.3'], hostname: 'web-1' },
        { addresses: ['10.244.0.2'], hostname: 'web-0' },
        { addresses: ['10.244.0.4'] },
        { addresses: ['10.244.0.5'], conditions: { ready: false } },
      ]),
    ];
    expect(namesOf(service({ clusterIP: 'None' }), slices, 'lab.test')).to.deep.equal([
      { name: 'web.default.svc.lab.test', addresses: ['10.244.0.2', '10.244.0.3', '10.244.0.4'] },
      { name: '10-244-0-4.web.default.svc.lab.test', addresses: ['10.244.0.4'] },
      { name: 'web-0.web.default.svc.lab.test', addresses: ['10.244.0.2'] },
      { name: 'web-1.web.default.svc.lab.test', addresses: ['10.244.0.3'] },
    ]);
  });
});
