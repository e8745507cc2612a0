import { expect } from 'chai';
import { debounceTime, lastValueFrom, Subject, take, toArray } from 'rxjs';
import { VirtualClock } from './virtual-clock.ts';

describe('virtual clock', () => {
  it('moves instant by instant, in the order of times, then of scheduling', async () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    clock.schedule(20, () => seen.push(`c@${clock.now()}`));
    clock.schedule(10, () => seen.push(`a@${clock.now()}`));
    clock.schedule(10, () => seen.push(`b@${clock.now()}`));
    await clock.advance(15);
    expect(seen).to.deep.equal(['a@10', 'b@10']);
    expect(clock.now()).to.equal(15);
    await clock.advance(5);
    expect(seen).to.deep.equal(['a@10', 'b@10', 'c@20']);
  });

  it('lets promises come to rest before the next instant', async () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    clock.schedule(1, async () => {
      for (let i = 0; i < 1000; i += 1) await Promise.resolve();
      seen.push(clock.now());
    });
    clock.schedule(2, () => seen.push(clock.now()));
    await clock.advance(2);
    expect(seen).to.deep.equal([1, 2]);
  });

  it('stands still for what is held', async () => {
    const clock = new VirtualClock(0);
    let done = 0;
    clock.schedule(1, () => {
      const work = (async () => {
        for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        done = clock.now();
      })();
      clock.hold(work);
    });
    clock.schedule(2, () => expect(done).to.equal(1));
    await clock.advance(5);
    expect(done).to.equal(1);
  });

  it('cancels, sleeps, and aborts sleep', async () => {
    const clock = new VirtualClock(0);
    const cancel = clock.schedule(5, () => expect.fail('cancelled work ran'));
    cancel();
    const abort = new AbortController();
    const slept = clock.sleep(10).then(() => clock.now());
    const aborted = clock.sleep(10, abort.signal).catch((reason) => reason);
    abort.abort('enough');
    await clock.advance(10);
    expect(await slept).to.equal(10);
    expect(await aborted).to.equal('enough');
    expect(clock.next).to.equal(undefined);
  });

  it('counts instants, and stands still between them for whoever looks', async () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    clock.pause = async () => {
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${clock.instants}@${clock.now()}`);
    };
    clock.schedule(5, () => clock.schedule(0, () => seen.push('at once')));
    clock.schedule(9, () => seen.push('later'));
    await clock.advance(20);
    expect(seen).to.deep.equal(['1@0', '2@5', 'at once', '3@5', 'later', '4@9']);
    clock.pause = undefined;
    await clock.advance(20);
    expect(clock.instants).to.equal(6);
  });

  it('gives RxJS operators its time', async () => {
    const clock = new VirtualClock(0);
    const input = new Subject<string>();
    const output: string[] = [];
    input.pipe(debounceTime(100, clock.scheduler)).subscribe((value) => output.push(`${value}@${clock.now()}`));
    input.next('a');
    await clock.advance(50);
    input.next('b');
    await clock.advance(500);
    expect(output).to.deep.equal(['b@150']);
    const ticks = lastValueFrom(clock.every(10).pipe(take(3), toArray()));
    await clock.advance(30);
    expect(await ticks).to.deep.equal([0, 1, 2]);
  });

  it('runs until a condition holds, or says that it never did', async () => {
    const clock = new VirtualClock(0);
    let count = 0;
    const ticking = clock.every(1000).subscribe(() => {
      count += 1;
    });
    await clock.runUntil(() => count === 5);
    expect(clock.now()).to.equal(5000);
    ticking.unsubscribe();
    const error = await clock.runUntil(() => count === 99, 10_000).catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(Error);
  });
});
