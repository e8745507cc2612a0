// StaleDisruption: a pod that was told to go (condition DisruptionTarget) and two minutes later is not marked for deletion
// does not go: the condition is taken back.
// In Kubernetes: the stalePodDisruption queue of pkg/controller/disruption.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import { type Clock, timestamp } from '../../core/contracts/clock.ts';
import {
  again,
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { from, itself } from '../../core/control/sources.ts';
import { findCondition } from '../../core/model/conditions.ts';
import { splitKey } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { ApiError } from '../../core/model/status.ts';

/** Milliseconds; as in Kubernetes. */
const timeout = 120_000;

export class StaleDisruption implements Controller {
  readonly name = 'stale-disruption';
  readonly #client: ApiClient;
  readonly #clock: Clock;
  #pods!: Informer<Pod>;

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  sources(informers: Informers): readonly Source[] {
    this.#pods = informers.of(Pods);
    return [from(this.#pods, (change) => (toldSince(change.object) === undefined ? [] : itself(change)))];
  }

  async reconcile(key: string): Promise<Result> {
    const pod = this.#pods.get(key);
    const since = pod && toldSince(pod);
    if (since === undefined) return done;
    const left = since + timeout - this.#clock.now();
    if (left > 0) return again(left);
    const { namespace = '', name } = splitKey(key);
    // Reason and message go with the answer that they belong to.
    const condition = {
      type: 'DisruptionTarget',
      status: 'False',
      lastTransitionTime: timestamp(this.#clock),
      reason: null,
      message: null,
    };
    const { uid, resourceVersion } = pod!.metadata;
    const patch = { metadata: { uid, resourceVersion }, status: { conditions: [condition] } };
    try {
      await this.#client.of(Pods).in(namespace).status.patch(name, patch, { type: 'strategic' });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
    }
    return done;
  }
}

/** Since when it has been told, in milliseconds; undefined: it has not, or it goes, or its kubelet ends it in its own time. */
function toldSince({ metadata, status }: Pod): number | undefined {
  if (metadata.deletionTimestamp !== undefined) return undefined;
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return undefined;
  const told = findCondition(status?.conditions, 'DisruptionTarget');
  if (told?.status !== 'True' || told.reason === 'TerminationByKubelet') return undefined;
  return Date.parse(told.lastTransitionTime ?? metadata.creationTimestamp);
}
