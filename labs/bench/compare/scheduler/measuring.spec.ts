import { expect } from 'chai';
import { Snapshot } from '../../../../core/scheduling/snapshot.ts';
import { makeNode, makePod } from '../../../../core/testing/objects.ts';
import { PlacementLog } from './broken-rules.ts';
import { percentile, samplesOf } from './meter.ts';
import { qualityOf } from './quality.ts';
import { StepClock } from './step-clock.ts';
import type { Workload } from './workload.ts';

describe('what a benchmark measures', () => {
  it('throughput: pods newly bound in each second from the first binding', () => {
    // Ten seconds and a bit: 2 pods a second, and 4 in the last whole one.
    const bound = [0, ...Array.from({ length: 9 }, (_, second) => [second * 1000 + 300, second * 1000 + 700]).flat()];
    bound.push(9100, 9200, 9300, 9400, 10_050);
    const { samples, interval } = samplesOf(bound);
    expect(interval).to.equal(1000);
    expect(samples).to.deep.equal([...Array.from({ length: 9 }, (_, at) => [at + 1, 2]), [10, 4]]);
  });

  it('throughput: of a short run the samples are shorter, and no fewer than ten', () => {
    const { samples, interval } = samplesOf(Array.from({ length: 101 }, (_, at) => at * 3));
    expect(interval).to.equal(20);
    expect(samples).to.have.length(15);
    for (const [, rate] of samples) expect(rate).to.be.within(300, 350);
  });

  it('throughput: one pod, or none, is no throughput', () => {
    expect(samplesOf([]).samples).to.deep.equal([]);
    expect(samplesOf([5]).samples).to.deep.equal([]);
  });

  it('percentiles as scheduler_perf takes them', () => {
    expect(percentile([1, 2, 3, 4], 50)).to.equal(2);
    expect(percentile([1, 2, 3, 4], 99)).to.equal(4);
    expect(percentile([7], 50)).to.equal(7);
  });

  it('quality, worked out by hand', () => {
    const view = new Snapshot();
    const amounts = { cpu: '4', memory: '8Gi', pods: '10' };
    for (const name of ['a', 'b', 'c', 'd']) view.setNode(makeNode(name, {}, {}, amounts));
    const pod = (name: string, cpu: string) => makePod(name, {}, { resources: { requests: { cpu, memory: '1Gi' } } });
    view.setPod(pod('1', '3'), 'a');
    view.setPod(pod('2', '3'), 'b');
    view.setPod(pod('3', '2'), 'c');
    const step = { do: 'createPods', count: 3, namespace: 'x', measured: true, waits: true } as const;
    const workload: Workload = {
      name: 'W/1',
      description: '',
      labels: [],
      // 9 CPUs fit nowhere, so 2 CPUs are the largest shape: free on a and b are 1 each, of no use to it.
      steps: [
        { ...step, template: pod('t', '2') },
        { ...step, template: pod('u', '9') },
      ],
    };
    const { values, nodes } = qualityOf(view, workload);
    expect(values['utilisation.cpu']).to.equal(50);
    expect(values['utilisation.memory']).to.equal(9.375);
    expect(values.fragmentation).to.equal(25);
    // Loads 75, 75, 50, 0: mean 50, variance (625 + 625 + 0 + 2500) / 4.
    expect(values.imbalance).to.be.closeTo(Math.sqrt(937.5), 1e-6);
    expect(values.nodesInUse).to.equal(3);
    expect(nodes[0]).to.deep.equal({ node: 'a', cpu: 0.75, memory: 0.125, pods: 1 });
  });

  it('counts pods where they must not be, in the order in which they came', async () => {
    const view = new Snapshot();
    view.setNode(makeNode('a', {}, {}, { cpu: '2', memory: '8Gi', pods: '10' }));
    view.setNode(makeNode('cordoned', { unschedulable: true }));
    const pod = (name: string) => makePod(name, {}, { resources: { requests: { cpu: '1' } } });
    const log = new PlacementLog();
    log.bound(pod('1'), 'a');
    log.bound(pod('2'), 'a');
    log.bound(pod('3'), 'a');
    log.gone('uid-1');
    log.gone('uid-2');
    log.bound(pod('4'), 'a');
    log.bound(pod('5'), 'cordoned');
    expect(await log.broken(view)).to.equal(2);
  });

  it('the step clock does what is due, in order, and nothing else', () => {
    const clock = new StepClock();
    const began = clock.now();
    const done: string[] = [];
    clock.schedule(20, () => done.push('b'));
    clock.schedule(10, () => {
      done.push('a');
      clock.schedule(5, () => done.push('a2'));
    });
    clock.schedule(15, () => done.push('never'))();
    clock.moveTo(began + 12);
    expect(done).to.deep.equal(['a']);
    clock.moveTo(began + 100);
    expect(done).to.deep.equal(['a', 'a2', 'b']);
    expect(clock.now()).to.equal(began + 100);
    expect(clock.next).to.equal(undefined);
  });
});
