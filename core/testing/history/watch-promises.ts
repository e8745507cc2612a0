// Watch promises: whether each stream of events keeps what docs/contracts/store.md promises of a watch. Ordered, unique,
// reliable, atomic, resumable, bookmarkable; and what an event says was there before.

import type { Revision } from '../../contracts/store.ts';
import type { Change, Changes } from './changes.ts';
import type { History, SeenEvent, Stream } from './record.ts';
import type { Promised, Violation } from './violation.ts';
import { eventWords, seenWords, streamWords } from './words.ts';

type Shown = Exclude<SeenEvent, { type: 'progress' }>;

const keyOf = (event: Shown): string => (event.type === 'put' ? event.stored.key : event.key);
const idOf = (revision: Revision, key: string): string => `${revision} ${key}`;

export const checkWatches = ({ streams }: History, changes: Changes): Violation[] =>
  streams.flatMap((stream) => [...checkOrder(stream, changes), ...checkMissing(stream, changes), ...checkEnd(stream)]);

/** A watch goes on until the watcher stops it; only compaction ends it otherwise. */
const checkEnd = (stream: Stream): Violation[] =>
  stream.end === 'failed' || stream.end === 'completed'
    ? [{ promise: 'reliable', message: `watch ${stream.id} ${stream.end}`, evidence: [streamWords(stream)] }]
    : [];

/** What is shown: each event against what the stream has shown before it. */
function checkOrder(stream: Stream, changes: Changes): Violation[] {
  const violations: Violation[] = [];
  const shown = new Map<string, Shown>();
  let last: SeenEvent | undefined;
  let promised: Revision = 0;
  const broken = (promise: Promised, message: string, event: SeenEvent, before = last) => {
    const evidence = [streamWords(stream), ...(before ? [eventWords(before)] : []), eventWords(event)];
    violations.push({ promise, message: `watch ${stream.id} ${message}`, evidence });
  };
  for (const { event } of stream.events) {
    const { revision } = event;
    const isBack = last !== undefined && revision < last.revision;
    if (event.type === 'progress') {
      if (isBack) broken('ordered', `goes back to revision ${revision}`, event);
      promised = Math.max(promised, revision);
      last = event;
      continue;
    }
    const key = keyOf(event);
    const twice = shown.get(idOf(revision, key));
    if (twice) broken('unique', `shows revision ${revision} of ${key} twice`, event, twice);
    else if (revision <= promised) {
      broken('bookmarkable', `shows revision ${revision} after it said that all up to ${promised} was shown`, event);
    } else if (isBack) broken('ordered', `shows revision ${revision} after a greater one`, event);
    if (revision <= stream.after) broken('resumable', `shows revision ${revision}, which is not after`, event);
    if (!key.startsWith(stream.prefix)) broken('reliable', `shows ${key}, for which nobody asked`, event);
    const previous = changes.at(key, revision - 1);
    if (seenWords(previous) !== seenWords(event.previous)) {
      broken('previous', `says that ${key} was ${seenWords(event.previous)}; it was ${seenWords(previous)}`, event);
    }
    shown.set(idOf(revision, key), event);
    last = event;
  }
  return violations;
}

/** What is not shown, of all that somebody knows of. */
function checkMissing(stream: Stream, changes: Changes): Violation[] {
  const events = stream.events.map(({ event }) => event);
  const own = events.filter((event): event is Shown => event.type !== 'progress');
  const shown = new Set(own.map((event) => idOf(event.revision, keyOf(event))));
  const first = Math.min(...own.map(({ revision }) => revision));
  const last = Math.max(...own.map(({ revision }) => revision));
  const told = Math.max(...events.map(({ revision }) => revision));
  const until = stream.settled ? Number.POSITIVE_INFINITY : told;
  const missing = changes.all.filter(
    ({ revision, key }) =>
      revision > stream.after && revision <= until && key.startsWith(stream.prefix) && !shown.has(idOf(revision, key)),
  );
  const promiseOf = ({ revision }: Change): Promised => {
    if (own.some((event) => event.revision === revision)) return 'atomic';
    if (revision > last && revision <= told) return 'bookmarkable';
    return revision < first && first !== Number.POSITIVE_INFINITY ? 'resumable' : 'reliable';
  };
  return missing.slice(0, 3).map((change) => {
    const promise = promiseOf(change);
    const why = {
      atomic: `shows a part of revision ${change.revision} without`,
      bookmarkable: `says that all up to ${told} was shown, and has not shown`,
      resumable: `begins with revision ${first} and leaves out`,
      reliable: 'leaves out',
    }[promise as 'atomic' | 'bookmarkable' | 'resumable' | 'reliable'];
    const what = `${change.stored ? 'the put' : 'the deletion'} of ${change.key} at revision ${change.revision}`;
    const message = `watch ${stream.id} ${why} ${what}`;
    return { promise, message, evidence: [streamWords(stream), change.told] };
  });
}
