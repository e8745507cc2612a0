// Etcd stream: the changes of all keys after a revision, for as long as it is wanted. Whenever the connection breaks, it
// goes on from the last revision that it has handed on.

import type { Etcd3, IEvent, IKeyValue, IWatchResponse } from 'etcd3';
import type { Clock } from '../../core/contracts/clock.ts';
import { type Revision, type Stored, StoreFailure } from '../../core/contracts/store.ts';

/** An etcd, and below which key all keys of the store are there. */
export interface Etcd {
  readonly client: Etcd3;
  /** `/cluster-a`, or '' : our key `/registry/pods/a` is `/cluster-a/registry/pods/a` there. */
  readonly root: string;
}

/** A change of one key; values are decoded when somebody wants them, once. */
export interface Change {
  /** As the store has it; '' for keys of others. */
  readonly key: string;
  readonly revision: Revision;
  readonly stored: (() => Stored) | undefined;
  readonly previous: (() => Stored) | undefined;
}

/** The changes of one revision: more than one when a lease of several keys ends. */
export interface Group {
  readonly revision: Revision;
  readonly changes: readonly Change[];
}

export interface StreamHandler {
  changes(group: Group): void;
  /** History since the last revision is gone; the stream has ended. @param oldest one that is still there */
  compacted(oldest: Revision): void;
}

type Watching = Awaited<ReturnType<Etcd3['watchClient']['watch']>>;

const everything = Buffer.from([0]);
/** Milliseconds between tries to connect. */
const again = { first: 50, longest: 2000 };

export class EtcdStream {
  readonly #etcd: Etcd;
  readonly #clock: Pick<Clock, 'schedule'>;
  readonly #handler: StreamHandler;
  #after: Revision;
  #watching: Watching | undefined;
  #wait = again.first;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(etcd: Etcd, clock: Pick<Clock, 'schedule'>, after: Revision, handler: StreamHandler) {
    this.#etcd = etcd;
    this.#clock = clock;
    this.#after = after;
    this.#handler = handler;
    void this.#open();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
    this.#watching?.cancel();
  }

  async #open(): Promise<void> {
    try {
      if (await this.#isCompacted()) return this.#lost(await this.#now());
      const watching = await this.#etcd.client.watchClient.watch();
      if (this.#closed) return watching.cancel();
      this.#watching = watching;
      watching.on('data', (response) => {
        if (watching === this.#watching) this.#hear(response);
      });
      watching.on('error', () => this.#reopen(watching));
      watching.on('end', () => this.#reopen(watching));
      watching.write({
        create_request: {
          key: everything,
          range_end: everything,
          start_revision: String(this.#after + 1),
          prev_kv: true,
        },
      });
    } catch {
      this.#reopen(undefined);
    }
  }

  /**
   * Whether the state that we go on from is compacted. A watch does not always tell: an etcd from before August 2024
   * leaves out a deletion at the very revision of a compaction, without a word (etcd-io/etcd#18089).
   */
  async #isCompacted(): Promise<boolean> {
    const anyKey = { key: everything, revision: String(this.#after), count_only: true };
    try {
      await this.#etcd.client.kv.range(anyKey);
      return false;
    } catch (error) {
      if (/required revision has been compacted/.test(String(error))) return true;
      if (/required revision is a future revision/.test(String(error))) return false;
      throw error;
    }
  }

  /** Where etcd stands: certainly not compacted. */
  async #now(): Promise<Revision> {
    return Number((await this.#etcd.client.kv.range({ key: everything, count_only: true })).header.revision);
  }

  #lost(oldest: Revision): void {
    if (this.#closed) return;
    this.close();
    this.#handler.compacted(oldest);
  }

  #reopen(watching: Watching | undefined): void {
    if (this.#closed || watching !== this.#watching) return;
    this.#watching = undefined;
    this.#cancel = this.#clock.schedule(this.#wait, () => void this.#open());
    this.#wait = Math.min(this.#wait * 2, again.longest);
  }

  #hear({ canceled, compact_revision, events }: IWatchResponse): void {
    if (this.#closed) return;
    this.#wait = again.first;
    if (canceled && Number(compact_revision) > 0) return this.#lost(Number(compact_revision));
    if (canceled) return this.#watching?.cancel();
    for (const group of grouped(events, this.#etcd.root)) {
      if (group.revision <= this.#after) continue;
      this.#after = group.revision;
      this.#handler.changes(group);
      if (this.#closed) return;
    }
  }
}

function grouped(events: readonly IEvent[], root: string): Group[] {
  const groups = new Map<Revision, Change[]>();
  for (const { type, kv, prev_kv } of events) {
    const revision = Number(kv.mod_revision);
    const key = keyOf(kv, root);
    const stored = String(type) === 'Delete' || String(type) === 'DELETE' ? undefined : once(() => storedOf(kv, root));
    const previous = prev_kv ? once(() => storedOf(prev_kv, root)) : undefined;
    const changes = groups.get(revision);
    if (changes) changes.push({ key, revision, stored, previous });
    else groups.set(revision, [{ key, revision, stored, previous }]);
  }
  return [...groups].map(([revision, changes]) => ({ revision, changes }));
}

const keyOf = ({ key }: IKeyValue, root: string): string => {
  const text = key.toString('utf8');
  return text.startsWith(`${root}/`) ? text.slice(root.length) : '';
};

/** What etcd has under a key, as the contract has it. @throws StoreFailure when that is no object of ours */
export function storedOf(kv: IKeyValue, root: string): Stored {
  return {
    key: keyOf(kv, root),
    value: objectIn(kv),
    createRevision: Number(kv.create_revision),
    modRevision: Number(kv.mod_revision),
    version: Number(kv.version),
  };
}

function objectIn({ key, value }: IKeyValue): object {
  try {
    const object: unknown = JSON.parse(value.toString('utf8'));
    if (typeof object === 'object' && object !== null) return object;
  } catch {
    // Not even JSON.
  }
  const what = isProtobuf(value) ? 'an object of a real Kubernetes, in protobuf,' : 'something';
  throw new StoreFailure(
    'refused',
    `etcd holds ${what} under ${key} that Kubelab has not written and cannot read; look at it (etcdctl get ${key}), then put it right or delete it (etcdctl del ${key})`,
  );
}

/** What Kubernetes puts before objects in protobuf (apimachinery, runtime/serializer/protobuf): `k8s\0`. */
export const isProtobuf = (value: Buffer): boolean => value.subarray(0, 4).toString('latin1') === 'k8s\u0000';

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
