// Store handlers: what `kubelab store` asks the running cluster's store, whichever it is.

import type { Store, Stored, StoreEvent } from '../../../core/contracts/store.ts';
import { difference } from '../../../core/storage/difference.ts';
import { keyHistory } from '../../../core/storage/key-history.ts';
import type { ControlHandler } from '../control.ts';
import { ToldError } from '../exit.ts';

export interface GetAnswer {
  readonly stored: Stored;
}

export interface ListAnswer {
  readonly items: readonly Omit<Stored, 'value'>[];
  readonly revision: number;
}

/** One revision of a key: what was done, and what that changed. */
export interface HistoryLine {
  readonly revision: number;
  readonly type: 'before' | 'create' | 'update' | 'delete';
  readonly lines: readonly string[];
}

export interface HistoryAnswer {
  readonly key: string;
  readonly history: readonly HistoryLine[];
}

export interface ChangesAnswer {
  readonly revision: number;
  readonly changes: readonly { readonly revision: number; readonly type: string; readonly key: string }[];
}

export interface SnapshotAnswer {
  readonly items: readonly Stored[];
  /** The key to go on after; absent at the end. */
  readonly after?: string;
  readonly revision: number;
}

/** Milliseconds that a question for changes waits for some. */
const longPoll = 2000;
const mostChanges = 1000;
const itemsAPage = 200;

/** @param sleep resolves after so many milliseconds */
export function storeHandlers(
  store: Store,
  sleep: (milliseconds: number) => Promise<void>,
): Readonly<Record<string, ControlHandler>> {
  return {
    '/store/get': async ({ key, at }): Promise<GetAnswer> => {
      const stored = await store.get(String(key), typeof at === 'number' ? { at } : {});
      if (stored) return { stored };
      const place = typeof at === 'number' ? ` at revision ${at}` : '';
      throw new ToldError(`nothing is stored under ${key}${place}; kubelab store list shows what there is`, 2);
    },
    '/store/list': async ({ prefix, at }): Promise<ListAnswer> => {
      const { items, revision } = await store.list(String(prefix), typeof at === 'number' ? { at } : {});
      return { items: items.map(({ value: _, ...numbers }) => numbers), revision };
    },
    '/store/history': async ({ key }): Promise<HistoryAnswer> => {
      const { first, changes } = await keyHistory(store, String(key));
      if (!first && changes.length === 0)
        throw new ToldError(`the store remembers nothing of ${key}; kubelab store list shows what there is`, 2);
      const before: HistoryLine[] = first
        ? [{ revision: first.modRevision, type: 'before', lines: difference(undefined, first.value) }]
        : [];
      return { key: String(key), history: [...before, ...changes.map(lineOf)] };
    },
    '/store/changes': async ({ prefix, after }): Promise<ChangesAnswer> => {
      const from = typeof after === 'number' ? after : await store.revision();
      return changesAfter(store, String(prefix), from, sleep(longPoll));
    },
    '/store/snapshot': async ({ after, at }): Promise<SnapshotAnswer> => {
      const page = await store.list('', {
        limit: itemsAPage,
        ...(typeof after === 'string' && { after }),
        ...(typeof at === 'number' && { at }),
      });
      const { items, revision } = page;
      return { items, revision, ...(page.more && { after: items.at(-1)?.key ?? '' }) };
    },
    '/store/compact': async ({ before }) => {
      const revision = await store.revision();
      const wanted = typeof before === 'number' ? before : revision;
      if (wanted > revision)
        throw new ToldError(`revision ${wanted} is still to come: the store stands at ${revision}`, 2);
      await store.compact(wanted);
      return { revision: wanted };
    },
  };
}

function lineOf(event: Exclude<StoreEvent, { type: 'progress' }>): HistoryLine {
  const { revision, previous } = event;
  if (event.type === 'delete') return { revision, type: 'delete', lines: [] };
  const type = previous ? 'update' : 'create';
  return { revision, type, lines: difference(previous?.value, event.stored.value) };
}

/** What is there at once, or the first that comes before the time is over. */
function changesAfter(store: Store, prefix: string, after: number, timeIsOver: Promise<void>): Promise<ChangesAnswer> {
  return new Promise((resolve, reject) => {
    const changes: { revision: number; type: string; key: string }[] = [];
    let revision = after;
    let isAnswering = false;
    const answer = () => {
      watching.unsubscribe();
      resolve({ revision, changes });
    };
    const watching = store.watch(prefix, { after }).subscribe({
      next: (event) => {
        // The rest is for the next question.
        if (changes.length === mostChanges) return;
        revision = event.revision;
        if (event.type === 'progress') return;
        const key = event.type === 'put' ? event.stored.key : event.key;
        const type = event.type === 'put' ? (event.previous ? 'update' : 'create') : 'delete';
        changes.push({ revision, type, key });
        // What else came in the same turn comes along.
        if (!isAnswering) queueMicrotask(answer);
        isAnswering = true;
      },
      error: reject,
    });
    void timeIsOver.then(answer);
  });
}
