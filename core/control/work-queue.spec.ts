import { expect } from 'chai';
import fc from 'fast-check';
import { VirtualClock } from '../time/virtual-clock.ts';
import { WorkQueue } from './work-queue.ts';

describe('WorkQueue', () => {
  let clock: VirtualClock;
  let queue: WorkQueue;

  beforeEach(() => {
    clock = new VirtualClock();
    queue = new WorkQueue(clock);
  });

  const drain = async () => {
    const keys: (string | undefined)[] = [];
    while (queue.length > 0) {
      const key = await queue.next();
      keys.push(key);
      queue.done(key ?? '');
    }
    return keys;
  };

  it('hands keys out in order, each once however often it was added', async () => {
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    expect(await drain()).to.deep.equal(['a', 'b', 'c']);
  });

  it('hands a key that is added while it is handled out once more, afterwards', async () => {
    queue.add('a');
    expect(await queue.next()).to.equal('a');
    queue.add('a');
    queue.add('a');
    queue.add('b');
    expect(queue.length).to.equal(1);
    queue.done('a');
    expect(await drain()).to.deep.equal(['b']);
    await clock.settle();
    expect(await drain()).to.deep.equal(['a']);
    expect(queue.isIdle).to.equal(true);
  });

  it('makes one look of what changes in one turn of the event loop', async () => {
    const looks: string[] = [];
    const work = async () => {
      for (let key = await queue.next(); key !== undefined; key = await queue.next()) {
        looks.push(key);
        queue.done(key);
      }
    };
    const working = work();
    for (let change = 0; change < 100; change += 1) {
      queue.add('a');
      await undefined;
    }
    queue.add('b');
    expect(queue.isIdle).to.equal(false);
    await clock.settle();
    expect(looks).to.deep.equal(['a', 'b', 'a']);
    expect(queue.isIdle).to.equal(true);
    queue.end();
    await working;
  });

  it('wakes those who wait, first come first served', async () => {
    const first = queue.next();
    const second = queue.next();
    queue.add('a');
    queue.add('b');
    expect(await Promise.all([first, second])).to.deep.equal(['a', 'b']);
  });

  it('adds after a time, the earliest of several', async () => {
    queue.addAfter('a', 5000);
    queue.addAfter('a', 1000);
    queue.addAfter('a', 9000);
    await clock.advance(999);
    expect(queue.length).to.equal(0);
    await clock.advance(1);
    expect(await drain()).to.deep.equal(['a']);
    await clock.advance(10_000);
    expect(queue.length).to.equal(0);
  });

  it('waits 5 ms, twice as long after each failure, 1000 s at most, and forgets', async () => {
    const waits: number[] = [];
    for (let failure = 0; failure < 25; failure += 1) {
      const begun = clock.now();
      queue.addRateLimited('a');
      await clock.runUntil(() => queue.length > 0);
      waits.push(clock.now() - begun);
      await drain();
    }
    expect(waits.slice(0, 4)).to.deep.equal([5, 10, 20, 40]);
    expect(waits.at(-1)).to.equal(1_000_000);
    expect(queue.failures('a')).to.equal(25);
    queue.forget('a');
    queue.addRateLimited('a');
    await clock.advance(5);
    expect(await drain()).to.deep.equal(['a']);
  });

  it('ends: those who wait get nothing, no timer is left', async () => {
    const waiting = queue.next();
    queue.addAfter('a', 1000);
    queue.end();
    queue.add('b');
    queue.addAfter('c', 10);
    expect(await waiting).to.equal(undefined);
    expect(await queue.next()).to.equal(undefined);
    expect(clock.next).to.equal(undefined);
  });

  it('loses no key and never hands one out twice at once', async () => {
    const operation = fc.record({ do: fc.constantFrom('add', 'take', 'done'), key: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 100 }), async (operations) => {
        const tested = new WorkQueue(clock);
        const pending = new Set<string>();
        const held: string[] = [];
        for (const { do: what, key } of operations) {
          if (what === 'add') {
            tested.add(`k${key}`);
            pending.add(`k${key}`);
          } else if (what === 'done') {
            const key = held.shift();
            if (key) tested.done(key);
          } else if (tested.length > 0) {
            const taken = (await tested.next()) as string;
            expect(held).not.to.include(taken);
            held.push(taken);
            pending.delete(taken);
          }
        }
        for (const key of held) tested.done(key);
        for (await clock.settle(); !tested.isIdle; await clock.settle()) {
          const taken = (await tested.next()) as string;
          pending.delete(taken);
          tested.done(taken);
        }
        expect(pending.size).to.equal(0);
      }),
    );
  });
});
