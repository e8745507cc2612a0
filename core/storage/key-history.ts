// Key history: how an object came to be, revision by revision, as far back as the store remembers.

import { firstValueFrom, takeWhile, toArray } from 'rxjs';
import { Compacted, type Revision, type Store, type Stored, type StoreEvent } from '../contracts/store.ts';

export interface KeyHistory {
  /** What stood under the key before the first change that is remembered; undefined: nothing. */
  readonly first: Stored | undefined;
  readonly changes: readonly Exclude<StoreEvent, { type: 'progress' }>[];
}

/** All of it, up to now. Keys that are gone have a history too. */
export async function keyHistory(store: Store, key: string): Promise<KeyHistory> {
  const now = await store.revision();
  const changes = (await since(store, key, 1, now))
    .filter((event) => event.type !== 'progress')
    .filter((event) => keyOf(event) === key);
  const [earliest] = changes;
  return { first: earliest ? earliest.previous : await store.get(key), changes };
}

/** What happened after the revision; after the oldest one that is kept, if that is later. */
async function since(store: Store, key: string, after: Revision, now: Revision): Promise<StoreEvent[]> {
  try {
    const until = store.watch(key, { after }).pipe(
      takeWhile(({ revision }) => revision < now, true),
      toArray(),
    );
    return after >= now ? [] : await firstValueFrom(until);
  } catch (error) {
    if (!(error instanceof Compacted) || error.oldest <= after) throw error;
    return since(store, key, error.oldest, now);
  }
}

const keyOf = (event: KeyHistory['changes'][number]): string => (event.type === 'put' ? event.stored.key : event.key);
