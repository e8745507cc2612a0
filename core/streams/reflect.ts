// reflect: keeps an ObjectCache equal to what a watcher tells, and passes on what changed by it.
//
//   watcher(client, Pods, {}, clock, random).pipe(reflect(cache)).subscribe((change) => ...)
//
// A first list comes out as one `apply` for each object. A later list (after a lost connection) comes out as the
// difference: `apply` for what is new or changed, `delete` for what is no longer there, nothing for the rest.

import { Observable, type OperatorFunction } from 'rxjs';
import type { Change } from '../contracts/controller.ts';
import type { KubeObject } from '../model/meta.ts';
import type { ObjectCache } from './object-cache.ts';
import type { WatcherEvent } from './watcher.ts';

export interface ReflectHooks {
  /** A list is complete: the cache shows all there is. Called after the last change of the list. */
  listed?(): void;
}

const sameVersion = (a: KubeObject, b: KubeObject) =>
  a.metadata.resourceVersion === b.metadata.resourceVersion && a.metadata.uid === b.metadata.uid;

export const reflect =
  <T extends KubeObject>(
    cache: ObjectCache<T>,
    hooks: ReflectHooks = {},
  ): OperatorFunction<WatcherEvent<T>, Change<T>> =>
  (events) =>
    new Observable((subscriber) => {
      /** Keys named by the list under way. */
      let named = new Set<string>();
      const put = (object: T) => {
        const { key, previous } = cache.set(object);
        if (!previous || !sameVersion(previous, object)) subscriber.next({ type: 'apply', object, previous });
        return key;
      };
      const drop = (object: T, previous: T) => {
        if (cache.remove(object)) subscriber.next({ type: 'delete', object, previous });
      };
      const take = (event: WatcherEvent<T>) => {
        switch (event.type) {
          case 'init':
            named = new Set();
            return;
          case 'initApply':
            named.add(put(event.object));
            return;
          case 'initDone':
            for (const [key, object] of [...cache.entries()]) if (!named.has(key)) drop(object, object);
            named = new Set();
            hooks.listed?.();
            return;
          case 'apply':
            put(event.object);
            return;
          case 'delete':
            return drop(event.object, event.previous);
        }
      };
      return events.subscribe({
        next: take,
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
