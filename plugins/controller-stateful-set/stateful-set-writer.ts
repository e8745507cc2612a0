// What a StatefulSet does: make a pod, with its claims before it; delete a pod; say whom claims go with. Each is told in an
// event of the set. Names are fixed, so what is made twice is refused the second time, and that is as good.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import type { Informer } from '../../core/contracts/controller.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import type { ControllerRevision } from '../../core/model/controller-revision/controller-revision.ts';
import { equal } from '../../core/model/equal.ts';
import { controllerOf } from '../../core/model/meta.ts';
import { type PersistentVolumeClaim, PersistentVolumeClaims } from '../../core/model/persistent-volume-claim.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import type { StatefulSet } from '../../core/model/stateful-set/stateful-set.ts';
import { ApiError } from '../../core/model/status.ts';
import { claimOwners, claimsOf, isForeign, ordinalOf, podOf } from './stateful-pod.ts';

export interface StatefulSetWriterOptions {
  readonly client: ApiClient;
  readonly recorder: Pick<EventRecorder, 'event'>;
}

export class StatefulSetWriter {
  readonly #options: StatefulSetWriterOptions;
  readonly #claims: Informer<PersistentVolumeClaim>;

  constructor(options: StatefulSetWriterOptions, claims: Informer<PersistentVolumeClaim>) {
    this.#options = options;
    this.#claims = claims;
  }

  /** @throws ApiError */
  async create(set: StatefulSet, ordinal: number, revision: ControllerRevision): Promise<void> {
    const { client, recorder } = this.#options;
    const { namespace = '', name } = set.metadata;
    const draft = podOf(set, ordinal, revision);
    const pod = draft.metadata.name ?? '';
    const tell = (what: string, error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      recorder.event(set, 'Warning', 'FailedCreate', `create ${what} in StatefulSet ${name} failed error: ${why}`);
    };
    for (const claim of claimsOf(set, ordinal)) {
      if (this.#claims.get(`${namespace}/${claim.metadata.name}`)) continue;
      const what = `Claim ${claim.metadata.name} Pod ${pod}`;
      try {
        await client.of(PersistentVolumeClaims).in(namespace).create(claim);
        recorder.event(set, 'Normal', 'SuccessfulCreate', `create ${what} in StatefulSet ${name} success`);
      } catch (error) {
        if (isTaken(error)) continue;
        tell(what, error);
        throw error;
      }
    }
    try {
      await client.of(Pods).in(namespace).create(draft);
      recorder.event(set, 'Normal', 'SuccessfulCreate', `create Pod ${pod} in StatefulSet ${name} successful`);
    } catch (error) {
      if (isTaken(error)) {
        const standing = await client.of(Pods).in(namespace).get(pod).catch(undefinedIfMissing);
        // Ours, and the cache does not show it yet.
        if (standing && controllerOf(standing)?.uid === set.metadata.uid) return;
      }
      tell(`Pod ${pod}`, error);
      throw error;
    }
  }

  /** @throws ApiError */
  async delete(set: StatefulSet, pod: Pod, why: 'ended' | 'too many' | 'old'): Promise<void> {
    const { client, recorder } = this.#options;
    const { namespace = '', name } = set.metadata;
    const { name: podName, uid } = pod.metadata;
    if (why === 'ended') {
      const told = `StatefulSet ${namespace}/${name} is recreating failed Pod ${podName}`;
      recorder.event(set, 'Warning', 'RecreatingFailedPod', told);
    }
    try {
      await client.of(Pods).in(namespace).delete(podName, { preconditions: { uid } });
      recorder.event(set, 'Normal', 'SuccessfulDelete', `delete Pod ${podName} in StatefulSet ${name} successful`);
    } catch (error) {
      // Gone, or another one of that name already: the cache is late.
      if (error instanceof ApiError && (error.code === 404 || error.reason === 'Conflict')) return;
      const told = `delete Pod ${podName} in StatefulSet ${name} failed error: ${error instanceof Error ? error.message : error}`;
      recorder.event(set, 'Warning', 'FailedDelete', told);
      throw error;
    }
  }

  /** Writes whom the claims of a pod go with, where that is not what they say. @throws ApiError */
  async own(set: StatefulSet, pod: Pod, isSurplus: boolean): Promise<void> {
    const { namespace = '' } = set.metadata;
    for (const { metadata } of claimsOf(set, ordinalOf(set, pod))) {
      const claim = this.#claims.get(`${namespace}/${metadata.name}`);
      if (!claim || isForeign(set, claim)) continue;
      const ownerReferences = claimOwners(set, pod, isSurplus, claim);
      if (equal(ownerReferences, claim.metadata.ownerReferences ?? [])) continue;
      const door = this.#options.client.of(PersistentVolumeClaims).in(namespace);
      await door.update({ ...claim, metadata: { ...claim.metadata, ownerReferences } }).catch(undefinedIfMissing);
    }
  }
}

const isTaken = (error: unknown): boolean => error instanceof ApiError && error.reason === 'AlreadyExists';

const undefinedIfMissing = (error: unknown): undefined => {
  if (error instanceof ApiError && error.code === 404) return undefined;
  throw error;
};
