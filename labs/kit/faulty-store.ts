// Faulty store: what the API server gets in place of the student's store, so that things go wrong around that store and
// never in it. Calls take long on their way; watches end, and the API server and all its clients have to begin anew.
// Always true: the store itself is asked nothing that a store is not asked anyway, in the order in which calls arrive.

import { Observable, type Subscriber } from 'rxjs';
import type { Store, StoreEvent } from '../../core/contracts/store.ts';
import type { Faults, Target } from './faults.ts';

export function faultyStore(inner: Store, faults: Faults): Store {
  const watchers = new Set<Subscriber<StoreEvent>>();
  const target: Target = {
    // Late news is for the client of a part: an API server reads what it wrote, and would wait here.
    lateness: 0,
    cutWatches: (error) => {
      for (const watcher of [...watchers]) {
        if (error === undefined) watcher.complete();
        else watcher.error(error);
      }
    },
  };
  faults.reach(target);
  const slowly = async <R>(work: () => Promise<R>): Promise<R> => {
    await faults.pause();
    return work();
  };
  return {
    get: (...args) => slowly(() => inner.get(...args)),
    list: (...args) => slowly(() => inner.list(...args)),
    count: (...args) => slowly(() => inner.count(...args)),
    put: (...args) => slowly(() => inner.put(...args)),
    delete: (...args) => slowly(() => inner.delete(...args)),
    compact: (...args) => slowly(() => inner.compact(...args)),
    revision: () => slowly(() => inner.revision()),
    watch: (...args) => {
      const source = inner.watch(...args);
      return new Observable((subscriber) => {
        watchers.add(subscriber);
        const subscription = source.subscribe(subscriber);
        return () => {
          watchers.delete(subscriber);
          subscription.unsubscribe();
        };
      });
    },
    snapshot: () => inner.snapshot(),
    restore: (items) => inner.restore(items),
    close: () => inner.close(),
  };
}
