import { expect } from 'chai';
import { Deployments } from './deployment.ts';
import { builtinResources } from './index.ts';
import type { KubeObject } from './meta.ts';
import { Namespaces } from './namespace.ts';
import { Nodes } from './node.ts';
import { Pods } from './pod.ts';
import { pullPolicy } from './pod-defaults.ts';
import { qualityOfService } from './quality-of-service.ts';
import { ReplicationControllers } from './replication-controller.ts';
import type { Resource } from './resource.ts';
import { samples } from './samples.fixture.ts';
import { Secrets } from './secret.ts';
import { Services } from './service.ts';

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}

const metadata = {
  name: 'web',
  namespace: 'default',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
};

/** What `default` makes of an object with this rest; frozen, so that a change of the input would throw. */
const defaulted = <T extends KubeObject>(resource: Resource<T>, rest: object): T =>
  resource.default!(freeze({ apiVersion: 'v1', kind: resource.kind, metadata, ...rest }) as unknown as T);

describe('defaults', () => {
  for (const resource of builtinResources) {
    if (!resource.default) continue;
    it(`of a ${resource.kind} change nothing the second time, and never the input`, () => {
      const once = resource.default!(freeze(samples[resource.plural]!));
      expect(resource.default!(freeze(once))).to.equal(once);
    });

    it(`of a ${resource.kind} leave what is of no proper shape to the rules`, () => {
      for (const junk of [null, 1, 'x', [], [null], { a: 1 }]) {
        for (const key of ['spec', 'status', 'data', 'stringData', 'subsets', 'ports']) {
          expect(() => resource.default!({ ...samples[resource.plural]!, [key]: junk } as KubeObject)).not.to.throw();
        }
      }
    });
  }

  it('fill in a pod', () => {
    const { spec } = defaulted(Pods, {
      spec: {
        containers: [
          {
            name: 'web',
            image: 'nginx',
            ports: [{ containerPort: 80 }],
            env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
            livenessProbe: { httpGet: { port: 80 } },
            resources: { limits: { cpu: '0.5', memory: '1024Mi' } },
          },
        ],
        volumes: [{ name: 'a' }, { name: 'b', configMap: { name: 'b' } }, { name: 'c', hostPath: { path: '/' } }],
        serviceAccountName: 'me',
      },
    });
    expect(spec).to.deep.equal({
      containers: [
        {
          name: 'web',
          image: 'nginx',
          ports: [{ containerPort: 80, protocol: 'TCP' }],
          env: [{ name: 'A', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } }],
          livenessProbe: {
            httpGet: { port: 80, path: '/', scheme: 'HTTP' },
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
          resources: { limits: { cpu: '500m', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } },
          imagePullPolicy: 'Always',
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      volumes: [
        { name: 'a', emptyDir: {} },
        { name: 'b', configMap: { name: 'b', defaultMode: 420 } },
        { name: 'c', hostPath: { path: '/', type: '' } },
      ],
      serviceAccountName: 'me',
      serviceAccount: 'me',
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      schedulerName: 'default-scheduler',
      terminationGracePeriodSeconds: 30,
      securityContext: {},
      enableServiceLinks: true,
    });
  });

  it('count a time to stop that is less than none as one second', () => {
    const spec = { terminationGracePeriodSeconds: -5, containers: [] };
    expect(defaulted(Pods, { spec }).spec.terminationGracePeriodSeconds).to.equal(1);
  });

  it('take the host port of a pod on the host network from the container', () => {
    const { spec } = defaulted(Pods, {
      spec: { hostNetwork: true, containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 80 }] }] },
    });
    expect(spec.containers[0]?.ports).to.deep.equal([{ containerPort: 80, hostPort: 80, protocol: 'TCP' }]);
  });

  it('pull again only what may have changed behind its name', () => {
    const policies = {
      nginx: 'Always',
      'nginx:latest': 'Always',
      'nginx:1.27': 'IfNotPresent',
      'localhost:5000/nginx': 'Always',
      'localhost:5000/nginx:1': 'IfNotPresent',
      'nginx@sha256:abc': 'IfNotPresent',
    };
    for (const [image, policy] of Object.entries(policies)) expect(pullPolicy(image), image).to.equal(policy);
  });

  it('fill in a Deployment, and its template without what only pods get', () => {
    const { spec } = defaulted(Deployments, {
      spec: {
        selector: {},
        template: { spec: { containers: [{ name: 'a', image: 'a', resources: { limits: { cpu: '1' } } }] } },
      },
    });
    expect(spec).to.deep.include({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
    });
    expect(spec.template.spec).to.include({ restartPolicy: 'Always' }).and.not.to.have.property('enableServiceLinks');
    expect(spec.template.spec?.containers[0]?.resources).to.deep.equal({ limits: { cpu: '1' } });
    const recreate = defaulted(Deployments, { spec: { strategy: { type: 'Recreate' } } });
    expect(recreate.spec.strategy).to.deep.equal({ type: 'Recreate' });
  });

  it('fill in a Service', () => {
    const { spec } = defaulted(Services, { spec: { ports: [{ port: 80 }] } });
    expect(spec).to.deep.equal({
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
    const sticky = defaulted(Services, { spec: { type: 'NodePort', sessionAffinity: 'ClientIP', ports: [] } }).spec;
    expect(sticky.sessionAffinityConfig).to.deep.equal({ clientIP: { timeoutSeconds: 10_800 } });
    expect(sticky.externalTrafficPolicy).to.equal('Cluster');
    const name = defaulted(Services, { spec: { type: 'ExternalName', externalName: 'example.com' } }).spec;
    expect(name).to.deep.equal({ type: 'ExternalName', externalName: 'example.com', sessionAffinity: 'None' });
  });

  it("take a ReplicationController's selector and labels from its template", () => {
    const labels = { app: 'web' };
    const controller = defaulted(ReplicationControllers, { spec: { template: { metadata: { labels } } } });
    expect(controller.spec.selector).to.equal(labels);
    expect(controller.spec.replicas).to.equal(1);
    expect(controller.metadata.labels).to.equal(labels);
  });

  it("write a Secret's texts as base64, in UTF-8", () => {
    const secret = defaulted(Secrets, { data: { a: 'YQ==', b: 'Yg==' }, stringData: { b: 'Grüße', c: '' } });
    expect(secret).to.include({ type: 'Opaque' }).and.not.to.have.property('stringData');
    expect(secret.data).to.deep.equal({ a: 'YQ==', b: 'R3LDvMOfZQ==', c: '' });
  });

  it('give a Namespace its name as a label, and at birth its finalizer', () => {
    const namespace = defaulted(Namespaces, {});
    expect(namespace.metadata.labels).to.deep.equal({ 'kubernetes.io/metadata.name': 'web' });
    const born = Namespaces.prepareForCreate!(namespace);
    expect(born.spec).to.deep.equal({ finalizers: ['kubernetes'] });
    expect(born.status).to.deep.equal({ phase: 'Active' });
  });

  it('let all of a Node be allocated unless it says otherwise', () => {
    const node = defaulted(Nodes, { status: { capacity: { cpu: '4000m' } } });
    expect(node.status?.allocatable).to.deep.equal({ cpu: '4' });
  });

  it('give a new pod its status, whatever the client says', () => {
    const pod = defaulted(Pods, { spec: { containers: [{ name: 'a', image: 'a' }] }, status: { phase: 'Running' } });
    expect(Pods.prepareForCreate!(pod).status).to.deep.equal({ phase: 'Pending', qosClass: 'BestEffort' });
  });

  it('know the quality of service', () => {
    const of = (resources: object) => qualityOfService({ containers: [{ name: 'a', image: 'a', resources }] });
    expect(of({})).to.equal('BestEffort');
    expect(of({ requests: { cpu: '1' } })).to.equal('Burstable');
    const all = { cpu: '1', memory: '1Gi' };
    expect(of({ requests: { cpu: '1000m', memory: '1024Mi' }, limits: all })).to.equal('Guaranteed');
    expect(of({ limits: { cpu: '1' } })).to.equal('Burstable');
  });
});
