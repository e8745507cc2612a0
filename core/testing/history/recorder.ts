// Recorder: asks a store on behalf of clients, and records each question when it is asked and each answer when it comes.
// Of answers and events only names and numbers are kept.

import type { Observable } from 'rxjs';
import {
  Compacted,
  Conflict,
  KeyNotFound,
  type Revision,
  type Store,
  type Stored,
  type StoreEvent,
} from '../../contracts/store.ts';
import type { Answer, Entry, Operation, Outcome, Seen, SeenEvent } from './record.ts';

export const seenOf = ({ key, value, createRevision, modRevision, version }: Stored): Seen => ({
  ...{ key, n: String((value as { n?: unknown }).n) },
  ...{ createRevision, modRevision, version },
});

export class Recorder {
  readonly #store: Store;
  readonly #life: string;
  readonly #tell: (entry: Entry) => void;
  readonly #hasNotHappened: (error: Error) => boolean;
  #count = 0;

  /**
   * @param life what sets the names of this recorder's calls apart from those of another
   * @param hasNotHappened whether an error other than the contract's says for certain that a write has not happened
   */
  constructor(store: Store, life: string, tell: (entry: Entry) => void, hasNotHappened: (error: Error) => boolean) {
    this.#store = store;
    this.#life = life;
    this.#tell = tell;
    this.#hasNotHappened = hasNotHappened;
  }

  async call(client: string, operation: Operation): Promise<Outcome> {
    const id = this.#name(client);
    this.#tell({ begin: id, client, operation });
    const outcome = await this.#ask(operation).catch((error: Error) => this.#refused(error));
    this.#tell({ end: id, outcome });
    return outcome;
  }

  /** A watch; the subscription ends it. @param heard called with each event, and with the end of the stream */
  watch(
    client: string,
    prefix: string,
    after: Revision,
    heard: { event(event: SeenEvent): void; over(): void },
  ): { stop(): void } {
    const id = this.#name(client);
    this.#tell({ watch: id, client, prefix, after });
    const stream: Observable<StoreEvent> = this.#store.watch(prefix, { after });
    const over = (why: 'compacted' | 'failed' | 'completed') => {
      this.#tell({ over: id, why });
      heard.over();
    };
    const subscription = stream.subscribe({
      next: (event) => {
        const seen = eventOf(event);
        this.#tell({ shown: id, event: seen });
        heard.event(seen);
      },
      error: (error) => over(error instanceof Compacted ? 'compacted' : 'failed'),
      complete: () => over('completed'),
    });
    return {
      stop: () => {
        if (subscription.closed) return;
        subscription.unsubscribe();
        this.#tell({ over: id, why: 'stopped' });
      },
    };
  }

  #name(client: string): string {
    this.#count += 1;
    return `${this.#life}.${client}.${this.#count}`;
  }

  async #ask(operation: Operation): Promise<Answer> {
    const store = this.#store;
    switch (operation.do) {
      case 'put': {
        const { key, n, expect } = operation;
        const stored = await store.put(key, { n }, expect === undefined ? {} : { expect });
        return { is: 'ok', seen: seenOf(stored) };
      }
      case 'delete': {
        const { key, expect } = operation;
        return { is: 'ok', seen: seenOf(await store.delete(key, expect === undefined ? {} : { expect })) };
      }
      case 'get': {
        const { key, at } = operation;
        const stored = await store.get(key, at === undefined ? {} : { at });
        return { is: 'ok', ...(stored && { seen: seenOf(stored) }) };
      }
      case 'list': {
        const { do: _, prefix, ...options } = operation;
        const { items, more, revision } = await store.list(prefix, options);
        return { is: 'ok', items: items.map(seenOf), more, revision };
      }
      case 'count':
        return { is: 'ok', count: await store.count(operation.prefix) };
      case 'revision':
        return { is: 'ok', revision: await store.revision() };
      case 'compact':
        await store.compact(operation.before);
        return { is: 'ok' };
    }
  }

  #refused(error: Error): Outcome {
    if (error instanceof Conflict) {
      return { is: 'refused', why: 'Conflict', ...(error.current && { seen: seenOf(error.current) }) };
    }
    if (error instanceof KeyNotFound) return { is: 'refused', why: 'KeyNotFound' };
    if (error instanceof Compacted) return { is: 'refused', why: 'Compacted' };
    const { message } = error;
    return this.#hasNotHappened(error) ? { is: 'refused', why: 'failed', message } : { is: 'unknown', message };
  }
}

function eventOf(event: StoreEvent): SeenEvent {
  if (event.type === 'progress') return event;
  const { revision } = event;
  const before = event.previous && { previous: seenOf(event.previous) };
  return event.type === 'put'
    ? { type: 'put', revision, stored: seenOf(event.stored), ...before }
    : { type: 'delete', revision, key: event.key, ...before };
}
