// Store under test: the student's store as the store of the whole cluster. Every call passes through; what it throws that
// is none of the contract's errors is told, with the line.

import type { ConfiguredPlugin } from '../../core/cluster/plugin.ts';
import { Compacted, Conflict, KeyNotFound, Store } from '../../core/contracts/store.ts';
import { type Trouble, troubleOf } from './part-under-test.ts';

/** The plugin, with whoever wants the store told of it, and of its mistakes. */
export function storeUnderTest(
  plugin: ConfiguredPlugin,
  made: (store: Store) => void,
  onTrouble?: (trouble: Trouble) => void,
): ConfiguredPlugin {
  const { definition } = plugin;
  return {
    ...plugin,
    definition: {
      ...definition,
      bind(container, options) {
        container.onActivation(Store, (_, inner) => {
          const store = onTrouble ? guarded(inner, onTrouble) : inner;
          made(store);
          return store;
        });
        definition.bind(container, options);
      },
    },
  };
}

function guarded(inner: Store, onTrouble: (trouble: Trouble) => void): Store {
  const tell = (doing: string, error: unknown) => {
    const isAnswer = error instanceof Conflict || error instanceof KeyNotFound || error instanceof Compacted;
    if (!isAnswer) onTrouble({ message: troubleOf(error), doing, error });
    return error;
  };
  const call = async <R>(doing: string, work: () => Promise<R>): Promise<R> => {
    try {
      return await work();
    } catch (error) {
      throw tell(doing, error);
    }
  };
  return {
    get: (key, options) => call(`get(${key})`, () => inner.get(key, options)),
    list: (prefix, options) => call(`list(${prefix})`, () => inner.list(prefix, options)),
    count: (prefix) => call(`count(${prefix})`, () => inner.count(prefix)),
    put: (key, value, options) => call(`put(${key})`, () => inner.put(key, value, options)),
    delete: (key, options) => call(`delete(${key})`, () => inner.delete(key, options)),
    watch: (prefix, options) => {
      try {
        return inner.watch(prefix, options);
      } catch (error) {
        throw tell(`watch(${prefix})`, error);
      }
    },
    compact: (before) => call(`compact(${before})`, () => inner.compact(before)),
    revision: () => call('revision()', () => inner.revision()),
    snapshot: () => inner.snapshot(),
    restore: (items) => call('restore()', () => inner.restore(items)),
    close: () => call('close()', () => inner.close()),
  };
}
