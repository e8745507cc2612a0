// Replay: one run of a check that is held at an instant of its virtual time, and let go on from there, instant by instant.
//   const survey = await surveyOf(run);                  the whole run, once: its instants and what it found
//   const replay = new Replay(run, survey);
//   await replay.goTo(survey.last);                      the same run again, held there
//   await replay.goTo(survey.last + 1);                  on; the check is over, the cluster goes on by itself
// Always true: the same part and seed live through the same instants, so a place is known by its number. There is no way
// back but another replay.

import { isTrue } from '../../../core/model/conditions.ts';
import { Nodes } from '../../../core/model/node.ts';
import { named } from '../../kit/history.ts';
import type { TimelineRow } from '../../kit/lab.ts';
import { type World, whenWorldBegins } from '../../kit/world.ts';

/** What a run was like. */
export interface Survey {
  /** How many worlds it began; the last one is visited. */
  readonly worlds: number;
  /** Instants at which the check began and ended, in the last world. */
  readonly first: number;
  readonly last: number;
  /** At each instant, by number: seconds since the check began. */
  readonly times: readonly number[];
  /** What it threw; undefined: it passed. */
  readonly error: unknown;
}

/** Where virtual time stands. */
export interface Place {
  readonly instant: number;
  /** Seconds since the check began. */
  readonly at: number;
  /** The check has ended, and the cluster goes on without it. */
  readonly isAfter: boolean;
}

/** Runs it through, and looks at each instant. */
export async function surveyOf(run: () => Promise<void>): Promise<Survey> {
  let worlds = 0;
  let first: number | undefined;
  let last = 0;
  let times: number[] = [];
  whenWorldBegins((world) => {
    worlds += 1;
    first = undefined;
    times = [];
    const look = async () => {
      last = world.clock.instants;
      times[last] = world.seconds;
      if (isUp(world)) first ??= last;
    };
    world.clock.pause = look;
    onEnd(world, async () => {
      await look();
      world.clock.pause = undefined;
    });
  });
  const error = await run().then(
    () => undefined,
    (thrown) => thrown ?? new Error('it failed without a reason'),
  );
  whenWorldBegins(() => {});
  return { worlds, first: first ?? last, last, times, error };
}

/** The check has begun: its cluster is there, with nodes that are ready. */
const isUp = (world: World): boolean =>
  (world.client as World['client'] | undefined) !== undefined &&
  world.list(Nodes).every(({ status }) => isTrue(status?.conditions, 'Ready'));

/** Called before a world ends, which waits for it. */
function onEnd(world: World, work: () => Promise<void>): void {
  const stop = world.stop.bind(world);
  world.stop = async () => {
    await work();
    return stop();
  };
}

export class Replay {
  readonly #run: () => Promise<void>;
  #world: World | undefined;
  #target = 0;
  #isStarted = false;
  #isHeld = false;
  #isAfter = false;
  /** How long the history and the faults were at the end of each instant. */
  readonly #lengths = new Map<number, { readonly changes: number; readonly faults: number }>();
  /** It stands at the target, or cannot go on: wakes who asked for it. */
  #arrived: (why?: Error) => void = () => {};
  #goOn: () => void = () => {};

  /** Nothing runs before `goTo`. */
  constructor(run: () => Promise<void>, { worlds }: Survey) {
    this.#run = run;
    let begun = 0;
    whenWorldBegins((world) => {
      begun += 1;
      if (begun === worlds) this.#take(world);
    });
  }

  get world(): World {
    if (!this.#world) throw new Error('the check has not begun');
    return this.#world;
  }

  get place(): Place {
    const { clock, seconds } = this.world;
    return { instant: clock.instants, at: seconds, isAfter: this.#isAfter };
  }

  /** Comes back when virtual time stands there. @throws Error when it lies behind, or nothing is left to happen */
  async goTo(instant: number): Promise<Place> {
    if (this.#world && instant < this.#world.clock.instants) throw new Error('there is no way back in a replay');
    if (this.#isHeld && instant === this.#world?.clock.instants) return this.place;
    this.#target = instant;
    const arrived = new Promise<void>((resolve, reject) => {
      this.#arrived = (why) => (why ? reject(why) : resolve());
    });
    if (this.#isStarted) this.#goOn();
    else {
      this.#isStarted = true;
      // How it ends is known: it never does, for its world does not.
      void this.#run().catch(() => {});
    }
    await arrived;
    return this.place;
  }

  /** What happened in the instants after `from`, up to and including `to`. */
  between(from: number, to: number): TimelineRow[] {
    const { history, faults } = this.world;
    const [begin, end] = [this.#lengths.get(from), this.#lengths.get(to)];
    const rows = history.changes.slice(begin?.changes ?? 0, end?.changes).map(
      ({ at, what, kind, key, by, line }): TimelineRow => ({
        at,
        what,
        object: named(kind, key),
        by,
        ...(line && { line }),
      }),
    );
    return [...rows, ...faults.log.slice(begin?.faults ?? 0, end?.faults)].sort((a, b) => a.at - b.at);
  }

  #take(world: World): void {
    this.#world = world;
    world.clock.pause = () => this.#stand(world);
    onEnd(world, () => this.#goOnAlone(world));
  }

  /** The instant is over: stays there until somebody wants to go on. */
  async #stand({ clock, history, faults }: World): Promise<void> {
    this.#lengths.set(clock.instants, { changes: history.changes.length, faults: faults.log.length });
    while (clock.instants >= this.#target) await this.#hold();
  }

  async #hold(why?: Error): Promise<void> {
    const goOn = new Promise<void>((resolve) => {
      this.#goOn = resolve;
    });
    this.#isHeld = true;
    this.#arrived(why);
    await goOn;
    this.#isHeld = false;
  }

  /** The check is over; what is under way in the cluster is not. Never comes back: the process ends before. */
  async #goOnAlone(world: World): Promise<never> {
    const { clock } = world;
    for (;;) {
      await this.#stand(world);
      this.#isAfter = true;
      if (clock.next === undefined) await this.#hold(new Error('nothing is left to happen in this cluster'));
      else await clock.advance(Math.max(0, clock.next - clock.now()));
    }
  }
}
