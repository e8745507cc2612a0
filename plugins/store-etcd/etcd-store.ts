// EtcdStore: the contract's methods, each one request to a real etcd. The three shapes of a write are those that
// Kubernetes' API server uses: create (the key's mod revision must be 0), guarded update, guarded delete.
//   /registry/pods/default/web  ->  the same key in etcd, its value the object as JSON (`etcdctl get /registry --prefix`)
// Always true: a write whose answer was lost is not sent again by us; whoever asked for it reads and decides.
// In real Kubernetes: apiserver/pkg/storage/etcd3/store.go.

import type { IKeyValue, IRangeResponse, ITxnRequest } from 'etcd3';
import type { Observable } from 'rxjs';
import type { Clock } from '../../core/contracts/clock.ts';
import {
  Compacted,
  Conflict,
  type Guard,
  KeyNotFound,
  type Page,
  type PutOptions,
  type RangeOptions,
  type ReadOptions,
  type RestoreOptions,
  type Revision,
  type SnapshotItem,
  type Store,
  type Stored,
  type StoreEvent,
  StoreFailure,
} from '../../core/contracts/store.ts';
import { checkBytes } from '../../core/storage/value-size.ts';
import { type Etcd, storedOf } from './etcd-stream.ts';
import { inWords, placeOf } from './failures.ts';
import { fill } from './filling.ts';
import { KeyspaceWatch } from './keyspace-watch.ts';
import { Leases } from './leases.ts';
import { type Mark, notEmpty, own } from './owner.ts';

/** Items a request when everything is read. */
const pageSize = 500;

export class EtcdStore implements Store {
  readonly #etcd: Etcd;
  readonly #cluster: string;
  readonly #leases: Leases;
  readonly #watch: KeyspaceWatch;
  #opened: Promise<Mark> | undefined;
  /** Ends without an error, whatever becomes of it: `close` waits for it. */
  #filling: Promise<void> | undefined;
  /** Nothing of before is told. */
  #floor: Revision = 0;
  /** The furthest compaction that was asked for here: etcd does not say how far it has gone. */
  #oldest: Revision = 0;
  readonly #closing = new AbortController();

  /** @param cluster whose objects they are */
  constructor(etcd: Etcd, clock: Clock, cluster = 'kubelab') {
    this.#etcd = etcd;
    this.#cluster = cluster;
    this.#leases = new Leases(etcd.client, clock);
    this.#watch = new KeyspaceWatch(etcd, clock);
  }

  async get(key: string, { at }: ReadOptions = {}): Promise<Stored | undefined> {
    const { kvs } = await this.#range({ key: this.#key(key), ...(at !== undefined && { revision: String(at) }) }, at);
    return kvs[0] && this.#stored(kvs[0]);
  }

