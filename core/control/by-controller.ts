// By controller: finds what an object controls, and what it may take under its control, without looking at all there is.
//
//   fileByController(pods)
//   controlledBy(pods, replicaSet.metadata.uid)   its own
//   claimableBy(pods, replicaSet)                 and those of its namespace that nobody controls: candidates for claim()
//
// All controllers of a process file by this one function, so that they share one index (core/streams/object-cache.ts).

import type { Informer } from '../contracts/controller.ts';
import { controllerOf, type KubeObject } from '../model/meta.ts';

const index = 'controller';
const ownerlessIn = (namespace = '') => `none in ${namespace}`;
const fileOf = (object: KubeObject) => [controllerOf(object)?.uid ?? ownerlessIn(object.metadata.namespace)];

export const fileByController = <T extends KubeObject>(informer: Informer<T>): void => informer.index(index, fileOf);

/** @param uid of the controller, which may be gone */
export const controlledBy = <T extends KubeObject>(informer: Informer<T>, uid: string): readonly T[] =>
  informer.by(index, uid);

export function claimableBy<T extends KubeObject>(informer: Informer<T>, { metadata }: KubeObject): readonly T[] {
  const own = controlledBy(informer, metadata.uid);
  const free = informer.by(index, ownerlessIn(metadata.namespace));
  return free.length === 0 ? own : [...own, ...free];
}
