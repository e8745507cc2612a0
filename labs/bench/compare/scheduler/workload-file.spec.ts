import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { ConfigurationError } from '../../../../core/cluster/configuration-error.ts';
import { allTrials, findTrials } from '../catalogue.ts';
import { workloadFolder } from '../places.ts';
import { Templates } from './templates.ts';
import { parseWorkloads } from './workload-file.ts';

const own = workloadFolder();
const read = (text: string, size = {}) => parseWorkloads(text, 'mine.yaml', new Templates(own, own), size);

function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

const basic = (operations: string, params = 'initNodes: 10, measurePods: 5') => `- name: Mine
  workloadTemplate:
${operations
  .trim()
  .split('\n')
  .map((line) => `    - ${line.trim()}`)
  .join('\n')}
  workloads:
    - { name: Small, params: { ${params} } }
`;

const nodes = '{ opcode: createNodes, countParam: $initNodes }';
const pods = '{ opcode: createPods, countParam: $measurePods, collectMetrics: true }';

describe('workload files', () => {
  it('those that come with Kubelab have the names, sizes and floors of Kubernetes’ benchmark', async () => {
    const floors = Object.fromEntries(
      (await allTrials()).flatMap((trial) =>
        trial.subject === 'scheduler'
          ? trial.measures('api').flatMap(({ floor }) => (floor === undefined ? [] : [[trial.name, floor]]))
          : [],
      ),
    );
    expect(floors).to.deep.equal({
      'SchedulingBasic/5000Nodes_10000Pods': 680,
      'SchedulingBasic/5000Nodes_50000Pods': 810,
      'SchedulingWithMixedChurn/5000Nodes_10000Pods': 710,
      'Unschedulable/5kNodes/100Init/10kPods': 590,
      'TopologySpreading/5000Nodes_5000Pods': 460,
      'PreferredTopologySpreading/5000Nodes_5000Pods': 340,
      'SchedulingNodeAffinity/5000Nodes_10000Pods': 220,
      'MixedSchedulingBasePod/5000Nodes_5000Pods': 140,
      'SchedulingPodAntiAffinity/5000Nodes_2000Pods': 60,
      'SchedulingPodAffinity/5000Nodes_5000Pods': 35,
    });
  });

  it('fills in a workload’s parameters', () => {
    const [workload] = read(basic(`${nodes}\n${pods}`));
    expect(workload?.name).to.equal('Mine/Small');
    expect(workload?.steps.map((step) => [step.do, 'count' in step ? step.count : undefined])).to.deep.equal([
      ['createNodes', 10],
      ['createPods', 5],
    ]);
  });

  it('can be made another size, in proportion; nobody demands a speed of that', async () => {
    const [trial] = await findTrials('SchedulingBasic/5000Nodes_10000Pods', { nodes: 500 });
    expect(trial?.name).to.equal('SchedulingBasic/5000Nodes_10000Pods (500 nodes)');
    expect(trial?.measures('alone')[0]?.floor).to.equal(undefined);
    const [workload] = read(basic(`${nodes}\n${pods}`), { nodes: 20, pods: 7 });
    expect(workload?.steps.map((step) => ('count' in step ? step.count : undefined))).to.deep.equal([20, 7]);
  });

  it('names an operation and a field that there are not, with the line and the nearest', () => {
    expect(
      problemsOf(basic(`${nodes}\n{ opcode: createPod, count: 5 }\n{ opcode: createPods, cout: 5 }`)),
    ).to.deep.equal([
      'mine.yaml:4: Mine: there is no operation createPod (did you mean createPods?); there are: createNodes, createNamespaces, createPods, createPodSets, createAny, deletePods, churn, barrier, sleep, startCollectingMetrics, stopCollectingMetrics',
      'mine.yaml:5: Mine: createPods has no field cout (did you mean count?); its fields are: collectMetrics, count, countParam, namespace, opcode, podTemplatePath, skipWaitToCompletion',
    ]);
  });

  for (const [what, count, found] of [
    ['negative', 'count: -5', 'count must be a whole number from 0 to 200000; found -5'],
    ['broken', 'count: 2.5', 'count must be a whole number from 0 to 200000; found 2.5'],
    ['no number', 'count: many', 'count must be a whole number from 0 to 200000; found "many"'],
    ['too large', 'count: 1e9', 'count must be a whole number from 0 to 200000; found 1000000000'],
    [
      'unknown',
      'countParam: $mesurePods',
      'there is no parameter mesurePods (did you mean measurePods?); the workload has: initNodes, measurePods',
    ],
    ['left out', 'collectMetrics: true', 'createPods needs count, or countParam'],
  ] as const) {
    it(`refuses a count that is ${what}`, () => {
      const problems = problemsOf(basic(`${nodes}\n${pods}\n{ opcode: createPods, ${count} }`));
      expect(problems).to.have.length(1);
      expect(problems[0])
        .to.match(/^mine\.yaml:5: Mine\/Small: /)
        .and.contain(found);
    });
  }

  it('refuses more nodes than a cluster may have', () => {
    expect(problemsOf(basic(`${nodes}\n${pods}`, 'initNodes: 6000, measurePods: 1'))[0]).to.contain(
      'createNodes: parameter initNodes must be a whole number from 0 to 5000; found 6000',
    );
  });

  it('refuses waits that never end', () => {
    expect(problemsOf(basic(`${pods}\n${nodes}`))).to.deep.equal([
      'mine.yaml:3: Mine/Small: createPods waits for its pods to be placed, but nodes come with operation 2 only, and that one waits for this one',
    ]);
    const barrier = basic(`${nodes}
      { opcode: barrier, namespaces: [late] }
      { opcode: deletePods, namespace: never }
      { opcode: createPods, count: 1, namespace: late, collectMetrics: true }`);
    expect(problemsOf(barrier)).to.deep.equal([
      'mine.yaml:4: Mine/Small: barrier waits for pods of namespace late, which operation 4 (mine.yaml:6) creates, and that one waits for this one',
      'mine.yaml:5: Mine/Small: deletePods waits for pods of namespace never, and no operation creates any there',
    ]);
  });

  it('refuses to measure nothing, or twice at once', () => {
    expect(problemsOf(basic(nodes))[0]).to.contain('nothing is measured');
    const twice = basic(
      `${nodes}\n{ opcode: startCollectingMetrics }\n{ opcode: startCollectingMetrics }\n{ opcode: stopCollectingMetrics }\n{ opcode: stopCollectingMetrics }`,
    );
    expect(problemsOf(twice).map((text) => text.slice(0, 12))).to.deep.equal(['mine.yaml:5:', 'mine.yaml:7:']);
  });

  it('says which template is missing, or of another kind', () => {
    const problems = problemsOf(
      basic(`${nodes}
        { opcode: createPods, count: 1, collectMetrics: true, podTemplatePath: templates/pod-fault.yaml }
        { opcode: createPods, count: 1, podTemplatePath: templates/node-default.yaml }`),
    );
    expect(problems[0]).to.contain('mine.yaml:4: Mine/Small: there is no template templates/pod-fault.yaml');
    expect(problems[1]).to.contain('template templates/node-default.yaml is a Node; a Pod is wanted here');
  });

  it('says which template asks for what is no amount', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-templates-'));
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      spec: { containers: [{ name: 'a', resources: { requests: { cpu: 'lots' } } }] },
    };
    writeFileSync(path.join(folder, 'greedy.yaml'), stringify(pod));
    try {
      new Templates(folder, own).get('greedy.yaml');
      expect.fail('it was taken');
    } catch (error) {
      expect(error)
        .to.have.property('message')
        .that.matches(/^template greedy\.yaml: quantities must/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tells everything at once, and what is no workload file at all', () => {
    expect(
      problemsOf('- { name: A }\n- { name: B, workloadTemplate: [{ opcode: sleep, duration: soon }], workloads: [] }'),
    ).to.have.length(4);
    expect(problemsOf('kind: Cluster')[0]).to.contain('mine.yaml:1: wanted a list of test cases');
    expect(problemsOf('- name: [')).to.have.length(1);
    expect(problemsOf('')[0]).to.contain('wanted a list');
  });

  it('finds workloads by name, short name, size, label and subject; says what is near', async () => {
    const names = async (text: string) => (await findTrials(text)).map(({ name }) => name);
    expect(await names('NodeAffinity')).to.deep.equal(['SchedulingNodeAffinity/500Nodes']);
    expect(await names('MixedChurn')).to.deep.equal(['SchedulingWithMixedChurn/500Nodes_1000Pods']);
    expect(await names('PreemptionBasic/5000Nodes,SchedulingBasic')).to.deep.equal([
      'PreemptionBasic/5000Nodes',
      'SchedulingBasic/500Nodes',
    ]);
    expect(await names('SchedulingBasic/performance')).to.have.length(2);
    expect(await names('schedulers')).to.include.members(['SchedulingBasic/500Nodes', 'TopologySpreading/500Nodes']);
    for (const [wrong, said] of [
      ['SchedulingBasics', 'did you mean SchedulingBasic'],
      ['SchedulingBasic/5000Node', 'did you mean 500Nodes'],
      ['./nowhere.yaml', 'there is no file ./nowhere.yaml'],
    ] as const) {
      const error = await findTrials(wrong).catch((one: Error) => one);
      expect(error).to.be.instanceOf(ConfigurationError).with.property('message').that.contains(said);
    }
  });
});