  async list(prefix: string, options: RangeOptions = {}): Promise<Page> {
    const { header, kvs, more } = await this.#page(prefix, options);
    return { items: kvs.map((kv) => this.#stored(kv)), revision: options.at ?? Number(header.revision), more };
  }

  async count(prefix: string): Promise<number> {
    return Number((await this.#range({ ...this.#rangeOf(prefix), count_only: true })).count);
  }

  async put(key: string, value: object, { expect, ttl }: PutOptions = {}): Promise<Stored> {
    const bytes = Buffer.from(JSON.stringify(value));
    // etcd counts the whole request, and may be told another limit: this one is the same in every store.
    checkBytes(bytes.length);
    await this.#open();
    const lease = ttl === undefined ? undefined : await this.#ask(() => this.#leases.of(ttl));
    const put = {
      key: this.#key(key),
      value: bytes,
      prev_kv: true,
      ...(lease && { lease }),
    };
    const { revision, previous } = await this.#guarded(key, expect, { request_put: put });
    return {
      key,
      value,
      createRevision: previous?.createRevision ?? revision,
      modRevision: revision,
      version: (previous?.version ?? 0) + 1,
    };
  }

  async delete(key: string, { expect }: Guard = {}): Promise<Stored> {
    await this.#open();
    const { previous } = await this.#guarded(key, expect, {
      request_delete_range: { key: this.#key(key), prev_kv: true },
    });
    if (!previous) throw new KeyNotFound(key);
    return previous;
  }

  watch(prefix: string, { after }: { readonly after: Revision }): Observable<StoreEvent> {
    void this.#open().catch(() => {});
    return this.#watch.observe(prefix, after);
  }

  async compact(before: Revision): Promise<void> {
    const revision = Math.min(before, await this.revision());
    if (revision < 1) return;
    // Who is up to date but for the way from etcd to here is not to notice.
    await this.#watch.reached(revision);
    this.#watch.forget(revision);
    await this.#ask(() => this.#etcd.client.kv.compact({ revision: String(revision), physical: false })).catch(
      (error) => {
        // Another server, or an earlier call, has compacted further already.
        if (!/required revision has been compacted/.test(String(error))) throw error;
      },
    );
    this.#oldest = Math.max(this.#oldest, revision);
  }

  async revision(): Promise<Revision> {
    const { header } = await this.#range({ key: this.#key('/'), count_only: true });
    return Number(header.revision);
  }

  async *snapshot(): AsyncGenerator<SnapshotItem> {
    const at = await this.revision();
    /** Seconds that a lease has left. */
    const left = new Map<string, number>();
    for (let after = '', more = true; more; ) {
      const page = await this.#page('', { at, after, limit: pageSize });
      for (const kv of page.kvs) {
        const stored = this.#stored(kv);
        const { lease } = kv;
        if (lease !== '0' && !left.has(lease)) left.set(lease, await this.#ask(() => this.#leases.left(lease)));
        const ttl = left.get(lease);
        yield ttl === undefined ? stored : { ...stored, ttl };
        after = stored.key;
      }
      more = page.more;
    }
  }

  /** etcd numbers by itself: it goes past the greatest revision, so that nobody mistakes an old number for a new one. */
  async restore(
    items: AsyncIterable<SnapshotItem> | Iterable<SnapshotItem>,
    options: RestoreOptions = {},
  ): Promise<void> {
    // Not opened for it: whoever follows what etcd does would be told each object that is copied.
    const mark = await this.#ask(() => own(this.#etcd, this.#cluster));
    const { count } = await this.#ask(() => this.#etcd.client.kv.range({ ...this.#rangeOf(''), count_only: true }));
    if (Number(count) > 0)
      throw new StoreFailure('refused', `${placeOf(this.#etcd)} ${notEmpty(this.#etcd, Number(count))}`);
    const { signal } = this.#closing;
    const lease = (ttl: number) => this.#ask(() => this.#leases.of(ttl));
    const filling = fill(this.#etcd, items, { ...options, cluster: this.#cluster, mark, lease, signal });
    this.#filling = filling.catch(() => {});
    try {
      await filling;
    } finally {
      // The mark is another one now.
      this.#opened = undefined;
    }
    await this.#open();
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new Error('the store is closed'));
    this.#watch.close();
    await this.#filling;
    this.#etcd.client.close();
  }

  /** The first question tells whose etcd it is, and where it stands; from there on changes are followed. */
  #open(): Promise<Mark> {
    if (this.#closing.signal.aborted) return Promise.reject(new Error('the store is closed'));
    this.#opened ??= this.#ask(async () => {
      const mark = await own(this.#etcd, this.#cluster);
      const { header } = await this.#etcd.client.kv.range({ key: this.#key('/'), count_only: true });
      this.#floor = mark.floor;
      this.#watch.forget(mark.floor);
      this.#watch.start(Number(header.revision));
      return mark;
    }).catch((error) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  #page(prefix: string, { at, after, limit }: RangeOptions): Promise<IRangeResponse> {
    const first = after !== undefined && after >= prefix ? `${after}\u0000` : prefix;
    return this.#range(
      {
        ...this.#rangeOf(prefix),
        key: this.#key(first),
        ...(at !== undefined && { revision: String(at) }),
        ...(limit !== undefined && { limit: String(limit) }),
      },
      at,
    );
  }

  async #range(request: Parameters<Etcd['client']['kv']['range']>[0], at?: Revision): Promise<IRangeResponse> {
    await this.#open();
    if (at !== undefined && at < this.#floor) throw new Compacted(at, this.#floor);
    return this.#ask(
      () => this.#etcd.client.kv.range(request),
      (message) =>
        at !== undefined && /required revision has been compacted/.test(message)
          ? new Compacted(at, Math.max(at + 1, this.#oldest))
          : undefined,
    );
  }

  /** Does one operation if the key stands where it is expected. @throws Conflict, with what stands there */
  async #guarded(
    key: string,
    expect: Revision | undefined,
    operation: NonNullable<ITxnRequest['success']>[number],
  ): Promise<{ revision: Revision; previous: Stored | undefined }> {
    const name = this.#key(key);
    const compare: ITxnRequest['compare'] =
      expect === undefined ? [] : [{ key: name, result: 'Equal', target: 'Mod', mod_revision: String(expect) }];
    const { header, succeeded, responses } = await this.#ask(() =>
      this.#etcd.client.kv.txn({ compare, success: [operation], failure: [{ request_range: { key: name } }] }),
    );
    const [response] = responses;
    const found = succeeded
      ? (response?.response_put?.prev_kv ?? response?.response_delete_range?.prev_kvs[0])
      : response?.response_range?.kvs[0];
    const stored = found ? this.#stored(found as IKeyValue) : undefined;
    if (!succeeded && expect !== undefined) throw new Conflict(key, expect, stored);
    return { revision: Number(header.revision), previous: stored };
  }

  /** @throws Error that names the endpoints and what they answered */
  async #ask<T>(call: () => Promise<T>, known?: (message: string) => Error | undefined): Promise<T> {
    if (this.#closing.signal.aborted) throw new Error('the store is closed');
    try {
      return await call();
    } catch (error) {
      throw known?.(String(error)) ?? inWords(error as Error, this.#etcd);
    }
  }

  #key(key: string): Buffer {
    return Buffer.from(this.#etcd.root + key);
  }

  #stored(kv: IKeyValue): Stored {
    return storedOf(kv, this.#etcd.root);
  }

  /**
   * All keys with the prefix: up to the first key that has not, which is the prefix with its last byte counted up. Each key of
   * ours begins with '/': `/cluster-ab` is not below `/cluster-a`.
   */
  #rangeOf(prefix: string): { key: Buffer; range_end: Buffer } {
    const key = this.#key(prefix || '/');
    const end = Buffer.from(key);
    end[end.length - 1] = (end.at(-1) ?? 0) + 1;
    return { key, range_end: end };
  }
}
