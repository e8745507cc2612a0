import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { again, type Controller, done, type Informer, type Informers, type Result } from '../contracts/controller.ts';
import { type ConfigMap, ConfigMaps } from '../model/config-map.ts';
import { ApiError } from '../model/status.ts';
import { ControlPlane } from '../testing/control-plane.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { ControllerRunner, type ControllerRunnerOptions } from './controller-runner.ts';
import { from, itself } from './sources.ts';

/** Notes the keys that it is given; what it answers is the test's business. */
class Scribe implements Controller {
  readonly name = 'scribe';
  readonly keys: string[] = [];
  readonly workers: number;
  answer: (key: string, signal: AbortSignal) => Promise<Result> = async () => done;
  stopped = 0;
  maps!: Informer<ConfigMap>;

  constructor(workers = 1) {
    this.workers = workers;
  }

  sources(informers: Informers) {
    this.maps = informers.of(ConfigMaps);
    return [from(this.maps, itself)];
  }

  reconcile(key: string, signal: AbortSignal): Promise<Result> {
    this.keys.push(key);
    return this.answer(key, signal);
  }

  stop(): void {
    this.stopped += 1;
  }
}

describe('ControllerRunner', () => {
  let clock: VirtualClock;
  let plane: ControlPlane;
  let runner: ControllerRunner;
  let scribe: Scribe;
  let bugs: string[];

  beforeEach(() => {
    clock = new VirtualClock();
    plane = new ControlPlane(new MemoryStore(clock), clock);
    scribe = new Scribe();
    bugs = [];
  });

  afterEach(async () => {
    await runner.stop();
    await clock.settle();
    expect(plane.faulty.openWatches).to.equal(0);
    expect(scribe.stopped).to.equal(1);
    await plane.stop();
    expect(clock.next).to.equal(undefined);
  });

  const run = (options: Partial<ControllerRunnerOptions> = {}) => {
    const { faulty: client, random } = plane;
    const onBug = (error: unknown, key?: string) => bugs.push(`${error} ${key}`);
    runner = new ControllerRunner({ client, clock, random, controller: scribe, onBug, ...options });
    return runner.start();
  };
  const put = (name: string) => plane.client.of(ConfigMaps).create({ metadata: { name, namespace: 'default' } });

  it('gives the keys of what is there, after the cache shows it, then of what changes', async () => {
    await put('a');
    await put('b');
    let synced = false;
    scribe.answer = async () => {
      synced = scribe.maps.synced;
      return done;
    };
    await run();
    await clock.settle();
    expect(scribe.keys).to.deep.equal(['default/a', 'default/b']);
    expect(synced).to.equal(true);
    await put('c');
    await clock.settle();
    expect(scribe.keys.at(-1)).to.equal('default/c');
    expect(runner.isIdle).to.equal(true);
  });

  it('comes again when asked to', async () => {
    await put('a');
    scribe.answer = async () => (scribe.keys.length < 3 ? again(5000) : done);
    await run();
    await clock.advance(60_000);
    expect(scribe.keys).to.have.length(3);
  });

  it('retries an ApiError with back-off, in silence', async () => {
    await put('a');
    const times: number[] = [];
    scribe.answer = async () => {
      times.push(clock.now());
      if (times.length < 4) throw new ApiError(409, 'Conflict', 'somebody was faster');
      return done;
    };
    await run();
    await clock.advance(1000);
    expect(times.slice(1).map((at, n) => at - times[n]!)).to.deep.equal([5, 10, 20]);
    expect(bugs).to.deep.equal([]);
  });

  it('shows any other exception as a bug, and goes on with other keys', async () => {
    await put('a');
    await put('b');
    scribe.answer = async (key) => {
      if (key === 'default/a') throw new TypeError('undefined is not a function');
      return done;
    };
    await run();
    await clock.advance(20);
    expect(bugs[0]).to.equal('TypeError: undefined is not a function default/a');
    expect(bugs).to.have.length(3);
    expect(scribe.keys).to.include('default/b');
  });

  it('shows an exception in a source as a bug', async () => {
    await put('a');
    scribe.sources = (informers) => [
      from(informers.of(ConfigMaps), () => {
        throw new Error('no keys');
      }),
    ];
    await run();
    expect(bugs).to.deep.equal(['Error: no keys undefined']);
  });

  it('never handles one key twice at the same time, though it has several workers', async () => {
    scribe = new Scribe(3);
    const open = new Set<string>();
    let most = 0;
    scribe.answer = async (key) => {
      expect(open.has(key)).to.equal(false);
      open.add(key);
      most = Math.max(most, open.size);
      await clock.sleep(1000);
      open.delete(key);
      return done;
    };
    await run();
    for (const name of ['a', 'b', 'c', 'd']) await put(name);
    await clock.advance(500);
    await plane.client
      .of(ConfigMaps)
      .in('default')
      .patch('a', { data: { x: 'y' } });
    await clock.advance(10_000);
    expect(most).to.equal(3);
    expect(scribe.keys.filter((key) => key === 'default/a')).to.have.length(2);
    expect(bugs).to.deep.equal([]);
  });

  it('stop aborts what is under way and waits for it', async () => {
    await put('a');
    let ended = false;
    scribe.answer = async (_, signal) => {
      await clock.sleep(60_000, signal).finally(() => {
        ended = true;
      });
      return done;
    };
    await run();
    await clock.settle();
    await runner.stop();
    expect(ended).to.equal(true);
    expect(bugs).to.deep.equal([]);
  });

  it('stop does not wait for ever for a reconcile that never comes back, and names it', async () => {
    await put('a');
    scribe.answer = () => new Promise(() => {});
    await run();
    await clock.settle();
    const stopping = runner.stop();
    await clock.advance(5000);
    await stopping;
    expect(bugs).to.deep.equal(['Error: scribe did not end within 5000 ms of stop(); still at default/a undefined']);
  });

  it('start waits while the API is out of reach; stop ends that too', async () => {
    plane.faulty.before = () => {
      throw new Error('ECONNREFUSED');
    };
    let started = false;
    const starting = run().then(() => {
      started = true;
    });
    await clock.advance(10_000);
    expect(started).to.equal(false);
    await runner.stop();
    await starting;
  });
});
