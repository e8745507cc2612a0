// Store under test: the student's store as the store of the whole cluster. Every call passes through; what it throws that
// is none of the contract's errors is told, with the line.

import type { ConfiguredPlugin } from '../../core/cluster/plugin.ts';
import { Compacted, Conflict, KeyNotFound, Store } from '../../core/contracts/store.ts';
import { type Trouble, troubleOf } from './examined.ts';
import type { Faults } from './faults.ts';
import { faultyStore } from './faulty-store.ts';

/** Where the store is the part: who is told of its mistakes, and what goes wrong around it. */
export interface StoreTrial {
  onTrouble(trouble: Trouble): void;
  readonly faults: Faults;
}

/** The plugin, with whoever wants the store told of it: that one speaks to it without faults. */
export function storeUnderTest(
  plugin: ConfiguredPlugin,
  made: (store: Store) => void,
  trial?: StoreTrial,
): ConfiguredPlugin {
  const { definition } = plugin;
  return {
    ...plugin,
    definition: {
      ...definition,
      bind(container, options) {
        container.onActivation(Store, (_, inner) => {
          const store = trial ? guarded(inner, trial.onTrouble) : inner;
          made(store);
          return trial ? faultyStore(store, trial.faults) : store;
        });
        definition.bind(container, options);
      },
    },
  };
}

function guarded(inner: Store, onTrouble: StoreTrial['onTrouble']): Store {
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
