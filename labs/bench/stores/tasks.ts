// What is asked of a store, the same code for each of them: only the contract of stores is used.
// Always true: a value that is read is looked into, so that one that is decoded late is decoded here.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../../core/contracts/store.ts';
import { nextTurn } from '../../../core/time/turn.ts';
import { type Kind, keyOf, namespacePrefix, prefix, type Values } from './values.ts';

/** Writes under way at a time while a store is filled. */
const atOnce = 500;

/** Calls of `once` by so many clients, each one after the other, until the time is up; how many a second. */
async function callsEachSecond(clients: number, seconds: number, once: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1000;
  let calls = 0;
  const client = async () => {
    while (performance.now() < end) {
      await once();
      calls += 1;
      // A store that answers at once would let nobody else have a turn.
      if (calls % 1024 === 0) await nextTurn();
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return (calls / (performance.now() - start)) * 1000;
}

let written = 0;

/** Half of the writes create a key, half change it, guarded as an API server guards them. */
export function writes(store: Store, values: Values, kind: Kind, clients: number, seconds: number): Promise<number> {
  // Made before the clock starts: the stores get objects, and making them is not what is measured.
  const drafts = Array.from({ length: 256 }, (_, at) => values.value(kind, `draft-${at}`));
  let last: { readonly key: string; readonly modRevision: number } | undefined;
  return callsEachSecond(clients, seconds, async () => {
    written += 1;
    const value = drafts[written % drafts.length] as object;
    const before = last;
    last = undefined;
    if (before) await store.put(before.key, value, { expect: before.modRevision });
    else last = await store.put(`/registry/bench/${kind}-${written}`, value, { expect: 0 });
  });
}

/** Milliseconds after which a store that is being filled has had its time. */
const patience = 90_000;

/** Puts objects 0 to count - 1; fewer when that takes too long. Making them is not in the milliseconds. */
export async function fill(
  store: Store,
  values: Values,
  kind: Kind,
  count: number,
): Promise<{ readonly count: number; readonly milliseconds: number }> {
  let milliseconds = 0;
  let from = 0;
  for (; from < count && milliseconds < patience; from += atOnce) {
    const first = from;
    const length = Math.min(atOnce, count - first);
    const objects = Array.from({ length }, (_, at) => values.value(kind, `${kind}-${first + at}`));
    const start = performance.now();
    await Promise.all(objects.map((object, at) => store.put(keyOf(kind, first + at), object, { expect: 0 })));
    milliseconds += performance.now() - start;
  }
  return { count: Math.min(from, count), milliseconds };
}

/** Objects read a second by their keys, at random among the first `among`. */
export function gets(store: Store, kind: Kind, among: number, clients: number, seconds: number): Promise<number> {
  let state = 1;
  return callsEachSecond(clients, seconds, async () => {
    // Numerical Recipes' generator: the same keys in each run, without a call.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const stored = await store.get(keyOf(kind, (state >>> 8) % among));
    if (!(stored && 'metadata' in stored.value)) throw new Error('what was written is not there');
  });
}

/** Pods a second that lists of a namespace give, one client. */
export async function lists(store: Store, seconds: number): Promise<number> {
  let items = 0;
  let at = 0;
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    const page = await store.list(namespacePrefix(at++), { limit: 500 });
    for (const { value } of page.items) if ('spec' in value) items += 1;
    await nextTurn();
  }
  return (items / (performance.now() - start)) * 1000;
}

/** Milliseconds to the watcher's callback: from the moment at which the write was due, and from its answer. */
export interface Delivery {
  /** What was reached, a second. */
  readonly rate: number;
  readonly due50: number;
  readonly due99: number;
  /** Below 0: the watcher was called before the writer was answered. */
  readonly answer50: number;
  readonly answer99: number;
}

/**
 * Writes at a given rate, whatever the store does: every millisecond those that are due. A process that is late does
 * not make a figure better, since the time counts from when the write was due.
 */
export async function deliver(store: Store, values: Values, rate: number, seconds: number): Promise<Delivery> {
  const total = Math.floor(rate * seconds);
  const value = values.value('small', 'delivered');
  const due = new Float64Array(total);
  const answered = new Float64Array(total);
  const shown = new Float64Array(total);
  let delivered = 0;
  const keys = Array.from({ length: total }, (_, at) => `${prefix}delivery/${at}`);
  const watch = store.watch(`${prefix}delivery/`, { after: await store.revision() }).subscribe((event) => {
    if (event.type !== 'put') return;
    shown[Number(event.stored.key.slice(prefix.length + 9))] = performance.now();
    delivered += 1;
  });
  const writing: Promise<unknown>[] = [];
  const start = performance.now();
  for (let sent = 0; sent < total; ) {
    const elapsed = Math.floor(performance.now() - start);
    for (; sent < Math.min(total, (elapsed * rate) / 1000); sent += 1) {
      const at = sent;
      due[at] = start + Math.floor((at * 1000) / rate);
      const answer = () => {
        answered[at] = performance.now();
      };
      writing.push(store.put(keys[at] as string, value).then(answer));
    }
    await sleep(1);
  }
  await Promise.all(writing);
  while (delivered < total) await sleep(1);
  watch.unsubscribe();
  const [due50, due99] = percentiles(shown, due);
  const [answer50, answer99] = percentiles(shown, answered);
  return { rate: (total / (shown.reduce((a, b) => Math.max(a, b)) - start)) * 1000, due50, due99, answer50, answer99 };
}

/** Of `to - from`, without the first tenth, in which the engine compiles. */
function percentiles(to: Float64Array, from: Float64Array): [p50: number, p99: number] {
  const warm = Math.floor(to.length / 10);
  const sorted = to
    .map((time, at) => time - (from[at] as number))
    .subarray(warm)
    .sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
  return [at(0.5), at(0.99)];
}
