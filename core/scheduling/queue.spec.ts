import { expect } from 'chai';
import { makePod } from '../testing/objects.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { SchedulingQueue } from './queue.ts';

describe('scheduling queue', () => {
  let clock: VirtualClock;
  let queue: SchedulingQueue;

  beforeEach(() => {
    clock = new VirtualClock();
    queue = new SchedulingQueue(clock);
  });

  const names = () => {
    const out: string[] = [];
    for (let next = queue.pop(); next; next = queue.pop()) out.push(next.pod.metadata.name);
    return out;
  };

  it('gives pods out by priority, then in the order in which they came', () => {
    queue.set(makePod('a'));
    queue.set(makePod('b', { priority: 10 }));
    queue.set(makePod('c', { priority: 10 }));
    queue.set(makePod('d'));
    expect(names()).to.deep.equal(['b', 'c', 'a', 'd']);
  });

  it('gives a pod out once, however often it is told of', () => {
    queue.set(makePod('a'));
    queue.set(makePod('a'));
    expect(names()).to.deep.equal(['a']);
    queue.set(makePod('a'));
    expect(names()).to.deep.equal([]);
  });

  it('holds a refused pod until the cluster changes, and then for its back-off', async () => {
    queue.set(makePod('a'));
    queue.refused(queue.pop()!);
    await clock.advance(5000);
    expect(names()).to.deep.equal([]);
    queue.clusterChanged();
    queue.refused(queue.pop()!);
    queue.clusterChanged();
    expect(names(), 'the second back-off is 2 s').to.deep.equal([]);
    await clock.advance(2000);
    expect(names()).to.deep.equal(['a']);
  });

  it('wakes a refused pod by those events only that can help it', async () => {
    queue.set(makePod('web'));
    queue.refused(queue.pop()!, ['PodGone']);
    queue.clusterChanged('NamespaceChanged');
    await clock.advance(20_000);
    expect(queue.pop()).to.equal(undefined);
    queue.clusterChanged('PodGone');
    expect(queue.pop()?.pod.metadata.name).to.equal('web');
  });

  it('does not lose what changes while a pod is being tried', async () => {
    queue.set(makePod('web'));
    const out = queue.pop()!;
    queue.clusterChanged('PodGone');
    queue.refused(out, ['PodGone']);
    await clock.advance(1000);
    expect(queue.pop()?.pod.metadata.name).to.equal('web');
  });

  it('tries a refused pod again after five minutes although nothing changed', async () => {
    queue.set(makePod('a'));
    queue.refused(queue.pop()!);
    await clock.advance(299_000);
    expect(names()).to.deep.equal([]);
    await clock.advance(1000);
    expect(names()).to.deep.equal(['a']);
  });

  it('doubles the back-off from one second to ten', async () => {
    queue.set(makePod('a'));
    const waits: number[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) {
      queue.failed(queue.pop()!);
      const start = clock.now();
      await clock.advance((clock.next ?? start) - start);
      waits.push(clock.now() - start);
    }
    expect(waits).to.deep.equal([1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it('wakes a refused pod when it asks for something else, but not when only its status changes', () => {
    const pod = makePod('a');
    queue.set(pod);
    queue.refused(queue.pop()!);
    queue.set({ ...pod, status: { phase: 'Pending', message: 'no room' } });
    expect(clock.next).to.equal(clock.now() + 300_000);
    queue.set(makePod('a', { nodeSelector: {} }));
    expect(clock.next, 'it waits for its back-off only').to.equal(clock.now() + 1000);
  });

  it('keeps gated pods out until the last gate is gone', () => {
    queue.set(makePod('a', { schedulingGates: [{ name: 'example.com/quota' }] }));
    expect(names()).to.deep.equal([]);
    expect(queue.size).to.equal(1);
    queue.set(makePod('a'));
    expect(names()).to.deep.equal(['a']);
  });

  it('never gives out a pod that was removed', async () => {
    queue.set(makePod('a'));
    queue.remove('uid-a');
    queue.set(makePod('b'));
    const b = queue.pop()!;
    queue.remove('uid-b');
    queue.failed(b);
    await clock.advance(400_000);
    expect(names()).to.deep.equal([]);
  });

  it('leaves no timer when it stops', () => {
    queue.set(makePod('a'));
    queue.refused(queue.pop()!);
    queue.stop();
    expect(clock.next).to.equal(undefined);
  });
});
