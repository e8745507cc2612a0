// Part under test: the student's part beside a cluster that otherwise works, with a client of its own that faults reach.
// core's loops run it, as in a real cluster: a ControllerRunner around each Controller, a SchedulerLoop around a Scheduler.
//   start()     as the component's start
//   restart()   it is gone at once, with all it knew, whatever it was doing; another one starts
//   stop()      in good order; gives what it left behind
// Always true: what the part throws that is no ApiError is told to `onTrouble`, with the line; it is told once.

import { ResourceRegistry } from '../../core/api/resource-registry.ts';
import { assemble, given } from '../../core/cluster/container.ts';
import { identityOf } from '../../core/cluster/identities.ts';
import type { Part } from '../../core/cluster/part.ts';
import type { Plugin } from '../../core/cluster/plugin.ts';
import { ClusterSetting } from '../../core/cluster/setting.ts';
import { Settings } from '../../core/cluster/settings.ts';
import { ApiClient, type UserInfo } from '../../core/contracts/api-client.ts';
import { Resources } from '../../core/contracts/api-server.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Controller, type Informers } from '../../core/contracts/controller.ts';
import { Random } from '../../core/contracts/random.ts';
import { Scheduler } from '../../core/contracts/scheduler.ts';
import { ControllerRunner } from '../../core/control/controller-runner.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { builtinResources } from '../../core/model/index.ts';
import { ApiError } from '../../core/model/status.ts';
import { SchedulerLoop } from '../../core/scheduling/scheduler-loop.ts';
import { SharedInformers } from '../../core/streams/shared-informers.ts';
import { type Call, FaultyClient } from '../../core/testing/faulty-client.ts';
import { CacheView } from './cache-view.ts';
import { counted, examined, type Trouble, troubleOf } from './examined.ts';
import type { Faults } from './faults.ts';
import type { History } from './history.ts';
import { classIn, isChange, lineOf, RecordedCall } from './part-calls.ts';

export interface PartOptions {
  readonly plugin: Plugin;
  /** The student's file. */
  readonly file: string;
  readonly slot: 'Scheduler' | 'Controller';
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  readonly history: History;
  readonly seconds: () => number;
  /** A client of the cluster that never fails. */
  client(user: UserInfo): ApiClient;
  onTrouble(trouble: Trouble): void;
}

export class PartUnderTest {
  readonly calls: RecordedCall[] = [];
  readonly caches: CacheView;
  readonly #options: PartOptions;
  readonly #pending = new Map<Call, RecordedCall>();
  #life: Life | undefined;
  #lives = 0;

  constructor(options: PartOptions) {
    this.#options = options;
    this.caches = new CacheView(options.history);
  }

  /** Comes back when the part works. @throws what its start throws */
  async start(): Promise<void> {
    this.#lives += 1;
    const { faults, client, slot, clock } = this.#options;
    const faulty = new FaultyClient(client(identityOf(slot)), clock);
    const life: Life = { faulty, isOver: false, part: undefined, informers: undefined };
    faulty.before = (call) => this.#before(call, life);
    faulty.after = (call, answer) => this.#after(call, answer, life);
    faulty.failed = (call, error) => this.#answered(call)?.fail(error);
    faults.reach(faulty);
    this.#life = life;
    try {
      await this.#build(life).start();
    } catch (error) {
      if (this.#life === life) throw error; // a start that a restart or stop has overtaken is nobody's failure
    }
  }

  /** Ends the part as a process is ended that is killed, and starts another. */
  async restart(): Promise<void> {
    const life = this.#life;
    if (life) {
      life.isOver = true; // no call of it reaches the API any more, none is answered
      life.informers?.stop();
      // What it does in stop() is nobody's business now, and nobody waits for it.
      void life.part?.stop().catch(() => {});
    }
    await this.start();
  }

  /** @returns what it left open, in words; empty when it left nothing */
  async stop(): Promise<string[]> {
    const life = this.#life;
    this.#life = undefined;
    if (!life) return [];
    await life.part?.stop();
    life.informers?.stop();
    const { openWatches } = life.faulty;
    life.isOver = true;
    return openWatches === 0 ? [] : [openWatches === 1 ? 'a watch open' : `${openWatches} watches open`];
  }

  #before(call: Call, life: Life): void | Promise<void> {
    if (life.isOver) throw new ApiError(503, 'ServiceUnavailable', 'the part that called is gone');
    if (call.verb === 'watch') return undefined;
    if (isChange(call)) {
      const { file, seconds } = this.#options;
      const recorded = new RecordedCall(call, seconds(), file, new Error('origin'), this.caches.lacked());
      this.calls.push(recorded);
      if (this.#isRestless(recorded)) {
        this.#trouble(life, recorded.verb, `${recorded.verb} of ${recorded.kind} ${recorded.key}`, 'never-rests');
        throw new ApiError(429, 'TooManyRequests', 'your part writes without end');
      }
      this.#pending.set(call, recorded);
    }
    return this.#allowed(call, life);
  }

