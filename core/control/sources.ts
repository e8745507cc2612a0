// Sources: which keys a change concerns. The usual answers, to be put together in a controller's `sources`:
//
//   sources: (informers) => [
//     from(informers.of(ReplicaSets), itself),
//     from(informers.of(Pods), itsController('ReplicaSet')),
//   ]
//
// Always true: what the object was before counts as well: a pod taken from its owner, or relabelled, wakes both sides.

import type { Change, Informer, Source } from '../contracts/controller.ts';
import { type KubeObject, keyOf, type StringMap } from '../model/meta.ts';

/** Gives the keys that a change concerns; more often than needed is harmless, too seldom is a bug. */
export type KeysOf<T extends KubeObject = KubeObject> = (change: Change<T>) => Iterable<string>;

/** A source: the changes of an informer, turned into keys. */
export const from = <T extends KubeObject>(informer: Informer<T>, keys: KeysOf<T>): Source => ({
  informer: informer as unknown as Informer,
  keys: keys as unknown as KeysOf,
});

/** The object's own key. */
export const itself: KeysOf = (change) => [keyOf(change.object)];

/** Both sides of a change: the object as it is, and as it was. */
export const sides = <T extends KubeObject>(change: Change<T>): readonly T[] =>
  change.previous === undefined || change.previous === change.object
    ? [change.object]
    : [change.object, change.previous];

/** Its controller, if that is of this kind. */
export const itsController =
  (kind: string): KeysOf =>
  (change) => {
    const keys = new Set<string>();
    for (const { metadata } of sides(change)) {
      for (const owner of metadata.ownerReferences ?? []) {
        if (owner.kind === kind && owner.controller === true) keys.add(inRoomOf(metadata.namespace, owner.name));
      }
    }
    return keys;
  };

/**
 * All objects of the other informer, in the same namespace, that select it by its labels (as they are or as they were).
 * @param selects whether the candidate's selector matches the labels
 */
export const whoeverSelects =
  <C extends KubeObject>(candidates: Informer<C>, selects: (candidate: C, labels: StringMap) => boolean): KeysOf =>
  (change) => {
    const keys = new Set<string>();
    for (const { metadata } of sides(change)) {
      for (const candidate of candidates.inNamespace(metadata.namespace ?? '')) {
        if (selects(candidate, metadata.labels ?? {})) keys.add(keyOf(candidate));
      }
    }
    return keys;
  };

/** A namespaced object's owner stands in the same namespace. */
const inRoomOf = (namespace: string | undefined, name: string): string =>
  namespace === undefined ? name : `${namespace}/${name}`;
