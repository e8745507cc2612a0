// Replay: one run of a check that is held at an instant of its virtual time, and let go on from there, instant by instant.
//   const survey = await surveyOf(run);                  the whole run, once: its instants and what it found
//   const replay = new Replay(run, survey);
//   await replay.goTo(survey.last);                      the same run again, held there
//   await replay.goTo(survey.last + 1);                  on; the check is over, the cluster goes on by itself
// Always true: the same part and seed live through the same instants, so a place is known by its number. There is no way
// back but another replay.

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
  /** Seconds since the check began, by instant. */
  readonly times: readonly number[];
  /** What it threw. */
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
  let first = 0;
  let last = 0;
  let times: number[] = [];
  whenWorldBegins((world) => {
    worlds += 1;
    times = [0];
    first = 0;
    const start = zeroOf(world);
    last = 0;
    world.clock.pause = async () => {
      last = world.clock.instants;
      times[last] = world.seconds;
      // The check's time begins when the cluster is ready: from there on the seconds count.
      if (first === 0 && isReady(world, start)) first = last;
    };
    onEnd(world, async () => {
      world.clock.pause = undefined;
    });
  });
  const error = await run().then(
    () => undefined,
    (thrown) => thrown,
  );
  whenWorldBegins(() => {});
  return { worlds, first, last, times, error };
}

/** The virtual time, milliseconds since 1970, from which the world's seconds count. */
const zeroOf = (world: World): number => Math.round(world.clock.now() - world.seconds * 1000);

const isReady = (world: World, start: number): boolean =>
  (world.client as World['client'] | undefined) !== undefined && (zeroOf(world) !== start || world.pods().length > 0);

/** Called before a world ends, which waits for it. */
function onEnd(world: World, work: () => Promise<void>): void {
  const stop = world.stop.bind(world);
  world.stop = async () => {
    await work();
    return stop();
  };
}

export class Replay {
  #world: World | undefined;
  #target = 0;
  #isAfter = false;
  /** How long the history and the faults were at the end of each instant. */
  readonly #lengths = new Map<number, { readonly changes: number; readonly faults: number }>();
  /** It has reached the target, or cannot go on: wakes who asked for it. */
  #arrived: (why?: Error) => void = () => {};
  #goOn: () => void = () => {};
  #isHeld = false;

  /** Begins the run, and holds it at the first instant of its last world. */
  constructor(run: () => Promise<void>, { worlds }: Survey) {
    let begun = 0;
    whenWorldBegins((world) => {
      begun += 1;
      if (begun === worlds) this.#take(world);
    });
    this.#start = run;
  }
  readonly #start: () => Promise<void>;
  #isStarted = false;

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
      void this.#start().catch(() => {});
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
    const { clock, history, faults } = world;
    clock.pause = async () => {
      this.#lengths.set(clock.instants, { changes: history.changes.length, faults: faults.log.length });
      while (clock.instants >= this.#target) await this.#hold();
    };
    onEnd(world, () => this.#goOnAlone(world));
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
  async #goOnAlone({ clock }: World): Promise<never> {
    this.#isAfter = true;
    for (;;) {
      const { next } = clock;
      if (next === undefined) await this.#hold(new Error('nothing is left to happen in this cluster'));
      else await clock.advance(Math.max(0, next - clock.now()));
    }
  }
}