  /** Whether a second holds more writes than any honest part makes: without this, virtual time would never go on. */
  #isRestless({ at }: RecordedCall): boolean {
    const before = this.calls.at(-mostWrites);
    return before !== undefined && at - before.at < 1;
  }

  async #allowed(call: Call, life: Life): Promise<void> {
    try {
      await this.#options.faults.before(call);
      if (life.isOver) throw new ApiError(503, 'ServiceUnavailable', 'the part that called is gone');
    } catch (error) {
      this.#answered(call)?.fail(error);
      throw error;
    }
  }

  #after(call: Call, answer: unknown, life: Life): void {
    const recorded = this.#answered(call);
    recorded?.succeed(answer);
    if (life.isOver) throw new ApiError(503, 'ServiceUnavailable', 'the part that called is gone');
    try {
      this.#options.faults.after(call);
    } catch (error) {
      recorded?.fail(error);
      throw error;
    }
  }

  #answered(call: Call): RecordedCall | undefined {
    const recorded = this.#pending.get(call);
    this.#pending.delete(call);
    return recorded;
  }

  #build(life: Life): Part {
    const { plugin, slot, clock } = this.#options;
    const random = this.#options.random.fork(`life ${this.#lives}`);
    const client = life.faulty;
    const informers = new SharedInformers(client, clock, random.fork('informers'));
    life.informers = informers;
    const container = assemble(
      [plugin()],
      [
        given(ApiClient, client),
        given(Clock, clock),
        given(Random, random),
        given(ClusterSetting, new Settings('lab')),
        given(Resources, new ResourceRegistry(builtinResources)),
      ],
    );
    const common = { client, clock, random, informers: this.caches.remembering(informers) };
    life.part =
      slot === 'Scheduler'
        ? this.#schedulerLoop(container.get(Scheduler), common, life)
        : together(
            container.getAll(Controller).map(
              (controller) =>
                new ControllerRunner({
                  ...common,
                  controller: counted(controller, this.#options.seconds, (...trouble) =>
                    this.#trouble(life, ...trouble),
                  ),
                  onBug: (error, key) => {
                    this.#trouble(life, key === undefined ? 'its sources' : `reconcile(${key})`, error);
                  },
                }),
            ),
          );
    return life.part;
  }

  #schedulerLoop(inner: Scheduler, common: Common, life: Life): Part {
    this.#mustHave(inner, 'place', life);
    const { clock } = this.#options;
    const random = common.random.fork('events');
    const recorder = new EventRecorder({ client: common.client, clock, random, component: 'default-scheduler' });
    const scheduler = examined(inner, (...trouble) => this.#trouble(life, ...trouble));
    return new SchedulerLoop({ ...common, scheduler, recorder });
  }

  /** Types are not looked at where the file runs: a misspelt method is missing only when it is called. */
  #mustHave(part: object, method: string, life: Life): void {
    if (typeof (part as Record<string, unknown>)[method] === 'function') return;
    this.#trouble(life, part.constructor.name, method, 'no-method');
  }

  #trouble(life: Life, doing: string, error: unknown, message?: Trouble['message']): void {
    if (life.isOver) return;
    // A check may have put itself in front of the part: then it is the check's call that finds no method.
    const [, missing] = /\b(place|reconcile|sources) is not a function$/.exec(String(error)) ?? [];
    const { file } = this.#options;
    if (missing !== undefined && !lineOf(error, file)) {
      return this.#options.onTrouble({ message: 'no-method', doing: classIn(file) ?? 'your part', error: missing });
    }
    this.#options.onTrouble({ message: message ?? troubleOf(error), doing, error });
  }
}

/** Writes within a virtual second that are too many. */
const mostWrites = 500;

/** One life of the part: from a start to the restart or stop that ends it. */
interface Life {
  readonly faulty: FaultyClient;
  isOver: boolean;
  part: Part | undefined;
  informers: SharedInformers | undefined;
}

interface Common {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly informers: Informers;
}

const together = (parts: readonly Part[]): Part => ({
  start: async () => {
    await Promise.all(parts.map((part) => part.start()));
  },
  stop: async () => {
    await Promise.all(parts.map((part) => part.stop()));
  },
});
