// Snapshots: reads at a revision, lists and counts show the store as it was at one revision; what is compacted is refused,
// by reads and by watches, and nothing else is.

import type { Revision } from '../../contracts/store.ts';
import type { Changes } from './changes.ts';
import type { Call, History, Seen } from './record.ts';
import type { RevisionOrder } from './revision-order.ts';
import type { Violation } from './violation.ts';
import { callWords, eventWords, seenWords, streamWords } from './words.ts';

export const checkSnapshots = ({ calls }: History, changes: Changes, order: RevisionOrder): Violation[] =>
  calls.flatMap((call) => {
    const wrong = wrongRead(call, changes, order);
    return wrong === undefined
      ? []
      : [{ promise: 'snapshot' as const, message: `${call.id} ${wrong}`, evidence: [callWords(call)] }];
  });

/** What a read should have shown; undefined when it has. */
function wrongRead({ operation, outcome, begin, end }: Call, changes: Changes, order: RevisionOrder) {
  if (outcome.is !== 'ok') return undefined;
  if (operation.do === 'get' && operation.at !== undefined) {
    const stood = changes.at(operation.key, operation.at);
    if (seenWords(stood) === seenWords(outcome.seen)) return undefined;
    return `reads ${seenWords(outcome.seen)}; at revision ${operation.at} there was ${seenWords(stood)}`;
  }
  if (operation.do === 'list') {
    const { items = [], more = false, revision = 0 } = outcome;
    if (operation.at !== undefined && revision !== operation.at)
      return `shows revision ${revision}, not ${operation.at}`;
    const all = standing(changes, operation.prefix, revision);
    const wanted = all.slice(0, operation.limit);
    const words = (list: readonly Seen[]) =>
      list.map((seen) => `${seen.key}=${seenWords(seen)}`).join(', ') || 'nothing';
    if (words(items) !== words(wanted))
      return `lists ${words(items)}; at revision ${revision} there was ${words(wanted)}`;
    if (more !== wanted.length < all.length) return `says that ${more ? 'more' : 'nothing'} follows after its items`;
    return undefined;
  }
  if (operation.do !== 'count') return undefined;
  const first = order.knownBefore(begin)?.revision ?? 0;
  const last = Math.max(first, order.lastBefore(end));
  const counts = new Set<number>();
  for (let revision = first; revision <= last; revision += 1) {
    const count = standing(changes, operation.prefix, revision).length;
    if (count === outcome.count) return undefined;
    counts.add(count);
  }
  return `counts ${outcome.count}; from revision ${first} to ${last} there were ${[...counts].join(' or ')}`;
}

function standing(changes: Changes, prefix: string, revision: Revision): Seen[] {
  const keys = changes.keys.filter((key) => key.startsWith(prefix));
  return keys.flatMap((key) => changes.at(key, revision) ?? []);
}

export function checkCompaction({ calls, streams }: History): Violation[] {
  const compactions = calls.flatMap((call) =>
    call.operation.do === 'compact' ? [{ call, before: call.operation.before, done: call.outcome.is === 'ok' }] : [],
  );
  /** The compaction that reached furthest among those asked for before that time. */
  const asked = (time: number) => furthest(compactions.filter(({ call }) => call.begin < time));
  const done = (time: number) => furthest(compactions.filter(({ call, done }) => done && call.end < time));
  const violations: Violation[] = [];
  const broken = (message: string, evidence: readonly string[]) =>
    violations.push({ promise: 'compaction', message, evidence });

  for (const call of calls) {
    const { operation, outcome, id } = call;
    const at = 'at' in operation ? operation.at : undefined;
    if (
      outcome.is === 'refused' &&
      outcome.why === 'Compacted' &&
      (at === undefined || at >= (asked(call.end)?.before ?? 0))
    )
      broken(`${id} is refused, though nobody compacted so far`, [callWords(call)]);
    const gone = done(call.begin);
    if (outcome.is === 'ok' && at !== undefined && gone && at < gone.before)
      broken(`${id} reads what was compacted before it began`, [callWords(gone.call), callWords(call)]);
  }
  for (const stream of streams) {
    const seen = Math.max(stream.after, ...stream.events.map(({ event }) => event.revision));
    const far = asked(stream.over)?.before ?? 0;
    // A watch after `before - 1` may be refused: nobody may know what was there before the change at `before`.
    if (stream.end === 'compacted' && seen >= far)
      broken(`watch ${stream.id} ends in Compacted, though nobody compacted so far`, [streamWords(stream)]);
    const gone = done(stream.begin);
    const [first] = stream.events;
    if (gone && stream.after < gone.before - 1 && (first || stream.settled))
      broken(`watch ${stream.id} goes on over what was compacted before it began`, [
        ...[callWords(gone.call), streamWords(stream)],
        ...(first ? [eventWords(first.event)] : []),
      ]);
  }
  return violations;
}

const furthest = <T extends { readonly before: Revision }>(compactions: readonly T[]): T | undefined =>
  compactions.reduce<T | undefined>((far, one) => (far && far.before >= one.before ? far : one), undefined);
