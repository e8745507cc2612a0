// Revision order: one number for the whole store, in the order of real time. What was answered, or shown, before a call
// began has a smaller revision than what the call writes, and no greater one than what it reads.

import type { Revision } from '../../contracts/store.ts';
import type { Changes } from './changes.ts';
import type { Call, History } from './record.ts';
import type { Violation } from './violation.ts';
import { callWords, eventWords, streamWords } from './words.ts';

/** Somebody was told of a revision. */
interface Point {
  readonly at: number;
  readonly revision: Revision;
  readonly told: () => string;
}

/** The revision that a call wrote, or at which it read; undefined when its answer does not tell. */
function revisionOf({ operation, outcome }: Call, changes: Changes): Revision | undefined {
  if (outcome.is !== 'ok') return undefined;
  if (operation.do === 'put') return outcome.seen?.modRevision;
  if (operation.do === 'delete') return outcome.seen && changes.deletionOf(outcome.seen);
  if (operation.do === 'list') return operation.at === undefined ? outcome.revision : undefined;
  return operation.do === 'revision' ? outcome.revision : undefined;
}

const isWrite = ({ operation }: Call): boolean => operation.do === 'put' || operation.do === 'delete';

export class RevisionOrder {
  readonly #calls: readonly Call[];
  readonly #changes: Changes;
  /** The greatest revision that anybody knew of, by time. */
  readonly #known: Point[] = [];

  constructor({ calls, streams }: History, changes: Changes) {
    this.#calls = calls;
    this.#changes = changes;
    const points: Point[] = [];
    for (const call of calls) {
      const seen = call.outcome.is === 'ok' && call.operation.do === 'get' ? call.outcome.seen?.modRevision : undefined;
      const revision = revisionOf(call, changes) ?? seen;
      if (revision !== undefined) points.push({ at: call.end, revision, told: () => callWords(call) });
    }
    for (const stream of streams) {
      for (const { at, event } of stream.events) {
        const told = () => `${streamWords(stream)} shows ${eventWords(event)}`;
        points.push({ at, revision: event.revision, told });
      }
    }
    for (const point of points.sort((a, b) => a.at - b.at)) {
      if (point.revision > (this.#known.at(-1)?.revision ?? 0)) this.#known.push(point);
    }
  }

  /** What was known before that time. */
  knownBefore(time: number): Point | undefined {
    return this.#known.findLast(({ at }) => at < time);
  }

  /** No write that began after that time can be at or before this revision. */
  lastBefore(time: number): Revision {
    let last = this.#changes.all.at(-1)?.revision ?? 0;
    for (const call of this.#calls) {
      const revision = call.begin > time && isWrite(call) ? revisionOf(call, this.#changes) : undefined;
      if (revision !== undefined) last = Math.min(last, revision - 1);
    }
    return last;
  }

  check(): Violation[] {
    return this.#calls.flatMap((call) => {
      const revision = revisionOf(call, this.#changes);
      const before = this.knownBefore(call.begin);
      if (revision === undefined || !before) return [];
      if (isWrite(call) ? revision > before.revision : revision >= before.revision) return [];
      const message = `revision ${before.revision} was known before ${call.id} began, which ${isWrite(call) ? 'writes' : 'reads'} at revision ${revision}`;
      return [{ promise: 'revisions', message, evidence: [before.told(), callWords(call)] } as const];
    });
  }
}
