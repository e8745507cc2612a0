// Record of a history: who asked a store for what, when, and what came back. A flat list of entries; the place in the list is
// the time. It is plain JSON, so that a process that will be killed can tell it line by line.
//
//   begin, end            a call, from the question to the answer; one that has no end was never answered
//   watch, shown, over    a stream of events
//   fault                 what was done to the store meanwhile
//   settled               all is quiet: whoever still watches has been given time to see everything
// Always true: every value that is put is unique, so a value names its write, wherever it is seen.

import type { Revision } from '../../contracts/store.ts';

/** A value as somebody saw it. */
export interface Seen {
  readonly key: string;
  /** The value's name. */
  readonly n: string;
  readonly createRevision: Revision;
  readonly modRevision: Revision;
  readonly version: number;
}

export type Operation =
  | { readonly do: 'put'; readonly key: string; readonly n: string; readonly expect?: Revision }
  | { readonly do: 'delete'; readonly key: string; readonly expect?: Revision }
  | { readonly do: 'get'; readonly key: string; readonly at?: Revision }
  | { readonly do: 'list'; readonly prefix: string; readonly at?: Revision; readonly limit?: number }
  | { readonly do: 'count'; readonly prefix: string }
  | { readonly do: 'revision' }
  | { readonly do: 'compact'; readonly before: Revision };

export interface Answer {
  readonly is: 'ok';
  /** put: what stands there now; delete: what stood there; get: what was found. */
  readonly seen?: Seen;
  readonly items?: readonly Seen[];
  readonly more?: boolean;
  /** The revision that a list shows; the answer to `revision`. */
  readonly revision?: Revision;
  readonly count?: number;
}

/** It has not happened. `failed`: the store could not; the rest as in the contract. */
export interface Refusal {
  readonly is: 'refused';
  readonly why: 'Conflict' | 'KeyNotFound' | 'Compacted' | 'failed';
  /** Conflict: what stands there. */
  readonly seen?: Seen;
  readonly message?: string;
}

/** The answer was lost: a write may have happened, or may still. */
export interface Unknown {
  readonly is: 'unknown';
  readonly message?: string;
}

export type Outcome = Answer | Refusal | Unknown;

export type SeenEvent =
  | { readonly type: 'put'; readonly revision: Revision; readonly stored: Seen; readonly previous?: Seen }
  | { readonly type: 'delete'; readonly revision: Revision; readonly key: string; readonly previous?: Seen }
  | { readonly type: 'progress'; readonly revision: Revision };

export type Entry =
  | { readonly begin: string; readonly client: string; readonly operation: Operation }
  | { readonly end: string; readonly outcome: Outcome }
  | { readonly watch: string; readonly client: string; readonly prefix: string; readonly after: Revision }
  | { readonly shown: string; readonly event: SeenEvent }
  | { readonly over: string; readonly why: StreamEnd }
  /**
   * `kills`: nobody who asked before is answered any more, and nothing that was asked happens any more. `struck`: the fault is
   * over, and so much felt it.
   */
  | { readonly fault: string; readonly kills?: boolean; readonly struck?: number }
  | { readonly settled: true };

/** stopped: by the watcher; compacted: by the store; failed: in another error; cut: by a kill; open: it still watches. */
export type StreamEnd = 'stopped' | 'compacted' | 'completed' | 'failed' | 'cut' | 'open';

export interface Call {
  readonly id: string;
  readonly client: string;
  readonly operation: Operation;
  readonly begin: number;
  /** Infinity: it may still happen. */
  readonly end: number;
  readonly outcome: Outcome;
}

export interface Stream {
  readonly id: string;
  readonly client: string;
  readonly prefix: string;
  readonly after: Revision;
  readonly begin: number;
  readonly events: readonly { readonly at: number; readonly event: SeenEvent }[];
  readonly end: StreamEnd;
  /** When it ended; Infinity: it has not. */
  readonly over: number;
  /** It watched when all was quiet, and had time to see everything. */
  readonly settled: boolean;
}

export interface History {
  readonly calls: readonly Call[];
  readonly streams: readonly Stream[];
}

type Open<T> = { -readonly [K in keyof T]: T[K] };

/** Calls and streams of a record. */
export function historyOf(record: readonly Entry[]): History {
  const calls = new Map<string, Open<Call>>();
  const streams = new Map<string, Open<Stream> & { events: { at: number; event: SeenEvent }[] }>();
  const unanswered = new Set<Open<Call>>();
  const watching = new Set<Open<Stream>>();
  for (const [at, entry] of record.entries()) {
    if ('begin' in entry) {
      const { begin: id, client, operation } = entry;
      const call: Open<Call> = {
        ...{ id, client, operation, begin: at },
        ...{ end: Number.POSITIVE_INFINITY, outcome: { is: 'unknown', message: 'never answered' } },
      };
      calls.set(id, call);
      unanswered.add(call);
    } else if ('end' in entry) {
      const call = calls.get(entry.end);
      if (!call || !unanswered.delete(call)) continue;
      call.outcome = entry.outcome;
      if (entry.outcome.is !== 'unknown') call.end = at;
    } else if ('watch' in entry) {
      const { watch: id, client, prefix, after } = entry;
      const state = { end: 'open' as const, over: Number.POSITIVE_INFINITY, settled: false };
      const stream = { id, client, prefix, after, begin: at, events: [], ...state };
      streams.set(id, stream);
      watching.add(stream);
    } else if ('shown' in entry) {
      streams.get(entry.shown)?.events.push({ at, event: entry.event });
    } else if ('over' in entry) {
      const stream = streams.get(entry.over);
      if (stream && watching.delete(stream)) Object.assign(stream, { end: entry.why, over: at });
    } else if ('settled' in entry) {
      for (const stream of watching) stream.settled = true;
    } else if (entry.kills) {
      for (const call of unanswered) call.end = at;
      for (const stream of watching) Object.assign(stream, { end: 'cut', over: at });
      unanswered.clear();
      watching.clear();
    }
  }
  return { calls: [...calls.values()], streams: [...streams.values()] };
}
