import { expect } from 'chai';
import { Components } from './component.ts';
import { Deployments } from './deployment.ts';
import { EndpointSlices } from './endpoint-slice.ts';
import { Endpointses } from './endpoints.ts';
import { Events } from './event.ts';
import { builtinResources } from './index.ts';
import { Nodes } from './node.ts';
import { PodDisruptionBudgets } from './pod-disruption-budget.ts';
import { PriorityClasses } from './priority-class.ts';
import type { Resource } from './resource.ts';
import { born, metadata, now, row } from './row.fixture.ts';
import { samples } from './samples.fixture.ts';
import { Services } from './service.ts';

const header = (resource: Resource): string => resource.columns!.map((column) => column.name.toUpperCase()).join(' ');

describe('columns', () => {
  it('can be filled for every kind', () => {
    for (const resource of builtinResources) {
      expect(resource.columns, resource.kind).not.to.equal(undefined);
      const object = resource.default?.(samples[resource.plural]!) ?? samples[resource.plural]!;
      for (const column of resource.columns!) {
        expect(column.cell(object, now), `${resource.kind} ${column.name}`).not.to.equal(undefined);
      }
    }
  });

  it('have the names that kubectl shows', () => {
    const headers = Object.fromEntries(builtinResources.map((one) => [one.plural, header(one)]));
    expect(headers).to.deep.equal({
      pods: 'NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES',
      nodes: 'NAME STATUS ROLES AGE VERSION INTERNAL-IP EXTERNAL-IP OS-IMAGE KERNEL-VERSION CONTAINER-RUNTIME',
      namespaces: 'NAME STATUS AGE',
      services: 'NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE SELECTOR',
      endpoints: 'NAME ENDPOINTS AGE',
      endpointslices: 'NAME ADDRESSTYPE PORTS ENDPOINTS AGE',
      replicasets: 'NAME DESIRED CURRENT READY AGE CONTAINERS IMAGES SELECTOR',
      replicationcontrollers: 'NAME DESIRED CURRENT READY AGE CONTAINERS IMAGES SELECTOR',
      deployments: 'NAME READY UP-TO-DATE AVAILABLE AGE CONTAINERS IMAGES SELECTOR',
      daemonsets: 'NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE SELECTOR AGE CONTAINERS IMAGES SELECTOR',
      statefulsets: 'NAME READY AGE CONTAINERS IMAGES',
      controllerrevisions: 'NAME CONTROLLER REVISION AGE',
      cronjobs: 'NAME SCHEDULE TIMEZONE SUSPEND ACTIVE LAST SCHEDULE AGE CONTAINERS IMAGES SELECTOR',
      ingresses: 'NAME CLASS HOSTS ADDRESS PORTS AGE',
      ingressclasses: 'NAME CONTROLLER PARAMETERS AGE',
      networkpolicies: 'NAME POD-SELECTOR AGE',
      jobs: 'NAME STATUS COMPLETIONS DURATION AGE CONTAINERS IMAGES SELECTOR',
      serviceaccounts: 'NAME SECRETS AGE',
      secrets: 'NAME TYPE DATA AGE',
      configmaps: 'NAME DATA AGE',
      events: 'LAST SEEN TYPE REASON OBJECT SUBOBJECT SOURCE MESSAGE FIRST SEEN COUNT NAME',
      leases: 'NAME HOLDER AGE',
      priorityclasses: 'NAME VALUE GLOBAL-DEFAULT AGE PREEMPTIONPOLICY',
      poddisruptionbudgets: 'NAME MIN AVAILABLE MAX UNAVAILABLE ALLOWED DISRUPTIONS AGE',
      persistentvolumes:
        'NAME CAPACITY ACCESS MODES RECLAIM POLICY STATUS CLAIM STORAGECLASS VOLUMEATTRIBUTESCLASS REASON AGE VOLUMEMODE',
      persistentvolumeclaims:
        'NAME STATUS VOLUME CAPACITY ACCESS MODES STORAGECLASS VOLUMEATTRIBUTESCLASS AGE VOLUMEMODE',
      storageclasses: 'NAME PROVISIONER RECLAIMPOLICY VOLUMEBINDINGMODE ALLOWVOLUMEEXPANSION AGE',
      roles: 'NAME CREATED AT',
      rolebindings: 'NAME ROLE AGE USERS GROUPS SERVICEACCOUNTS',
      clusterroles: 'NAME CREATED AT',
      clusterrolebindings: 'NAME ROLE AGE USERS GROUPS SERVICEACCOUNTS',
      components: 'NAME SLOT PLUGIN STATUS RESTARTS AGE MESSAGE',
    });
  });

  it('of nodes', () => {
    const node = (status: string | undefined, spec: object = {}, labels: object = {}) => ({
      metadata: { ...metadata, labels },
      spec,
      status: { nodeInfo: { kubeletVersion: 'v1.32.0' }, ...(status && { conditions: [{ type: 'Ready', status }] }) },
    });
    expect(row(Nodes, node('True'))).to.equal('web  Ready  <none>  5m12s  v1.32.0');
    expect(row(Nodes, node('Unknown', { unschedulable: true }))).to.equal(
      'web  NotReady,SchedulingDisabled  <none>  5m12s  v1.32.0',
    );
    const roles = { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/control-plane': '' };
    expect(row(Nodes, node(undefined, {}, roles))).to.equal('web  Unknown  control-plane,worker  5m12s  v1.32.0');
  });

  it('of services', () => {
    const service = (spec: object, status = {}) => ({ metadata, spec, status });
    const rows: [string, object][] = [
      [
        'web  ClusterIP  10.96.0.1  <none>  80/TCP  5m12s',
        service({ type: 'ClusterIP', clusterIP: '10.96.0.1', ports: [{ port: 80, protocol: 'TCP' }] }),
      ],
      [
        'web  NodePort  10.96.0.1  <none>  80:30080/TCP,53/UDP  5m12s',
        service({
          type: 'NodePort',
          clusterIP: '10.96.0.1',
          ports: [
            { port: 80, nodePort: 30080 },
            { port: 53, protocol: 'UDP' },
          ],
        }),
      ],
      ['web  ClusterIP  None  <none>  <none>  5m12s', service({ type: 'ClusterIP', clusterIP: 'None' })],
      [
        'web  LoadBalancer  10.96.0.1  <pending>  80/TCP  5m12s',
        service({ type: 'LoadBalancer', clusterIP: '10.96.0.1', ports: [{ port: 80 }] }),
      ],
      [
        'web  LoadBalancer  10.96.0.1  127.0.0.1  80/TCP  5m12s',
        service(
          { type: 'LoadBalancer', clusterIP: '10.96.0.1', ports: [{ port: 80 }] },
          { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } },
        ),
      ],
      [
        'web  ExternalName  <none>  example.com  <none>  5m12s',
        service({ type: 'ExternalName', externalName: 'example.com' }),
      ],
    ];
    for (const [wanted, object] of rows) expect(row(Services, object)).to.equal(wanted);
  });

  it('of endpoints, three at most', () => {
    const ips = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'];
    const subsets = [{ addresses: ips.map((ip) => ({ ip })), ports: [{ port: 80 }] }];
    expect(row(Endpointses, { metadata, subsets })).to.equal(
      'web  10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more...  5m12s',
    );
    expect(row(Endpointses, { metadata })).to.equal('web  <none>  5m12s');
    const slice = {
      metadata,
      addressType: 'IPv4',
      ports: [{ port: 80 }],
      endpoints: ips.map((ip) => ({ addresses: [ip] })),
    };
    expect(row(EndpointSlices, slice)).to.equal('web  IPv4  80  10.0.0.1,10.0.0.2,10.0.0.3 + 2 more...  5m12s');
    expect(row(EndpointSlices, { metadata, addressType: 'IPv4', endpoints: [] })).to.equal(
      'web  IPv4  <unset>  <unset>  5m12s',
    );
  });

  it('of deployments', () => {
    const deployment = {
      metadata,
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' } },
        template: {
          spec: {
            containers: [
              { name: 'a', image: 'x:1' },
              { name: 'b', image: 'y:2' },
            ],
          },
        },
      },
      status: { readyReplicas: 1, updatedReplicas: 3, availableReplicas: 1 },
    };
    expect(row(Deployments, deployment, true)).to.equal('web  1/3  3  1  5m12s  a,b  x:1,y:2  app=web');
  });

  it('of events', () => {
    const event = {
      metadata,
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off restarting\n',
      involvedObject: { kind: 'Pod', name: 'web-1', fieldPath: 'spec.containers{web}' },
      source: { component: 'kubelet', host: 'node-1' },
      firstTimestamp: born,
      lastTimestamp: '2026-01-01T00:05:00Z',
      count: 4,
    };
    expect(row(Events, event)).to.equal('12s  Warning  BackOff  pod/web-1  Back-off restarting');
    expect(row(Events, event, true)).to.equal(
      '12s  Warning  BackOff  pod/web-1  spec.containers{web}  kubelet, node-1  Back-off restarting  5m12s  4  web',
    );
  });

  it('of priority classes and disruption budgets', () => {
    const high = { metadata, value: 1000, preemptionPolicy: 'Never' };
    expect(row(PriorityClasses, high)).to.equal('web  1000  false  5m12s  Never');
    const status = { disruptionsAllowed: 2 };
    expect(row(PodDisruptionBudgets, { metadata, spec: { minAvailable: 3 }, status })).to.equal(
      'web  3  N/A  2  5m12s',
    );
    expect(row(PodDisruptionBudgets, { metadata, spec: { maxUnavailable: '25%' } })).to.equal(
      'web  N/A  25%  0  5m12s',
    );
  });

  it('of components', () => {
    const component = {
      metadata,
      spec: { slot: 'Scheduler', plugin: 'mine' },
      status: { state: 'CrashLoopBackOff', restarts: 2, message: 'place(default/web-1) did not return, mine.ts:14' },
    };
    expect(row(Components, component)).to.equal(
      'web  Scheduler  mine  CrashLoopBackOff  2  5m12s  place(default/web-1) did not return, mine.ts:14',
    );
  });
});
