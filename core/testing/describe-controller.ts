// The suite that every Controller passes, ours or a student's. It is told of one thing that the controller does, and
// asks that it does so whatever happens: told twice, stopped half-way, answered with conflicts, late, cut off.
//
//   describeController('replicaset', () => ({
//     store: (clock) => new MemoryStore(clock),
//     make: ({ faulty, clock }) => new ReplicaController(...),
//     begin: ({ client }) => client.of(ReplicaSets).in('default').create(web),
//     holds: async ({ client }) => (await client.of(Pods).in('default').list()).items.length === 3,
//   }));

import { expect } from 'chai';
import type { Controller } from '../contracts/controller.ts';
import type { Store } from '../contracts/store.ts';
import { ControllerRunner } from '../control/controller-runner.ts';
import { ApiError, conflict } from '../model/status.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { ControlPlane } from './control-plane.ts';
import type { Call } from './faulty-client.ts';

export interface ControllerCase {
  store(clock: VirtualClock): Store;
  /** A new controller; its calls go through `plane.faulty`. */
  make(plane: ControlPlane): Controller;
  /** Writes what gives the controller something to do. */
  begin(plane: ControlPlane): Promise<unknown>;
  /** Plays the others, as far as the case needs them (a kubelet that makes pods ready): called now and then. */
  others?(plane: ControlPlane): Promise<unknown>;
  /** Whether everything is as the controller should have made it. */
  holds(plane: ControlPlane): Promise<boolean>;
}

/** Virtual time that a controller has for its case: 300 looks, 2 seconds apart. */
const looks = 300;
const pause = 2000;

export function describeController(name: string, describeCase: () => ControllerCase): void {
  describe(`controller ${name}: what every controller owes`, () => {
    let given: ControllerCase;
    let plane: ControlPlane;
    let bugs: unknown[];
    const runners: ControllerRunner[] = [];

    beforeEach(() => {
      const clock = new VirtualClock();
      given = describeCase();
      plane = new ControlPlane(given.store(clock), clock);
      bugs = [];
    });

    afterEach(async () => {
      for (const runner of runners.splice(0)) await runner.stop();
      await plane.clock.settle();
      expect(plane.faulty.openWatches, 'watches that are left open after stop()').to.equal(0);
      await plane.stop();
      expect(plane.clock.next, 'a timer that is left after stop()').to.equal(undefined);
      expect(bugs.map(String), 'exceptions that are no ApiError').to.deep.equal([]);
    });

    const start = async (controller = given.make(plane)) => {
      const { faulty: client, clock, random } = plane;
      const onBug = (error: unknown) => bugs.push(error);
      const runner = new ControllerRunner({ client, controller, clock, random, onBug });
      runners.push(runner);
      await runner.start();
      return runner;
    };

    const arrive = async () => {
      for (let look = 0; look < looks; look += 1) {
        await plane.clock.advance(pause);
        await given.others?.(plane);
        await plane.clock.settle();
        if (await given.holds(plane)) return;
      }
      throw new Error(`${(looks * pause) / 1000} s of virtual time later the controller has not done its work`);
    };

    it('does its work on what is there when it starts', async () => {
      await given.begin(plane);
      await start();
      await arrive();
    });

    it('does its work on what comes while it runs', async () => {
      await start();
      await given.begin(plane);
      await arrive();
    });

    it('comes to rest, and changes nothing when it is started again', async () => {
      await given.begin(plane);
      const first = await start();
      await arrive();
      await plane.clock.advance(60_000);
      expect(first.isIdle).to.equal(true);
      await first.stop();
      const revision = await plane.store.revision();
      await start();
      await plane.clock.advance(60_000);
      expect(await plane.store.revision(), 'the store was written to').to.equal(revision);
      expect(await given.holds(plane)).to.equal(true);
    });

    it('does no more when every key is handled twice in a row', async () => {
      const controller = given.make(plane);
      await start({
        name: controller.name,
        sources: (informers) => controller.sources(informers),
        reconcile: async (key, signal) => {
          await controller.reconcile(key, signal);
          return controller.reconcile(key, signal);
        },
        stop: () => controller.stop?.(),
      });
      await given.begin(plane);
      await arrive();
    });

    for (const stopAfter of [1, 2, 3, 5]) {
      it(`goes on where a predecessor was stopped after ${stopAfter} writes`, async () => {
        const first = await start();
        let made = 0;
        plane.faulty.after = ({ isWrite }) => {
          if (isWrite) made += 1;
          if (made === stopAfter) void first.stop();
        };
        await given.begin(plane);
        for (let look = 0; look < 20; look += 1) {
          await plane.clock.advance(pause);
          await given.others?.(plane);
        }
        await first.stop();
        plane.faulty.after = () => {};
        await start();
        await arrive();
      });
    }

    const failing = (what: string, fail: (call: Call) => void, when: 'before' | 'after') => {
      it(`gets there although every second write ${what}`, async () => {
        let count = 0;
        plane.faulty[when] = (call) => {
          if (!call.isWrite || call.resource.plural === 'events') return;
          count += 1;
          if (count % 2 === 1) fail(call);
        };
        await start();
        await given.begin(plane);
        await arrive();
      });
    };
    failing(
      'meets a conflict',
      ({ resource }) => {
        throw conflict(resource, 'x');
      },
      'before',
    );
    failing(
      'is made, but its answer is lost',
      () => {
        throw new ApiError(500, 'InternalError', 'connection lost');
      },
      'after',
    );

    it('gets there although its caches are half a second late', async () => {
      plane.faulty.lateness = 500;
      await start();
      await given.begin(plane);
      await arrive();
    });

    it('gets there although its watches are cut all the time', async () => {
      await start();
      await given.begin(plane);
      for (let cut = 0; cut < 10; cut += 1) {
        await plane.clock.advance(1500);
        await given.others?.(plane);
        plane.faulty.cutWatches(cut % 2 ? undefined : new Error('connection reset'));
      }
      await arrive();
    });
  });
}
