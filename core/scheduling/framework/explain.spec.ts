import { expect } from 'chai';
import type { Scheduler } from '../../contracts/scheduler.ts';
import { explainedLater } from '../../testing/explained-later.ts';
import { makeNode, makePod } from '../../testing/objects.ts';
import { runs } from '../../testing/runs.ts';
import type { SeededRandom } from '../../time/random.ts';
import { explainByRefusals } from '../explain.ts';
import { Snapshot } from '../snapshot.ts';
import { anyPod } from './any-pod.fixture.ts';
import { defaultProfile } from './default-profile.ts';
import { FrameworkScheduler } from './framework-scheduler.ts';

const framework = (percentageOfNodesToScore = 100) =>
  new FrameworkScheduler({ name: 'default', ...defaultProfile(), percentageOfNodesToScore });

describe('explained decisions', function () {
  this.timeout(120_000);
  const { numRuns } = runs(6);

  function repeats(seed: string, scheduler: Scheduler, nodes: number): void {
    const podOf = (name: string, random: SeededRandom) => {
      const pod = anyPod(name, random);
      return { ...pod, spec: { ...pod.spec, priority: random.int(3) } };
    };
    for (const { pod, placement, explanation } of explainedLater(scheduler, { seed, nodes, podOf })) {
      const what = `seed ${seed}, ${pod.metadata.name}`;
      expect(explanation?.winner, what).to.equal('node' in placement ? placement.node : undefined);
      if ('node' in placement) continue;
      const counts: Record<string, number> = {};
      for (const { verdicts, refusedBy } of explanation!.nodes)
        for (const reason of verdicts[refusedBy!]!) counts[reason] = (counts[reason] ?? 0) + 1;
      expect(counts, what).to.deep.equal(placement.unschedulable);
    }
  }

  it('has the winner and the counts that the attempt had, however long ago', () => {
    for (let seed = 0; seed < numRuns; seed += 1) repeats(`${seed}`, framework(), 8);
  });

  it('has them too where only a part of the nodes was looked at', () => {
    for (let seed = 0; seed < numRuns / 3; seed += 1) repeats(`sample ${seed}`, framework(30), 130);
  });

  it('tells each verdict, and each score raw, normalised and weighted', () => {
    const view = new Snapshot();
    const size = { cpu: '4', memory: '8Gi', pods: '10' };
    view.setNode(makeNode('cordoned', { unschedulable: true }, {}, { cpu: '1', memory: '1Gi', pods: '10' }));
    view.setNode(makeNode('disliked', { taints: [{ key: 'old', effect: 'PreferNoSchedule' }] }, {}, size));
    view.setNode(makeNode('free', {}, {}, size));
    const pod = makePod('web', {}, { resources: { requests: { cpu: '2', memory: '2Gi' } } });
    const explanation = framework().explain(pod, view, undefined);
    expect(explanation).to.include({ winner: 'free', rule: 'the greatest total', best: 'greatest' });
    const [cordoned, disliked, free] = explanation.nodes;
    expect(cordoned).to.deep.include({ node: 'cordoned', refusedBy: 'NodeUnschedulable' });
    expect(cordoned?.verdicts).to.include({ TaintToleration: 'passes' });
    expect(cordoned?.verdicts.NodeResourcesFit).to.deep.equal(['Insufficient cpu', 'Insufficient memory']);
    expect(cordoned?.scores).to.equal(undefined);
    expect(disliked?.scores).to.deep.equal({
      TaintToleration: { raw: 1, normalised: 0, weighted: 0 },
      NodeResourcesFit: { raw: 62, normalised: 62, weighted: 62 },
      NodeResourcesBalancedAllocation: { raw: 87, normalised: 87, weighted: 87 },
    });
    expect(free?.scores?.TaintToleration).to.deep.equal({ raw: 0, normalised: 100, weighted: 300 });
    expect([disliked?.total, free?.total]).to.deep.equal([149, 449]);
    const { NodeName, NodeResourcesFit } = Object.fromEntries(explanation.plugins.map((each) => [each.name, each]));
    expect(NodeName).to.include({ point: 'Filter', skipped: true });
    expect(NodeResourcesFit).to.include({ point: 'Score', weight: 1 });
    for (const { time } of explanation.plugins) expect(time).to.be.at.least(0);
  });

  it('tells the rule by which the winner won', () => {
    const view = new Snapshot();
    const ruleFor = (pod = makePod('web')) => framework().explain(pod, view, undefined).rule;
    expect(ruleFor()).to.equal('no node can take the pod');
    view.setNode(makeNode('a'));
    expect(ruleFor()).to.equal('the only node that can take the pod');
    view.setNode(makeNode('b'));
    expect(ruleFor()).to.equal(
      'the greatest total; of 2 with as much, the first in the order in which the view has the nodes',
    );
    const nominated = { ...makePod('web'), status: { nominatedNodeName: 'b' } };
    expect(ruleFor(nominated)).to.match(/^room was made for the pod there/);
  });

  it('explains a scheduler that compares a few numbers', () => {
    const view = new Snapshot();
    for (const name of ['a', 'b', 'c']) view.setNode(makeNode(name));
    view.setPod(makePod('one'), 'a');
    const pods = {
      name: 'Pods',
      best: 'least',
      of: ({ pods: { length } }: { pods: readonly unknown[] }) => length,
    } as const;
    const name = { name: 'Name', best: 'greatest', of: (node: { name: string }) => node.name.charCodeAt(0) } as const;
    const explanation = explainByRefusals(makePod('web'), view, [pods, name]);
    expect(explanation).to.include({
      winner: 'c',
      rule: 'the least Pods; of equal ones the greatest Name',
      best: 'least',
    });
    expect(explanation.nodes.map(({ total }) => total)).to.deep.equal([1, 0, 0]);
    expect(explainByRefusals(makePod('web'), view, [pods])).to.include({
      winner: 'b',
      rule: 'the least Pods; of 2 with as much, the first in the order in which the view has the nodes',
    });
  });
});
