// Key index: which versions each key had, newest first, and the keys in order. Numbers only: values are in the ledger.
// Always true: a version that stands at a revision that can still be read is here; a deleted key stays until its
//   deletion is compacted. In etcd: mvcc's treeIndex.

import type { Revision } from '../../core/contracts/store.ts';
import { SortedIndex } from '../../core/storage/sorted-index.ts';
import type { Entry } from './ledger.ts';

interface Version {
  readonly entry: Entry;
  older: Version | undefined;
}

interface Head {
  readonly key: string;
  newest: Version;
}

export class KeyIndex {
  readonly #heads = new Map<string, Head>();
  readonly #order = new SortedIndex<Head>();

  get isEmpty(): boolean {
    return this.#heads.size === 0;
  }

  /** Entries come in the order of their revisions. */
  add(entry: Entry): void {
    const head = this.#heads.get(entry.key);
    if (head) {
      head.newest = { entry, older: head.newest };
      return;
    }
    const added: Head = { key: entry.key, newest: { entry, older: undefined } };
    this.#heads.set(entry.key, added);
    this.#order.add(added);
  }

  /** The key as it stands at the revision, now unless told; undefined when it does not exist there. */
  at(key: string, revision?: Revision): Entry | undefined {
    const head = this.#heads.get(key);
    return head && existing(versionAt(head, revision));
  }

  /** Keys with the prefix that exist at the revision, from the first that sorts after `after`. */
  *range(prefix: string, after: string | undefined, revision?: Revision): Generator<Entry> {
    const start = after !== undefined && after >= prefix ? `${after}\u0000` : prefix;
    for (const head of this.#order.from(start)) {
      if (!head.key.startsWith(prefix)) return;
      const entry = existing(versionAt(head, revision));
      if (entry) yield entry;
    }
  }

  /** The revisions of what stood before the version that stands at the revision. */
  superseded(key: string, before: Revision): Revision[] {
    const head = this.#heads.get(key);
    const kept = head && versionAt(head, before);
    const revisions: Revision[] = [];
    for (let version = kept?.older; version; version = version.older) revisions.push(version.entry.revision);
    if (kept && isGone(head, kept, before)) revisions.push(kept.entry.revision);
    return revisions;
  }

  /** Drops it. */
  forget(key: string, before: Revision): void {
    const head = this.#heads.get(key);
    const kept = head && versionAt(head, before);
    if (!kept) return;
    kept.older = undefined;
    if (!isGone(head, kept, before)) return;
    this.#heads.delete(key);
    this.#order.remove(key);
  }
}

/** Deleted, before the revision, and not made again since. */
const isGone = (head: Head, kept: Version, before: Revision): boolean =>
  kept === head.newest && kept.entry.version === 0 && kept.entry.revision < before;

function versionAt(head: Head, revision = Number.POSITIVE_INFINITY): Version | undefined {
  let version: Version | undefined = head.newest;
  while (version && version.entry.revision > revision) version = version.older;
  return version;
}

const existing = (version: Version | undefined): Entry | undefined =>
  version && version.entry.version > 0 ? version.entry : undefined;
