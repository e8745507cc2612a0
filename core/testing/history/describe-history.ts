// What a store promises, checked on what clients saw of it while it was troubled:
//
//   describeHistory('memory', () => ({ open: async () => new MemoryStore(clock), end: async () => {} }), []);
//
// For each seed a world of its own: clients work, faults come, in some worlds the process is killed and opens its store again;
// everything is recorded, and the record is checked. The seed decides what is asked and which faults come; how calls
// overlap is up to the machine, so a failure tells its record's contradictions, not only its seed.

import type { Random } from '../../contracts/random.ts';
import type { Store } from '../../contracts/store.ts';
import { SeededRandom } from '../../time/random.ts';
import { nextTurn } from '../../time/turn.ts';
import { checkHistory, reportViolations } from './check-history.ts';
import { auditedUntil, Clients } from './clients.ts';
import type { Entry } from './record.ts';
import { Recorder } from './recorder.ts';
import { historySeeds } from './seeds.ts';
import { Strikes } from './strikes.ts';

/** One store and what it lives on. */
export interface HistoryWorld {
  /** The store as it stands: at first empty, after `kill` as it is found. */
  open(): Promise<Store>;
  /** Kills the process that has the store; absent: it would have nothing to come back to. */
  kill?(random: Random): Promise<void>;
  /** Whether an error says for certain that the write has not happened; else it may have. */
  hasNotHappened?(error: Error): boolean;
  /** Between calls, and after failures; a turn of the event loop unless told. */
  pace?(): Promise<void>;
  /** Gives everything back, stores too. */
  end(): Promise<void>;
}

/**
 * Something that is done to a world while clients work; when it resolves, all is well again. It gives the count of what felt
 * it: writes that were delayed, connections that were cut. A fault that nothing feels in all histories of a run is an error.
 */
export interface HistoryFault<World> {
  readonly name: string;
  run(world: World, random: Random): Promise<number>;
}

export interface HistoryOptions {
  readonly clients?: number;
  /** Calls of each client in each life. */
  readonly calls?: number;
  readonly patience?: number;
  /** How many histories are made at the same time, where they wait for disks and servers; 1 unless told. */
  readonly atOnce?: number;
  /** Those that are asked for of all histories, unless told. */
  readonly seeds?: readonly number[];
  /** Milliseconds that all seeds may take. */
  readonly timeout?: number;
}

/** In so many histories each fault strikes at least once. */
const enoughForAll = 30;

export function describeHistory<World extends HistoryWorld>(
  name: string,
  make: (seed: number) => World | Promise<World>,
  faults: readonly HistoryFault<World>[],
  options: HistoryOptions = {},
): void {
  describe(`history of ${name}`, function () {
    this.timeout(options.timeout ?? 60_000 + historySeeds.length * 2000);

    const { seeds = historySeeds } = options;
    const strikes = new Strikes(faults.map((fault) => fault.name));
    it(`keeps its promises in ${seeds.length} histories`, async () => {
      const waiting = seeds.values();
      const work = async () => {
        for (const seed of waiting) strikes.add(await checkSeed(seed, make, faults, options));
      };
      await Promise.all(Array.from({ length: options.atOnce ?? 1 }, work));
    });

    it('was troubled by all that was to trouble it', function () {
      if (seeds.length < enoughForAll) this.skip();
      if (strikes.never.length > 0) throw new Error(`never struck: ${strikes.never.join(', ')} (${strikes.words})`);
    });
  });
}

/** The record. @throws Error that tells the violations, and how to run this seed again */
async function checkSeed<World extends HistoryWorld>(
  seed: number,
  make: (seed: number) => World | Promise<World>,
  faults: readonly HistoryFault<World>[],
  options: HistoryOptions,
): Promise<readonly Entry[]> {
  const world = await make(seed);
  const record: Entry[] = [];
  try {
    await recordHistory(world, faults, new SeededRandom(`history ${seed}`), record, options);
  } finally {
    await world.end();
  }
  const violations = checkHistory(record);
  if (violations.length === 0) return record;
  throw new Error(
    `seed ${seed} (KUBELAB_HISTORY_FROM=${seed} KUBELAB_HISTORY_SEEDS=1):\n${reportViolations(violations)}`,
  );
}

/** One history: several lives of a store, each ended by a kill, the last one in quiet. */
export async function recordHistory<World extends HistoryWorld>(
  world: World,
  faults: readonly HistoryFault<World>[],
  random: Random,
  record: Entry[],
  { clients: count = 5, calls = 30, patience = 30_000 }: HistoryOptions = {},
): Promise<void> {
  const lives = world.kill ? 1 + random.int(3) : 1;
  let origin: number | undefined;
  for (let life = 1; life <= lives; life += 1) {
    const store = await world.open();
    origin ??= await store.revision();
    const after = auditedUntil(record) ?? origin;
    let alive = true;
    const tell = (entry: Entry) => {
      if (alive) record.push(entry);
    };
    const recorder = new Recorder(store, `${life}`, tell, (error) => world.hasNotHappened?.(error) ?? false);
    const own = random.fork(`life ${life}`);
    const work = { random: own, origin, after, life: `${life}`, clients: count, calls, patience };
    const clients = new Clients(recorder, { ...work, pace: () => world.pace?.() ?? nextTurn() });
    const working = clients.work();
    const trouble = troubles(world, faults, own, clients, count * calls, tell);
    if (life < lives) {
      await clients.answered(own.int(count * calls));
      tell({ fault: 'kill -9', kills: true });
      alive = false;
      await world.kill?.(own);
      clients.stop();
      await trouble;
      continue;
    }
    await working;
    await trouble;
    await clients.settle();
    tell({ settled: true });
    alive = false;
    clients.stop();
  }
}

/** One fault after the other, each at a moment of its own. */
async function troubles<World extends HistoryWorld>(
  world: World,
  faults: readonly HistoryFault<World>[],
  random: Random,
  clients: Clients,
  calls: number,
  tell: (entry: Entry) => void,
): Promise<void> {
  const moments = Array.from({ length: random.int(3) }, () => random.int(calls)).sort((a, b) => a - b);
  for (const moment of moments) {
    const fault = random.pick(faults);
    if (!fault) return;
    await clients.answered(moment);
    tell({ fault: `${fault.name}, from here on` });
    tell({ fault: fault.name, struck: await fault.run(world, random) });
  }
}
