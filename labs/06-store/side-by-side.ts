// Side by side: the same random work for the student's store and for the memory store that clusters have, operation by
// operation; every answer must be the same, and so must what watchers were shown. 6.8 of the lab.

import type { Subscription } from 'rxjs';
import { assemble, given } from '../../core/cluster/container.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Store, type StoreEvent } from '../../core/contracts/store.ts';
import { storeMemory } from '../../plugins/store-memory/plugin.ts';
import { type Alone, alone, type Outcome } from './alone.ts';
import { isSame, operationOf, shown, shownEvent, shownValue } from './words.ts';

type Change = Exclude<StoreEvent, { type: 'progress' }>;

/** What a watch showed: changes, and how it ended. */
class Watched {
  readonly changes: Change[] = [];
  ended = '';
  readonly #subscription: Subscription;

  constructor(store: Store, prefix: string, after: number) {
    this.#subscription = store.watch(prefix, { after }).subscribe({
      next: (event) => {
        if (event.type !== 'progress') this.changes.push(event);
      },
      error: (error: Error) => {
        this.ended = error.name;
      },
    });
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }
}

const keys = ['/p/a', '/p/b', '/p/ab', '/q/a', '/q/é', '/q/B'];

export const sideBySide = alone('6.8', async (bench) => {
  const reference = assemble([storeMemory()], [given(Clock, bench.clock)]).get(Store);
  // Stores may begin at different revisions: by changes that leave nothing behind, both come to the same one.
  for (let last = await reference.revision(); last < bench.origin; last += 1) await reference.put('/nothing', {});
  await reference.put('/nothing', {});
  await reference.delete('/nothing');
  await bench.done('put', '/nothing', {});
  await bench.done('delete', '/nothing');
  bench.origin = await bench.done('revision');
  const watches: { readonly prefix: string; readonly after: number; mine: Watched; theirs: Watched }[] = [];
  try {
    for (let count = 1; count <= 80; count += 1) {
      const { random } = bench;
      if (random.int(12) === 0) {
        const prefix = random.pick(['/', '/p/', '/q/'])!;
        const after = Math.max(bench.origin, (await reference.revision()) - random.int(4));
        const [mine, theirs] = [new Watched(bench.store, prefix, after), new Watched(reference, prefix, after)];
        watches.push({ prefix, after, mine, theirs });
      }
      if (random.int(15) === 0) await bench.clock.advance(2000); // what has a ttl may end here
      await both(bench, reference, count);
    }
    await bench.clock.advance(10_000);
    await both(bench, reference, 81, ['list', '']);
    for (const watch of watches) compare(bench, watch);
  } finally {
    for (const { mine, theirs } of watches) {
      mine.stop();
      theirs.stop();
    }
    await reference.close();
  }
});

/** One operation on both stores. */
async function both(bench: Alone, reference: Store, count: number, wanted?: Operation): Promise<void> {
  const [method, ...args] = wanted ?? (await drawn(bench, reference));
  const have = await bench.ask(method, ...(args as [never, never, never]));
  const work = (reference[method] as (...args: readonly unknown[]) => Promise<unknown>).apply(reference, args);
  const want = (await work.then(
    (answer) => ({ answer }),
    (error: Error) => ({ error }),
  )) as Outcome<unknown>;
  if (isSame(telling(have), telling(want))) return;
  const key = String(args[0] ?? '');
  bench.fail(
    'differs',
    { operation: operationOf(method, args), have: shown(have), want: shown(want), count },
    method,
    key,
  );
}

/** What of an outcome has to be the same: an error's class and what it carries, not its words. */
const telling = (outcome: Outcome<unknown>): unknown =>
  'answer' in outcome
    ? outcome
    : { error: outcome.error.name, current: 'current' in outcome.error ? outcome.error.current : undefined };

type Operation = readonly [method: 'get' | 'list' | 'count' | 'put' | 'delete' | 'compact' | 'revision', ...unknown[]];

/** The next operation, drawn from the seed and from what stands. */
async function drawn({ random, origin }: Alone, reference: Store): Promise<Operation> {
  const key = random.pick(keys)!;
  const revision = await reference.revision();
  const stands = await reference.get(key);
  const expect = random.pick([undefined, undefined, 0, stands?.modRevision ?? 0, stands?.modRevision ?? 0, revision])!;
  const guard = expect === undefined ? {} : { expect };
  const at = random.int(2) === 0 ? {} : { at: Math.max(origin, revision - random.int(6)) };
  switch (random.int(8)) {
    case 0:
    case 1:
    case 2:
      return ['put', key, { n: random.int(100) }, { ...guard, ...(random.int(6) === 0 && { ttl: 1 + random.int(5) }) }];
    case 3:
      return ['delete', key, guard];
    case 4:
      return ['get', key, at];
    case 5:
      return ['list', random.pick(['/', '/p/', '/q/'])!, { ...at, ...(random.int(2) === 0 && { limit: 2 }) }];
    case 6:
      return ['count', random.pick(['/', '/p/', '/q/'])!];
    default:
      return random.int(2) === 0 ? ['compact', Math.max(1, revision - random.int(5))] : ['revision'];
  }
}

/** Fails with `watch` when the two were not shown the same. */
function compare(
  bench: Alone,
  { prefix, after, mine, theirs }: { prefix: string; after: number; mine: Watched; theirs: Watched },
): void {
  const operation = operationOf('watch', [prefix, { after }]);
  const length = Math.max(mine.changes.length, theirs.changes.length);
  for (let nth = 0; nth < length; nth += 1) {
    const [have, want] = [mine.changes[nth], theirs.changes[nth]];
    if (isSame(have, want)) continue;
    const values = { operation, nth: nth + 1, have: event(have), want: event(want) };
    bench.fail('watch', values, want?.type === 'delete' ? 'delete' : 'put');
  }
  if (mine.ended === theirs.ended) return;
  const values = { operation, nth: length + 1, have: mine.ended || 'nothing', want: theirs.ended || 'nothing' };
  bench.fail('watch', values, 'watch');
}

const event = (change: Change | undefined): string => (change ? shownEvent(change) : shownValue(undefined));
