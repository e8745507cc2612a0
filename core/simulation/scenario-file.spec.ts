import { expect } from 'chai';
import fc from 'fast-check';
import { ConfigurationError } from '../cluster/configuration-error.ts';
import { runs } from '../testing/runs.ts';
import { Scale, StopNode } from './scenario-events.ts';
import { parseScenario } from './scenario-file.ts';

const head = 'apiVersion: kubelab.dev/v1\nkind: Scenario\nspec:\n  length: 1h\n  nodes: [{ name: node, count: 2 }]\n';

/** What is wrong with the file, a line each; the file's own begin at line 6. */
function problems(rest: string, begin = head): readonly string[] {
  try {
    parseScenario(begin + rest, 'day.yaml');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('scenario file', () => {
  it('takes workloads, events by their opcode, and plugins with the line they stand at', () => {
    const { scenario } = parseScenario(
      `${head}  cluster: { scheduler: ./mine.ts }
  workloads:
    - { name: web, kind: Deployment, replicas: 3 }
    - { name: job, duration: { exponential: 5m }, arrivals: { rate: { 0h: 10/h, 8h: 2/m } } }
  events:
    - { name: grow, at: 10m, opcode: scale, deployment: web, replicas: 5 }
    - { after: grow, wait: 1m, opcode: stopNode, pool: node, for: { uniform: [1m, 2m] } }
    - { every: { exponential: 20m }, opcode: stopNode }
`,
      'day.yaml',
    );
    expect(scenario.spec.cluster?.scheduler).to.deep.include({ plugin: './mine.ts', listedAt: 'day.yaml:6' });
    expect(scenario.spec.events?.[0]).to.be.instanceOf(Scale);
    expect(scenario.spec.events?.[1]).to.be.instanceOf(StopNode);
  });

  const cases: readonly (readonly [what: string, rest: string, ...messages: string[]])[] = [
    [
      'an opcode that there is not',
      '  events:\n    - { at: 1m, opcode: stopNodes }\n',
      'day.yaml:7: spec.events.0: there is no opcode stopNodes (did you mean stopNode?); there are: createPods, deletePods, createAny, churn, barrier, sleep, scale, setImage, stopNode, startNode, cordon, uncordon, drain',
    ],
    [
      'a field that an opcode has not',
      '  events:\n    - { at: 1m, opcode: sleep, durtion: 5m }\n',
      'day.yaml:7: opcode sleep has no field durtion (did you mean duration?); its fields are: after, at, duration, every, name, opcode, times, until, wait',
      'day.yaml:7: spec.events.0.duration must be a span of time such as 90s, 30m or 24h; found nothing',
    ],
    [
      'waits that go round',
      `  events:
    - { name: a, after: c, opcode: sleep, duration: 1m }
    - { name: b, after: a, opcode: sleep, duration: 1m }
    - { name: c, after: b, opcode: sleep, duration: 1m }
    - { name: d, after: d, opcode: sleep, duration: 1m }
`,
      'day.yaml:7: spec.events.0.after: a waits for c waits for b waits for a: they would wait for ever',
      'day.yaml:10: spec.events.3.after: d waits for d: they would wait for ever',
    ],
    [
      'a wait for what there is not, and for what never ends',
      `  events:
    - { after: outge, opcode: sleep, duration: 1m }
    - { name: outage, every: 5m, opcode: stopNode }
    - { after: outage, opcode: startNode }
`,
      'day.yaml:7: spec.events.0.after: there is no event called outge (did you mean outage?); there are: outage',
      'day.yaml:9: spec.events.2.after: outage happens again and again and is never over; give it times',
    ],
    [
      'an event without a time',
      '  events:\n    - { opcode: startNode }\n',
      'day.yaml:7: spec.events.0: wanted when it happens, one of at, after and every (every may have at, for the first time); found none',
    ],
    [
      'a time after the end',
      '  workloads:\n    - { name: job, arrivals: { at: [10m, 2h] } }\n  events: [{ at: 60m, opcode: startNode }]\n',
      'day.yaml:7: spec.workloads.0.arrivals.at: 2h is not before the end of the scenario (1h)',
      'day.yaml:8: spec.events.0.at: 60m is not before the end of the scenario (1h)',
    ],
    [
      'more nodes than there are, and nodes that there are not',
      '  events:\n    - { at: 1m, opcode: stopNode, count: 3 }\n    - { at: 1m, opcode: drain, node: node-3 }\n    - { at: 1m, opcode: drain, pool: nods }\n',
      'day.yaml:7: spec.events.0.count: 3 nodes are wanted, and the cluster has 2',
      'day.yaml:8: spec.events.1.node: there is no node node-3 (did you mean node-1 or node-2?); nodes are named after their pool: node-1, ...',
      'day.yaml:9: spec.events.2.pool: there is no pool nods (did you mean node?); there are: node',
    ],
    [
      'counts that nobody can want',
      '  workloads:\n    - { name: job, count: 0 }\n    - { name: many, arrivals: { rate: 1000/s } }\n',
      'day.yaml:7: spec.workloads.0.count must not be less than 1; found 0',
    ],
    [
      'more arrivals than a cluster can live through',
      '  workloads:\n    - { name: many, arrivals: { rate: 1000/s } }\n',
      'day.yaml:6: spec.workloads: about 3600000 pods are more than a cluster can have lived through; 200000 at most',
    ],
    [
      'what a Deployment has not, and a Pod has not',
      '  workloads:\n    - { name: a, kind: Deployment, duration: 5m }\n    - { name: b, replicas: 3 }\n    - { name: c, failing: 0.5 }\n',
      'day.yaml:7: spec.workloads.0: duration, failing and ttlAfterFinished are for kind Pod: the pods of a Deployment run until they are deleted',
      'day.yaml:8: spec.workloads.1: replicas are for kind Deployment; say count',
      'day.yaml:9: spec.workloads.2: failing wants a duration: a pod that never ends cannot fail',
    ],
    [
      'a distribution the wrong way round, a rate that is none, a probability above 1',
      '  workloads:\n    - { name: a, duration: { uniform: [5m, 1m] }, arrivals: { rate: often } }\n  faults: [{ refuseWrites: 2 }]\n',
      'day.yaml:7: spec.workloads.0.arrivals.rate must be a rate such as 120/h, 2/m or 0.5/s, or rates by the time of day such as { 0h: 10/h, 8h: 120/h }; found "often"',
      'day.yaml:7: spec.workloads.0.duration must be a span (30m), { exponential: 30m } (its mean) or { uniform: [10m, 50m] } (the lesser first); found {"uniform":["5m","1m"]}',
      'day.yaml:8: spec.faults.0.refuseWrites must be a probability from 0 to 1; found 2',
    ],
    [
      'two ways to arrive, and two of one name',
      '  workloads:\n    - { name: a, arrivals: { at: [1m], trace: a.csv } }\n    - { name: a }\n',
      'day.yaml:7: spec.workloads.0.arrivals: wanted one of at, rate and trace; found at and trace',
      'day.yaml:8: spec.workloads.1: two workloads are called a; give this one another name',
    ],
    [
      'a fault that ends before it begins',
      '  faults: [{ from: 30m, until: 20m }]\n',
      'day.yaml:6: spec.faults.0: from 30m is not before until 20m',
    ],
    [
      'a field of the scenario',
      '  node: 3\n',
      'day.yaml:6: spec has no field node (did you mean nodes?); its fields are: cluster, events, faults, length, nodes, objects, sampleEvery, seed, start, workloads',
    ],
  ];
  for (const [what, rest, ...messages] of cases) {
    it(`refuses ${what}`, () => expect(problems(rest)).to.deep.equal(messages));
  }

  it('refuses more nodes than a cluster holds, and no length', () => {
    const begin =
      'apiVersion: kubelab.dev/v1\nkind: Scenario\nspec:\n  nodes: [{ name: a, count: 3000 }, { name: b, count: 3000 }]\n';
    expect(problems('  length: 0s\n', begin)).to.deep.equal([
      'day.yaml:4: spec.nodes: 6000 nodes are more than a cluster holds; 5000 at most',
      'day.yaml:5: spec.length: a scenario takes some time; found 0',
    ]);
    expect(problems('', begin)).to.deep.equal([
      'day.yaml:3: spec.length must be a span of time such as 90s, 30m or 24h; found nothing',
    ]);
  });

  for (const text of [
    '',
    'nodes',
    '[1]',
    'kind: Cluster\nspec: {}\n',
    'a: [',
    `${head}  events: 5\n`,
    `${head}  events: [5]\n`,
    `${head}  workloads: {}\n`,
  ]) {
    it(`says what is wrong with ${JSON.stringify(text.slice(-20))}, and does not break`, () => {
      expect(problems('', text)[0]).to.match(/^day\.yaml:\d+: /);
    });
  }
});

/** A scenario with something of everything. */
const whole = {
  apiVersion: 'kubelab.dev/v1',
  kind: 'Scenario',
  metadata: { name: 'all' },
  spec: {
    seed: 1,
    length: '1h',
    start: '2026-03-02T10:00:00Z',
    sampleEvery: '1m',
    cluster: {
      scheduler: 'default',
      schedulers: [{ schedulerName: 'other', plugin: './mine.ts' }],
      controllers: ['standard'],
    },
    nodes: [
      {
        name: 'a',
        count: 2,
        zones: ['x'],
        capacity: { cpu: '4' },
        labels: { b: 'c' },
        taints: [{ key: 'd', effect: 'NoSchedule' }],
      },
    ],
    objects: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } }],
    workloads: [
      { name: 'web', kind: 'Deployment', replicas: 2, requests: { cpu: '1' }, template: { spec: { containers: [] } } },
      {
        name: 'job',
        duration: { uniform: ['1m', '2m'] },
        failing: 0.5,
        arrivals: { rate: { '0h': '1/h' }, from: '1m', until: '30m' },
      },
      { name: 'traced', arrivals: { trace: 'a.csv' } },
    ],
    events: [
      { name: 'x', at: '1m', opcode: 'stopNode', pool: 'a', count: 1, for: '1m' },
      { after: 'x', wait: '1s', opcode: 'churn', workload: 'job', mode: 'create', intervalMilliseconds: 5 },
      { every: { exponential: '5m' }, times: 2, opcode: 'deletePods', labelSelector: 'app=web' },
    ],
    faults: [{ from: '1m', of: ['kubelets'], cutWatches: '1m', refuseWrites: 0.1 }],
  },
};

describe('a scenario with anything anywhere', () => {
  type Path = readonly (string | number)[];
  const pathsOf = (value: unknown, path: Path = []): Path[] =>
    typeof value === 'object' && value !== null
      ? [
          path,
          ...Object.entries(value).flatMap(([key, item]) =>
            pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
          ),
        ]
      : [path];
  const withAt = (value: unknown, [first, ...rest]: Path, put: unknown): unknown => {
    if (first === undefined) return put;
    if (Array.isArray(value)) return value.with(first as number, withAt(value[first as number], rest, put));
    return { ...(value as object), [first]: withAt((value as Record<string, unknown>)[first], rest, put) };
  };

  it('is taken or refused with a line, never broken by', () => {
    expect(problems('', JSON.stringify(whole))).to.deep.equal([]);
    const anything = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('__proto__', 'constructor', '5m', '1/h', -1, 1e9, 0.5, [], {}, [null], [[]], { a: null }, [
        '5m',
        {},
      ]),
    );
    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(whole)), anything, (path, put) => {
        for (const problem of problems('', JSON.stringify(withAt(whole, path, put))))
          expect(problem).to.match(/^day\.yaml:1: /);
      }),
      runs(100),
    );
  });
});
