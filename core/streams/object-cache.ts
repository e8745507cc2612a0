// ObjectCache: the objects of one kind by key, and by any number of indexes.
//
//   cache.index('node', (pod) => [pod.spec.nodeName ?? '']);
//   cache.by('node', 'node-1')        costs what it gives, not what there is
//
// Who files by the very same function, under whatever name, shares one index.
// Always true: every index agrees with the objects; objects are shared, nobody changes them; an indexer that throws
// is a bug of whoever gave it, told of once, and files the object under nothing.

import type { Indexer } from '../contracts/controller.ts';
import { type KubeObject, keyOf } from '../model/meta.ts';

interface Index<T extends KubeObject> {
  readonly name: string;
  readonly indexer: Indexer<T>;
  /** It has thrown before. */
  failed?: boolean;
  readonly files: Map<string, Map<string, T>>;
}

const none: readonly never[] = [];
const namespaceIndex = 'metadata.namespace';

export class ObjectCache<T extends KubeObject> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  /** Each once, however many names it has. */
  readonly #filed: Index<T>[] = [];
  /** What `all` gave last; dropped by the next change. */
  #all: readonly T[] | undefined;

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  entries(): IterableIterator<[string, T]> {
    return this.#objects.entries();
  }

  /** In the order in which they came. */
  all(): readonly T[] {
    this.#all ??= [...this.#objects.values()];
    return this.#all;
  }

  inNamespace(namespace: string): readonly T[] {
    this.index(namespaceIndex, (object) => [object.metadata.namespace ?? '']);
    return this.by(namespaceIndex, namespace);
  }

  /** @throws Error when there is no index of that name. */
  by(name: string, value: string): readonly T[] {
    const index = this.#indexes.get(name);
    if (!index) {
      const names = [...this.#indexes.keys()].join(', ') || 'none';
      throw new Error(`there is no index "${name}" (there are: ${names}); add it with index("${name}", ...) first`);
    }
    const file = index.files.get(value);
    return file ? [...file.values()] : none;
  }

  /** Adds an index over what there is and what will come; the same name again is the same index. */
  index(name: string, indexer: Indexer<T>): void {
    if (this.#indexes.has(name)) return;
    const same = this.#filed.find((one) => one.indexer === indexer);
    const index: Index<T> = same ?? { name, indexer, files: new Map() };
    this.#indexes.set(name, index);
    if (same) return;
    this.#filed.push(index);
    for (const [key, object] of this.#objects)
      for (const value of valuesOf(index, object)) file(index, key, value, object);
  }

  /** Gives what stood there before. */
  set(object: T): { readonly key: string; readonly previous: T | undefined } {
    const key = keyOf(object);
    const previous = this.#objects.get(key);
    this.#objects.set(key, object);
    this.#all = undefined;
    for (const index of this.#filed) {
      // What stays under its value keeps its place there.
      const values = valuesOf(index, object);
      if (previous) {
        for (const value of valuesOf(index, previous)) if (!values.includes(value)) unfile(index, key, value);
      }
      for (const value of values) file(index, key, value, object);
    }
    return { key, previous };
  }

  /** Whether there was one. */
  remove(object: T): boolean {
    const key = keyOf(object);
    const previous = this.#objects.get(key);
    if (!previous) return false;
    this.#objects.delete(key);
    this.#all = undefined;
    for (const index of this.#filed) {
      for (const value of valuesOf(index, previous)) unfile(index, key, value);
    }
    return true;
  }
}

function valuesOf<T extends KubeObject>(index: Index<T>, object: T): readonly string[] {
  try {
    return index.indexer(object);
  } catch (error) {
    if (!index.failed) {
      console.error(`index "${index.name}" failed at ${keyOf(object)}; this is a bug in the indexer:`, error);
    }
    index.failed = true;
    return none;
  }
}

function file<T extends KubeObject>({ files }: Index<T>, key: string, value: string, object: T): void {
  const there = files.get(value);
  if (there) there.set(key, object);
  else files.set(value, new Map([[key, object]]));
}

function unfile<T extends KubeObject>({ files }: Index<T>, key: string, value: string): void {
  const there = files.get(value);
  if (there?.delete(key) && there.size === 0) files.delete(value);
}
