// A small scenario lived through: what happens in it, that it happens again, that its record plays it again, and that a
// record that was changed is told.

import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { runtimeMock } from '../../plugins/runtime-mock/plugin.ts';
import { schedulerDefault } from '../../plugins/scheduler-default/plugin.ts';
import { standardControllers } from '../../plugins/standard.ts';
import { storeMemory } from '../../plugins/store-memory/plugin.ts';
import { roleOf } from '../cluster/composition.ts';
import { ConfigurationError } from '../cluster/configuration-error.ts';
import { allTests } from '../testing/runs.ts';
import { canonicalText } from './canonical.ts';
import { Playback } from './playback.ts';
import { parseScenario } from './scenario-file.ts';
import { type Outcome, simulate } from './simulation.ts';
import { parseTrace } from './trace.ts';
import { wordsOf } from './words.ts';

const scenario = `
apiVersion: kubelab.dev/v1
kind: Scenario
metadata: { name: small }
spec:
  length: 20m
  nodes: [{ name: a, count: 2, zones: [x, y] }, { name: b, taints: [{ key: only, value: 'yes', effect: NoSchedule }] }]
  workloads:
    - { name: web, kind: Deployment, replicas: 2, requests: { cpu: 500m } }
    - { name: job, priority: 10, requests: { cpu: '1' }, duration: { exponential: 90s }, failing: 0.3, ttlAfterFinished: 1m, arrivals: { rate: 60/h } }
    - { name: traced, namespace: batch, arrivals: { trace: jobs.csv } }
    - { name: spare, arrivals: { at: [19m] } }
  events:
    - { name: outage, at: 2m, opcode: stopNode, node: a-1, for: 8m }
    - { after: outage, wait: 10s, opcode: scale, deployment: web, replicas: 4 }
    - { at: 1m, opcode: createPods, workload: spare, count: 3 }
    - { at: 3m, opcode: deletePods, labelSelector: app=spare }
    - { at: 4m, opcode: scale, deployment: wob, replicas: 4 }
    - { name: again, every: 3m, times: 2, opcode: cordon, node: a-2 }
    - { after: again, opcode: uncordon }
  faults:
    - { from: 1m, until: 10m, cutWatches: { uniform: [20s, 60s] }, lateWatches: 200ms, refuseWrites: 0.03, slowCalls: 5ms }
`;
const jobs = 'time,name,cpu,duration,priority\n30,first,500m,60,\n90,second,1,2m,20\nsoon,third,1,60,\n';

interface Run extends Outcome {
  readonly lines: string[];
}

async function live(text = scenario, seed: string | number = 1): Promise<Run> {
  const { scenario: parsed, at } = parseScenario(text, 'small.yaml');
  let record = '';
  const controllers = standardControllers().filter((plugin) => roleOf(plugin) === 'Controller');
  const outcome = await simulate({
    ...{ scenario: parsed, at, text, seed },
    plugins: [storeMemory(), schedulerDefault(), ...controllers, runtimeMock()],
    traces: new Map([['jobs.csv', parseTrace(jobs, 'jobs.csv', 1_200_000)]]),
    digest: () => createHash('sha256'),
    record: (line) => {
      record += line;
    },
  });
  return { ...outcome, lines: record.split('\n') };
}

const sha256s = () => ({ seal: createHash('sha256'), hash: createHash('sha256') });

