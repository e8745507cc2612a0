import { expect } from 'chai';
import type { NodeFilter } from '../../contracts/scheduling-framework.ts';
import type { Pod } from '../../model/pod.ts';
import { makeNode, makePod } from '../../testing/objects.ts';
import { runs } from '../../testing/runs.ts';
import { SeededRandom } from '../../time/random.ts';
import { Snapshot } from '../snapshot.ts';
import { anyPod, zone } from './any-pod.fixture.ts';
import { defaultProfile } from './default-profile.ts';
import { FrameworkScheduler } from './framework-scheduler.ts';
import { firstRefusal } from './local-verdicts.ts';
import { normalise } from './normalise.ts';

const scheduler = (percentageOfNodesToScore = 100) =>
  new FrameworkScheduler({ name: 'default', ...defaultProfile(), percentageOfNodesToScore });

/** The best node, found by asking every filter and every score about every node. */
function byTheBook(pod: Pod, view: Snapshot): string | undefined {
  const { filters, scores } = defaultProfile();
  const asked = filters.flatMap((plugin) => (plugin.preFilter(pod, view) as NodeFilter | undefined) ?? []);
  const passed = view.nodes.filter((node) => !firstRefusal(node, asked));
  const sums = passed.map(() => 0);
  for (const { plugin } of scores) {
    const score = plugin.preScore(pod, view);
    score?.among?.(passed);
    const raw = Float64Array.from(passed, (node) => score?.score(node) ?? 0);
    if (score) normalise(raw, raw.length, score.normalise);
    raw.forEach((value, at) => {
      sums[at]! += plugin.weight * value;
    });
  }
  return passed[sums.indexOf(Math.max(...sums))]?.name;
}

describe('FrameworkScheduler', () => {
  const { numRuns } = runs(8);

  it('places by what it keeps exactly as by looking at everything anew', () => {
    for (let seed = 0; seed < numRuns; seed += 1) {
      const random = new SeededRandom(seed);
      const view = new Snapshot();
      const kept = scheduler();
      const taints = [{ key: 'a', value: 'b', effect: random.pick(['NoSchedule', 'PreferNoSchedule']) as string }];
      const join = (name: string) =>
        view.setNode(
          makeNode(
            name,
            { ...(random.int(6) === 0 && { taints }), unschedulable: random.int(10) === 0 },
            random.int(8) > 0 ? { [zone]: random.pick(['a', 'b', 'c']) as string } : {},
            { cpu: '2', memory: '4Gi', pods: '10' },
          ),
        );
      for (let at = 0; at < 8; at += 1) join(`node-${at}`);
      const placed: ReturnType<typeof anyPod>[] = [];
      for (let at = 0; at < 80; at += 1) {
        const pod = anyPod(`pod-${at}`, random);
        const placement = kept.place(pod, view);
        // A copy of the view counts everything anew as well.
        expect(scheduler().place(pod, view.without([])), `seed ${seed}, ${pod.metadata.name}`).to.deep.equal(placement);
        if ('node' in placement) {
          view.setPod(pod, placement.node);
          placed.push(pod);
        }
        const gone = placed[random.int(40)];
        if (gone) view.removePod(gone.metadata.uid);
        if (random.int(10) === 0) view.removeNode(`node-${random.int(8)}`);
        if (random.int(5) === 0) join(`node-${random.int(8)}`);
      }
    }
  });

  it('takes no short cut that changes the answer', () => {
    for (let seed = 0; seed < numRuns; seed += 1) {
      const random = new SeededRandom(`short cuts ${seed}`);
      const view = new Snapshot();
      const quick = scheduler();
      for (let at = 0; at < 30; at += 1) {
        const labels = random.int(12) > 0 ? { [zone]: random.pick(['a', 'b', 'c']) as string } : {};
        view.setNode(makeNode(`node-${at}`, {}, labels, { cpu: '2', memory: '4Gi', pods: '10' }));
      }
      for (let at = 0; at < 100; at += 1) {
        const pod = anyPod(`pod-${at}`, random);
        const placement = quick.place(pod, view);
        const node = 'node' in placement ? placement.node : undefined;
        expect(node, `seed ${seed}, ${pod.metadata.name}`).to.equal(byTheBook(pod, view));
        if (node) view.setPod(pod, node);
      }
    }
  });

  it('takes the node with the greatest score, the first of equal ones', () => {
    const view = new Snapshot();
    for (const name of ['a', 'b', 'c']) view.setNode(makeNode(name, {}, {}, { cpu: '4', memory: '8Gi', pods: '10' }));
    const default_ = scheduler();
    const placed = ['1', '2', '3', '4'].map((name) => {
      const pod = makePod(name, {}, { resources: { requests: { cpu: '1', memory: '2Gi' } } });
      const placement = default_.place(pod, view) as { node: string };
      view.setPod(pod, placement.node);
      return placement.node;
    });
    expect(placed).to.deep.equal(['a', 'b', 'c', 'a']);
  });

  it('counts the reasons of all nodes', () => {
    const view = new Snapshot();
    view.setNode(makeNode('cordoned', { unschedulable: true }));
    view.setNode(makeNode('tainted', { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] }));
    view.setNode(makeNode('small', {}, {}, { cpu: '1', memory: '1Gi', pods: '10' }));
    const big = makePod('big', {}, { resources: { requests: { cpu: '2', memory: '4Gi' } } });
    expect(scheduler().place(big, view)).to.deep.include({
      unschedulable: {
        'node(s) were unschedulable': 1,
        'node(s) had untolerated taint {gpu: yes}': 1,
        'Insufficient cpu': 1,
        'Insufficient memory': 1,
      },
    });
  });

  it('looks at a part of many nodes only, in turn, when it is told to', () => {
    const view = new Snapshot();
    for (let at = 0; at < 400; at += 1) view.setNode(makeNode(`node-${at}`));
    const sampling = scheduler(25);
    const nodes = Array.from({ length: 5 }, (_, at) => {
      const pod = makePod(`pod-${at}`);
      const placement = sampling.place(pod, view) as { node: string };
      view.setPod(pod, placement.node);
      return placement.node;
    });
    expect(nodes).to.deep.equal(['node-0', 'node-100', 'node-200', 'node-300', 'node-1']);
  });
});
