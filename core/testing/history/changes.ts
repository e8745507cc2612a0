// Changes: what all answers and all events of a record, taken together, say about each revision. Every one of them is a
// witness; none is believed when another one contradicts it.
//   const { changes, violations } = changesOf(history);
//   changes.at('/a', 7)    what stood there at revision 7
// Always true: a change is taken from the first who tells of it; whoever tells otherwise makes a violation.

import type { Revision } from '../../contracts/store.ts';
import type { Call, History, Seen } from './record.ts';
import type { Violation } from './violation.ts';
import { callWords, eventWords, seenWords, streamWords } from './words.ts';

/** A change of one key; without `stored` it deleted the key. */
export interface Change {
  readonly revision: Revision;
  readonly key: string;
  readonly stored: Seen | undefined;
  readonly told: string;
}

export class Changes {
  /** By revision, in order. */
  readonly all: readonly Change[];
  readonly #byKey = new Map<string, Change[]>();
  readonly #byRevision = new Map<Revision, Change[]>();

  constructor(changes: readonly Change[]) {
    this.all = [...changes].sort((a, b) => a.revision - b.revision);
    for (const change of this.all) {
      push(this.#byKey, change.key, change);
      push(this.#byRevision, change.revision, change);
    }
  }

  get keys(): string[] {
    return [...this.#byKey.keys()].sort();
  }

  of(key: string): readonly Change[] {
    return this.#byKey.get(key) ?? [];
  }

  /** More than one when a time to live ended for several keys. */
  made(revision: Revision): readonly Change[] {
    return this.#byRevision.get(revision) ?? [];
  }

  /** What stood under the key after the revision. */
  at(key: string, revision: Revision): Seen | undefined {
    return this.of(key).findLast((change) => change.revision <= revision)?.stored;
  }

  /** The revision at which this value was deleted, if anybody saw it. */
  deletionOf(previous: Seen): Revision | undefined {
    const next = this.of(previous.key).find(({ revision }) => revision > previous.modRevision);
    return next && !next.stored ? next.revision : undefined;
  }
}

/** Who wrote which value, for all who look at a record. */
export const writersOf = ({ calls }: History): ReadonlyMap<string, Call> =>
  new Map(calls.flatMap((call) => (call.operation.do === 'put' ? [[call.operation.n, call] as const] : [])));

/** The first who saw a value, by the value's name. */
export type Sightings = ReadonlyMap<string, { readonly seen: Seen; readonly told: string }>;

export function changesOf(history: History): {
  readonly changes: Changes;
  readonly sightings: Sightings;
  readonly violations: Violation[];
} {
  const violations: Violation[] = [];
  const writers = writersOf(history);
  const sightings = new Map<string, { readonly seen: Seen; readonly told: string }>();
  const changes = new Map<Revision, Change[]>();

  const add = (change: Change) => {
    const others = changes.get(change.revision) ?? [];
    if (others.some(({ key, stored }) => key === change.key && stored?.n === change.stored?.n)) return;
    const other = others.find(({ key, stored }) => key === change.key || stored || change.stored);
    if (other) {
      const message = `revision ${change.revision} is two changes, of ${other.key} and of ${change.key}`;
      violations.push({ promise: 'revisions', message, evidence: [other.told, change.told] });
    }
    changes.set(change.revision, [...others, change]);
  };
  const see = (seen: Seen | undefined, told: string, at: number) => {
    if (!seen) return;
    const known = sightings.get(seen.n);
    const writer = writers.get(seen.n);
    const isEarly = writer !== undefined && writer.begin > at;
    if (isEarly || (!known && (!writer || writer.outcome.is === 'refused'))) {
      const why = !writer ? 'by nobody' : isEarly ? 'later' : 'by a call that was refused';
      const message = `the value ${seen.n} of ${seen.key} is seen, and was written ${why}`;
      violations.push({ promise: 'real', message, evidence: [...(writer ? [callWords(writer)] : []), told] });
    }
    if (!known) {
      sightings.set(seen.n, { seen, told });
      add({ revision: seen.modRevision, key: seen.key, stored: seen, told });
    } else if (seenWords(known.seen) !== seenWords(seen) || known.seen.key !== seen.key) {
      const message = `the value ${seen.n} of ${seen.key} is told with different numbers`;
      violations.push({ promise: 'revisions', message, evidence: [known.told, told] });
    }
  };

  for (const call of history.calls) {
    const { outcome, end } = call;
    if (outcome.is === 'unknown') continue;
    const told = callWords(call);
    see(outcome.seen, told, end);
    if (outcome.is === 'ok') for (const item of outcome.items ?? []) see(item, told, end);
  }
  for (const stream of history.streams) {
    for (const { at, event } of stream.events) {
      if (event.type === 'progress') continue;
      const told = `${streamWords(stream)} shows ${eventWords(event)}`;
      see(event.previous, told, at);
      if (event.type === 'put') see(event.stored, told, at);
      else add({ revision: event.revision, key: event.key, stored: undefined, told });
      if (event.type === 'put' && event.stored.modRevision !== event.revision) {
        const message = `an event of revision ${event.revision} carries a value of revision ${event.stored.modRevision}`;
        violations.push({ promise: 'revisions', message, evidence: [told] });
      }
    }
  }
  const known = new Changes([...changes.values()].flat());
  return { changes: known, sightings, violations: [...violations, ...numbersOf(known, unseenIn(history, sightings))] };
}

/** Keys of writes that may have happened without anybody having seen it. */
const unseenIn = ({ calls }: History, sightings: Sightings): ReadonlySet<string> =>
  new Set(
    calls.flatMap(({ operation, outcome }) =>
      outcome.is === 'unknown' && (operation.do === 'delete' || (operation.do === 'put' && !sightings.has(operation.n)))
        ? [operation.key]
        : [],
    ),
  );

/** Created with the first of its life, counted one by one; where all that happened is known. */
function numbersOf(changes: Changes, unseen: ReadonlySet<string>): Violation[] {
  const violations: Violation[] = [];
  for (const key of changes.keys.filter((key) => !unseen.has(key))) {
    let before: Change | undefined;
    for (const change of changes.of(key)) {
      const { stored, revision, told } = change;
      const created = before?.stored?.createRevision ?? revision;
      const version = (before?.stored?.version ?? 0) + 1;
      if (stored && (stored.createRevision !== created || stored.version !== version)) {
        const message = `${key} at revision ${revision} is created ${stored.createRevision}, version ${stored.version}; after what stood there it would be created ${created}, version ${version}`;
        violations.push({ promise: 'revisions', message, evidence: [...(before ? [before.told] : []), told] });
      }
      before = change;
    }
  }
  return violations;
}

function push<K, T>(map: Map<K, T[]>, key: K, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
