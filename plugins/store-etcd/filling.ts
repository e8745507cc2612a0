// Filling: all objects of another store into an empty etcd, or none of them.
//   begin     the mark says that it is being filled: nobody opens it meanwhile
//   put       each object, many at a time: etcd writes them in groups
//   go past   the old store's numbers: etcd cannot be told where to count on, so the mark is written until it is there
//   end       the mark says whose it is; its revision is the floor, and that is past all old numbers
// When anything fails, what was put is deleted, and the mark: the next one can try.
// Always true: one revision a key, as everywhere (so no two objects in a transaction); each write is guarded by the mark of
//   this filling, so that one whose answer was lost does nothing later.

import type { ITxnRequest, ITxnResponse } from 'etcd3';
import { type RestoreOptions, type Revision, type SnapshotItem, StoreFailure } from '../../core/contracts/store.ts';
import type { Etcd } from './etcd-stream.ts';
import { inWords, placeOf } from './failures.ts';
import { emptied, type Mark, markKey, markOf } from './owner.ts';

/** Requests on their way at the same time: objects, those that only count on, and those that take back. */
const abreast = { objects: 64, numbers: 512, deletions: 8 };
/** Deletions in one transaction; etcd takes 128. */
const deletions = 100;

export interface FillOptions extends RestoreOptions {
  readonly cluster: string;
  readonly mark: Mark;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** A lease for so many seconds. */
  lease(ttl: number): Promise<string>;
}

type Success = NonNullable<ITxnRequest['success']>;
type Compare = NonNullable<ITxnRequest['compare']>;
type Items = AsyncIterable<SnapshotItem> | Iterable<SnapshotItem>;

/** @throws whatever went wrong first; the etcd is empty again then */
export async function fill(etcd: Etcd, items: Items, options: FillOptions): Promise<void> {
  const { after = 0, signal, progress = () => {} } = options;
  const filling = new Filling(etcd, options);
  await filling.begin();
  try {
    let greatest = after;
    const source = each(items);
    await inParallel(abreast.objects, async () => {
      const { value: item, done } = await source.next();
      signal.throwIfAborted();
      if (done) return false;
      greatest = Math.max(greatest, item.modRevision);
      await filling.put(item);
      progress();
      return true;
    });
    let missing = greatest - (await filling.revision());
    await inParallel(abreast.numbers, async () => {
      signal.throwIfAborted();
      if (missing <= 0) return false;
      missing -= 1;
      await filling.countOn();
      progress();
      return true;
    });
    await filling.end();
  } catch (error) {
    throw await filling.undo(error as Error);
  }
}

class Filling {
  readonly #etcd: Etcd;
  readonly #options: FillOptions;
  readonly #mark: Buffer;
  /** What was put, or may have been. */
  readonly #keys: Buffer[] = [];

  constructor(etcd: Etcd, options: FillOptions) {
    this.#etcd = etcd;
    this.#options = options;
    this.#mark = markKey(etcd);
  }

  async begin(): Promise<void> {
    const { floor } = this.#options.mark;
    const { root } = this.#etcd;
    const anyObject = { key: Buffer.from(`${root}/`), range_end: Buffer.from(`${root}0`) };
    const asItWas: Compare = [
      { key: this.#mark, result: 'Equal', target: 'Mod', mod_revision: String(floor) },
      { ...anyObject, result: 'Equal', target: 'Create', create_revision: '0' },
    ];
    await this.#write([this.#put('filling')], asItWas);
  }

  async put({ key: name, value, ttl }: SnapshotItem): Promise<void> {
    const key = Buffer.from(this.#etcd.root + name);
    const lease = ttl === undefined ? undefined : await this.#options.lease(Math.max(1, Math.ceil(ttl)));
    this.#keys.push(key);
    await this.#write([
      { request_put: { key, value: Buffer.from(JSON.stringify(value)), ...(lease !== undefined && { lease }) } },
    ]);
  }

  /** One revision further, whatever for. */
  async countOn(): Promise<void> {
    await this.#write([this.#put('filling')]);
  }

  async end(): Promise<void> {
    await this.#write([this.#put('whole')]);
  }

  async revision(): Promise<Revision> {
    const { header } = await this.#write([{ request_range: { key: this.#mark, count_only: true } }]);
    return Number(header.revision);
  }

  /** @returns what to tell: why it was undone, and what is left if that failed too */
  async undo(why: Error): Promise<Error> {
    try {
      await inParallel(abreast.deletions, async () => {
        const keys = this.#keys.splice(-deletions);
        if (keys.length > 0) await this.#write(keys.map((key) => ({ request_delete_range: { key } })));
        return keys.length > 0;
      });
      await this.#write([{ request_delete_range: { key: this.#mark } }]);
      return why;
    } catch (error) {
      const left = `what was copied is still there (${(error as Error).message}); empty it before it is filled again: ${emptied(this.#etcd)}`;
      return new StoreFailure(why instanceof StoreFailure ? why.kind : 'refused', `${why.message}; ${left}`, why);
    }
  }

  #put(state: 'filling' | 'whole'): Success[number] {
    const value = markOf(this.#options.cluster, state === 'filling' ? { filling: true } : {});
    return { request_put: { key: this.#mark, value } };
  }

  /** @throws StoreFailure when the mark is no longer ours, or etcd refuses; TooLarge */
  async #write(success: Success, further: Compare = []): Promise<ITxnResponse> {
    const { created } = this.#options.mark;
    const ours: Compare = [{ key: this.#mark, result: 'Equal', target: 'Create', create_revision: created }];
    const request = { compare: [...ours, ...further], success, failure: [] };
    const answer = await this.#etcd.client.kv.txn(request).catch((error) => {
      throw inWords(error, this.#etcd);
    });
    if (answer.succeeded) return answer;
    throw new StoreFailure(
      'refused',
      `${placeOf(this.#etcd)}: somebody else fills it, or has emptied it: its mark ${this.#mark} is not what it was`,
    );
  }
}

/** One after the other, whoever asks. */
async function* each(items: Items): AsyncGenerator<SnapshotItem, undefined> {
  yield* items;
  return undefined;
}

/**
 * Does the work again and again, so many at a time, until it says that there is no more. @throws what failed first, when
 * nothing is on its way any more
 */
async function inParallel(count: number, work: () => Promise<boolean>): Promise<void> {
  let failed: { readonly error: unknown } | undefined;
  const worker = async () => {
    try {
      while (!failed && (await work()));
    } catch (error) {
      failed ??= { error };
    }
  };
  await Promise.all(Array.from({ length: count }, worker));
  if (failed) throw failed.error;
}