describe('simulation', function () {
  this.timeout(60_000);
  let run: Run;

  before(async () => {
    run = await live();
  });

  it('does what the scenario says, and says what it could not do', () => {
    const { tally, notes, troubles, faults } = run;
    expect(notes.map(({ at, text }) => `${Math.floor(at / 1000)} ${text}`)).to.deep.equal([
      '60 3 pods of spare',
      '120 power lost: a-1',
      '180 3 pods deleted',
      '180 cordoned: a-2',
      '240 wob scaled to 4',
      '360 cordoned: a-2',
      '360 uncordoned: a-2',
      '600 power back: a-1',
      '610 web scaled to 4',
    ]);
    expect(troubles.map(({ text }) => text)).to.deep.equal(['event scale: deployments.apps "wob" not found']);
    expect(tally.totals.created).to.be.greaterThan(20);
    expect(tally.totals.failed).to.be.greaterThan(0);
    expect(tally.totals.nodesLost).to.equal(1);
    expect(tally.samples.at(-1)).to.include({ at: 1_200_000, nodes: 3, ready: 3 });
    expect(tally.samples.some(({ ready }) => ready === 2)).to.equal(true);
    expect(faults.cutWatches).to.be.greaterThan(0);
    expect(faults.refusedWrites).to.be.greaterThan(0);
  });

  it('has the same history for the same seed, and another for another', async () => {
    const again = await live();
    expect(again.lines.findIndex((line, at) => line !== run.lines[at])).to.equal(-1);
    expect(again.hash).to.equal(run.hash);
    if (allTests) expect((await live(scenario, 2)).hash).not.to.equal(run.hash);
  });

  it('plays its record again, to and fro', () => {
    const playback = Playback.open(run.lines, sha256s());
    expect(playback.head).to.include({ name: 'small', seed: '1', length: 1_200_000, scenario });
    expect(playback.end).to.include({ changes: run.changes, hash: run.hash });
    const texts = () => [...playback.objects].map(([key, stored]) => `${key} ${canonicalText(stored)}`).sort();
    playback.goTo(600_000);
    const half = texts();
    expect(playback.timeOf(playback.moment)).to.be.at.most(600_000);
    playback.goTo(1_200_000);
    expect(playback.next()).to.equal(undefined);
    playback.goTo(600_000);
    expect(texts()).to.deep.equal(half);
    const next = playback.next()!;
    expect(playback.back()?.changes).to.deep.equal(next.changes);
    expect(texts()).to.deep.equal(half);
    playback.goTo(-1);
    expect([playback.objects.size, playback.back()]).to.deep.equal([0, undefined]);
  });

  it('says in words what happened', () => {
    const playback = Playback.open(run.lines, sha256s());
    const words: string[] = [];
    for (let moment = playback.next(); moment; moment = playback.next()) {
      words.push(...moment.changes.flatMap((change) => wordsOf(change) ?? []));
    }
    const first = words.filter((text) => text.includes('batch/first'));
    expect(first[0]).to.equal('Pod batch/first: created');
    expect(first[1]).to.match(/^Pod batch\/first: placed on a-[12]$/);
    expect(first.slice(2)).to.include.members(['Pod batch/first: Running', 'Pod batch/first: Succeeded']);
    expect(words).to.include('Node a-1: not ready (NodeStatusUnknown)');
    expect(words).to.include('Node a-2: uncordoned');
    expect(words).to.include('Deployment default/web: 4 wanted instead of 2');
    expect(words.some((text) => text.includes('Lease'))).to.equal(false);
  });

  it('tells a record that is none, cut off, or changed', () => {
    const { lines } = run;
    const refusal = (changed: readonly string[]) => {
      try {
        Playback.open(changed, sha256s());
      } catch (error) {
        if (error instanceof ConfigurationError) return error.message;
        throw error;
      }
      return 'it opens';
    };
    expect(refusal([])).to.include('this is no record');
    expect(refusal(['{}', ''])).to.include('this is no record');
    expect(refusal(['kubelab', ''])).to.include('this is no record');
    expect(refusal(lines.slice(0, 500))).to.include('the record is cut off');
    expect(refusal([...lines.slice(0, 500), lines[500]!.slice(0, 9)])).to.include('the record is cut off');
    expect(refusal(lines.toSpliced(500, 1))).to.include('the record was changed');
    expect(refusal(lines.with(0, lines[0]!.replace('20m', '30m')))).to.include('the record was changed');
    // Who seals it anew must still have the history's hash.
    const sealed = (changed: readonly string[]) => {
      const seal = createHash('sha256')
        .update(`${changed.slice(0, -2).join('\n')}\n`)
        .digest('hex');
      return changed.with(-2, JSON.stringify({ ...JSON.parse(lines.at(-2)!), seal }));
    };
    const last = (line: string) => refusal(sealed(lines.toSpliced(-2, 0, line)));
    expect(last('["~",1199,5,{}]')).to.include('none of its lines');
    expect(last('["~",1200000,99999,{}]')).to.include('something that is not there');
    expect(last('["+",1200000,"/registry/pods/default/a",{}]')).to.include('does not have the hash');
  });

  it('asks the API before it begins, and names the line of what is refused', async () => {
    const text = (rest: string) =>
      `apiVersion: kubelab.dev/v1\nkind: Scenario\nspec:\n  length: 1m\n  nodes: [{ name: a }]\n${rest}`;
    const refusal = (rest: string) => live(text(rest)).then(String, (error: Error) => error.message);
    expect(
      await refusal('  workloads:\n    - { name: job, template: { spec: { restartPolicy: Sometimes } } }\n'),
    ).to.match(
      /^small\.yaml:7: spec\.workloads\.0: Pod "job" is invalid: spec\.restartPolicy: Unsupported value: "Sometimes"/,
    );
    expect(await refusal('  objects:\n    - { apiVersion: v1, kind: Servce, metadata: { name: a } }\n')).to.equal(
      'small.yaml:7: spec.objects.0: there is no kind v1 Servce (did you mean v1 Service?); apiVersion and kind are needed',
    );
    expect(await refusal('  faults: [{ of: [controller-nodee], lateWatches: 1s }]\n')).to.equal(
      'small.yaml:6: spec.faults.0.of: there is no component controller-nodee (did you mean controller-node?); give scheduler, controllers, kubelets, or one by name',
    );
  });
});
