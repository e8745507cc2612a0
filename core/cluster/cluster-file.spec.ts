import { expect } from 'chai';
import { parseClusterFile, timesOf } from './cluster-file.ts';
import { ConfigurationError } from './configuration-error.ts';

const head = 'apiVersion: kubelab.dev/v1\nkind: Cluster\n';

/** What is wrong with the file, a line each. */
const problems = (text: string): readonly string[] => {
  try {
    parseClusterFile(text, 'cluster.yaml');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
};

describe('cluster file', () => {
  it('takes short and long forms, and knows the line of each plugin', () => {
    const { metadata, spec } = parseClusterFile(
      `${head}metadata:
  name: packed
spec:
  nodes: 2
  scheduler:
    plugin: resource-fit
    options: { strategy: pack }
  schedulers:
    - { schedulerName: turns, plugin: round-robin }
  runtime: mock
`,
      'cluster.yaml',
    );
    expect(metadata?.name).to.equal('packed');
    expect(spec.nodes).to.have.length(2);
    expect(spec.scheduler).to.deep.include({ plugin: 'resource-fit', listedAt: 'cluster.yaml:7' });
    expect(spec.scheduler?.options).to.deep.equal({ strategy: 'pack' });
    expect(spec.schedulers?.[0]).to.deep.include({ schedulerName: 'turns', listedAt: 'cluster.yaml:11' });
    expect(spec.runtime).to.deep.include({ plugin: 'mock', listedAt: 'cluster.yaml:12' });
  });

  it('takes a list of nodes with labels, taints and capacity', () => {
    const { spec } = parseClusterFile(
      `${head}spec:
  nodes:
    - name: big
      labels: { disk: ssd }
      taints: [{ key: only, value: gpu, effect: NoSchedule }]
      capacity: { cpu: 16, memory: 64Gi, pods: "250" }
    - {}
`,
      'cluster.yaml',
    );
    expect(spec.nodes?.map(({ name }) => name)).to.deep.equal(['big', undefined]);
  });

  it('takes times of a leader election, and refuses those that cannot work', () => {
    const file = (rest: string) => `${head}spec:\n  store: etcd\n  leaderElection: { ${rest} }\n`;
    const { spec } = parseClusterFile(
      file('leaderElect: true, leaseDuration: 3s, renewDeadline: 1500ms, retryPeriod: 0.5s'),
      'c.yaml',
    );
    expect(spec.leaderElection?.leaderElect).to.equal(true);
    expect(timesOf(spec.leaderElection!)).to.deep.equal({ leaseDuration: 3000, renewDeadline: 1500, retryPeriod: 500 });
    expect(problems(file('leaseDuration: 5s'))).to.deep.equal([
      'cluster.yaml:5: spec.leaderElection: leaseDuration must be greater than renewDeadline; found 5 s and 10 s',
    ]);
    expect(problems(file('leaderElect: maybe, retryPeriod: soon, leasDuration: 3s'))).to.have.length(3);
  });

  it('finds everything that is wrong at once, each with its line', () => {
    const found = problems(`apiVersion: kubelab.dev/v2
kind: Cluster
metadata:
  name: Bad_Name
spec:
  schduler: round-robin
  nodes:
    - name: big
      labels:
        rack: 7
      capacity:
        cpu: lots
      taints:
        - key: x
          effect: Never
  schedulers:
    - { schedulerName: turns, plugin: round-robin }
    - { schedulerName: turns, plugin: round-robin }
  proxy:
    options: {}
`);
    expect(found).to.have.members([
      'cluster.yaml:1: apiVersion must be equal to kubelab.dev/v1; found "kubelab.dev/v2"',
      'cluster.yaml:4: metadata.name must be small letters, digits and -; found "Bad_Name"',
      'cluster.yaml:6: spec has no field schduler (did you mean scheduler or schedulers?); its fields are: api, controllers, leaderElection, nodes, proxy, runtime, scheduler, schedulers, store',
      'cluster.yaml:10: label rack must be text; found 7 (put it in quotes)',
      'cluster.yaml:12: capacity cpu must be a quantity such as 4, 500m or 8Gi; found "lots"',
      'cluster.yaml:15: spec.nodes.0.taints.0.effect must be one of the following values: NoSchedule, PreferNoSchedule, NoExecute; found "Never"',
      'cluster.yaml:18: schedulerName turns is taken by the one above; give this one another',
      'cluster.yaml:19: spec.proxy.plugin must be a string; found nothing',
    ]);
  });

  for (const nodes of ['3.5', '-1', '5001', 'three', '{ count: 3 }']) {
    it(`refuses nodes: ${nodes}`, () => {
      const [problem, ...others] = problems(`${head}spec:\n  nodes: ${nodes}\n`);
      expect(problem).to.match(
        /^cluster\.yaml:4: spec\.nodes must be a whole number from 0 to 5000, or a list of nodes/,
      );
      expect(others).to.deep.equal([]);
    });
  }

  const broken: readonly (readonly [what: string, text: string, message: RegExp])[] = [
    ['an empty file', '', /^cluster\.yaml:1: wanted a map with apiVersion, kind and spec; found null$/],
    ['a list', '- a\n', /^cluster\.yaml:1: wanted a map/],
    ['a file without spec', head, /^cluster\.yaml:\d: spec should not be null or undefined/],
    ['a spec that is no map', `${head}spec: 5\n`, /^cluster\.yaml:3: spec must be a map; found 5$/],
    ['two documents', `${head}spec: {}\n---\n{}\n`, /^cluster\.yaml:4: .*multiple documents/],
    ['YAML that does not parse', `${head}spec: [\n`, /^cluster\.yaml:[34]: /],
    ['the field count', `${head}spec:\n  count: 3\n`, /^cluster\.yaml:4: spec has no field count/],
  ];
  for (const [what, text, message] of broken) {
    it(`refuses ${what}`, () => {
      expect(problems(text)[0]).to.match(message);
    });
  }
});
