// What DaemonSets, StatefulSets, CronJobs, ControllerRevisions, Ingresses and NetworkPolicies are filled in with, refused
// for, and shown as.

import { expect } from 'chai';
import { builtinResources } from './index.ts';
import type { KubeObject } from './meta.ts';
import type { Resource } from './resource.ts';
import { metadata, row } from './row.fixture.ts';
import { change, samples } from './samples.fixture.ts';
import { validateObject, validateObjectUpdate } from './validation.ts';

const resourceOf = (plural: string): Resource => builtinResources.find((one) => one.plural === plural)!;
const filled = (plural: string): KubeObject => resourceOf(plural).default?.(samples[plural]!) ?? samples[plural]!;
const lines = (problems: readonly { field?: string; message: string }[]) =>
  problems.map(({ field, message }) => `${field}: ${message}`);

describe('kinds of workloads and of the network', () => {
  it('are filled in', () => {
    const spec = (plural: string) => (filled(plural) as unknown as { spec: object }).spec;
    expect(spec('daemonsets')).to.deep.include({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      revisionHistoryLimit: 10,
    });
    expect(spec('statefulsets')).to.deep.include({
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
    expect(spec('cronjobs')).to.include({
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    const outward = change(samples.networkpolicies!, 'spec', { egress: [{ ports: [{ port: 53 }] }] });
    expect(resourceOf('networkpolicies').default!(outward)).to.deep.include({
      spec: { egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }], policyTypes: ['Ingress', 'Egress'] },
    });
  });

  const rolling = 'spec.updateStrategy.rollingUpdate';
  const path = 'spec.rules[0].http.paths[0]';
  const wrong: [string, string, unknown, string][] = [
    [
      'daemonsets',
      rolling,
      { maxUnavailable: 1, maxSurge: 1 },
      `${rolling}.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero`,
    ],
    [
      'daemonsets',
      rolling,
      { maxUnavailable: 0, maxSurge: '0%' },
      `${rolling}.maxUnavailable: Required value: cannot be 0 when maxSurge is 0`,
    ],
    [
      'daemonsets',
      'spec.template.spec.restartPolicy',
      'Never',
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ],
    [
      'statefulsets',
      'spec.podManagementPolicy',
      'Random',
      'spec.podManagementPolicy: Unsupported value: "Random": supported values: "OrderedReady", "Parallel"',
    ],
    ['statefulsets', 'spec.replicas', -1, 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ['controllerrevisions', 'data', undefined, 'data: Required value: data is mandatory'],
    [
      'cronjobs',
      'spec.schedule',
      'daily',
      'spec.schedule: Invalid value: "daily": expected exactly 5 fields, found 1: [daily]',
    ],
    [
      'cronjobs',
      'spec.schedule',
      'TZ=UTC * * * * *',
      'spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
    ],
    ['cronjobs', 'spec.timeZone', 'Mars', 'spec.timeZone: Invalid value: "Mars": unknown time zone Mars'],
    [
      'cronjobs',
      'metadata.name',
      'x'.repeat(53),
      `metadata.name: Invalid value: "${'x'.repeat(53)}": must be no more than 52 characters`,
    ],
    [
      'cronjobs',
      'spec.jobTemplate.spec.template.spec.restartPolicy',
      'Always',
      'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
    ['ingresses', 'spec', {}, 'spec: Invalid value: {}: either `defaultBackend` or `rules` must be specified'],
    [
      'ingresses',
      'spec.rules.0.http.paths.0.path',
      'web',
      `${path}.path: Invalid value: "web": must be an absolute path`,
    ],
    [
      'ingresses',
      'spec.rules.0.http.paths.0.pathType',
      undefined,
      `${path}.pathType: Required value: pathType must be specified`,
    ],
    [
      'ingresses',
      'spec.rules.0.http.paths.0.backend.service.port',
      {},
      `${path}.backend.service: Required value: port name or number is required`,
    ],
    [
      'networkpolicies',
      'spec.ingress.0.from.0',
      { ipBlock: { cidr: '10.0.0.0' } },
      'spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ],
    [
      'networkpolicies',
      'spec.policyTypes',
      ['Sideways'],
      'spec.policyTypes[0]: Unsupported value: "Sideways": supported values: "Egress", "Ingress"',
    ],
  ];
  for (const [plural, where, value, message] of wrong)
    it(`${plural}: ${where} ${JSON.stringify(value)?.slice(0, 40)}`, () => {
      expect(lines(validateObject(resourceOf(plural), change(filled(plural), where, value)))).to.deep.equal([message]);
    });

  it('keep what is decided once', () => {
    const update = (plural: string, where: string, value: unknown): string[] =>
      lines(validateObjectUpdate(resourceOf(plural), change(filled(plural), where, value), filled(plural)));
    expect(update('statefulsets', 'spec.replicas', 3)).to.deep.equal([]);
    expect(update('statefulsets', 'spec.template.spec.containers.0.image', 'x')).to.deep.equal([]);
    expect(update('statefulsets', 'spec.serviceName', 'x')).to.deep.equal([
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ]);
    expect(update('daemonsets', 'spec.selector.matchLabels.app', 'x')[0]).to.match(/field is immutable$/);
    expect(update('controllerrevisions', 'data', { a: 1 })[0]).to.match(/^data: .*field is immutable$/);
    expect(update('controllerrevisions', 'revision', 2)).to.deep.equal([]);
    expect(update('ingressclasses', 'spec.controller', 'x')[0]).to.match(/^spec.controller: .*field is immutable$/);
  });

  it('are counted by their templates, as DaemonSets were before there were revisions', () => {
    const { prepareForCreate, prepareForUpdate } = resourceOf('daemonsets');
    const key = 'deprecated.daemonset.template.generation';
    const first = prepareForCreate!(filled('daemonsets'));
    expect(first.metadata.annotations).to.deep.equal({ [key]: '1' });
    const labelled = change(first, 'metadata.labels', { a: 'b' });
    expect(prepareForUpdate!(labelled, first).metadata.annotations).to.deep.equal({ [key]: '1' });
    const next = change(first, 'spec.template.spec.containers.0.image', 'x');
    expect(prepareForUpdate!(next, first).metadata.annotations).to.deep.equal({ [key]: '2' });
  });

  it('are shown as kubectl does', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: 'u', controller: true };
    const template = { spec: { containers: [{ name: 'web', image: 'nginx' }] } };
    const path = { backend: {}, pathType: 'Prefix' };
    const rows: [string, object, string][] = [
      [
        'daemonsets',
        {
          spec: { selector: { matchLabels: { app: 'web' } }, template },
          status: { desiredNumberScheduled: 3, currentNumberScheduled: 2, numberReady: 1 },
        },
        'web  3  2  1  0  0  <none>  5m12s  web  nginx  app=web',
      ],
      [
        'statefulsets',
        { spec: { replicas: 3, template }, status: { readyReplicas: 1 } },
        'web  1/3  5m12s  web  nginx',
      ],
      [
        'cronjobs',
        {
          spec: { schedule: '* * * * *', suspend: false, jobTemplate: { spec: { template } } },
          status: { active: [{}], lastScheduleTime: '2026-01-01T00:05:00Z' },
        },
        'web  * * * * *  <none>  False  1  12s  5m12s  web  nginx  <none>',
      ],
      [
        'controllerrevisions',
        { metadata: { ...metadata, ownerReferences: [owner] }, revision: 2 },
        'web  daemonset.apps/agent  2  5m12s',
      ],
      [
        'ingresses',
        {
          spec: { rules: ['a', 'b', 'c', 'd'].map((host) => ({ host, http: { paths: [path] } })), tls: [{}] },
          status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } },
        },
        'web  <none>  a,b,c + 1 more...  10.0.0.1  80, 443  5m12s',
      ],
      ['ingresses', { spec: { defaultBackend: {} } }, 'web  <none>  *    80  5m12s'],
      ['ingressclasses', { spec: { controller: 'example.com/x' } }, 'web  example.com/x  <none>  5m12s'],
      ['networkpolicies', { spec: { podSelector: {} } }, 'web  <none>  5m12s'],
    ];
    for (const [plural, object, line] of rows)
      expect(row(resourceOf(plural), { metadata, ...object }, true)).to.equal(line);
  });
});
