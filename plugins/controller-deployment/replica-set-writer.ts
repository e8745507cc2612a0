// What a Deployment does to its ReplicaSets: make the new one, change a size, remove old ones. Each step is told in an
// event of the Deployment.

import type { ApiClient, ResourceClient } from '../../core/contracts/api-client.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import { hashLabel, sameTemplate, templateHash } from '../../core/control/template-hash.ts';
import type { Deployment } from '../../core/model/deployment.ts';
import { controllerOf, controllerReference, type Draft } from '../../core/model/meta.ts';
import { type ReplicaSet, ReplicaSets } from '../../core/model/replica-set.ts';
import { ApiError } from '../../core/model/status.ts';
import { annotationsFor, sizeAnnotations, wanted } from './revisions.ts';

/** What came of making the new ReplicaSet. `collision`: another template has its name; try with another hash. */
export type Made = { readonly replicaSet: ReplicaSet; readonly fresh: boolean } | 'collision';

export class ReplicaSetWriter {
  readonly #client: ApiClient;
  readonly #recorder: Pick<EventRecorder, 'event'>;

  constructor(client: ApiClient, recorder: Pick<EventRecorder, 'event'>) {
    this.#client = client;
    this.#recorder = recorder;
  }

  /** Makes the ReplicaSet of the Deployment's template; finding it made already (the cache was stale) is as good. */
  async make(deployment: Deployment, revision: number, replicas: number): Promise<Made> {
    const draft = replicaSetFor(deployment, revision, replicas);
    const door = this.#of(deployment);
    try {
      const replicaSet = await door.create(draft);
      if (replicas > 0) this.#tell(deployment, 'up', replicaSet.metadata.name, 0, replicas);
      return { replicaSet, fresh: true };
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
      const standing = await door.get(draft.metadata.name ?? '');
      const isOurs = controllerOf(standing)?.uid === deployment.metadata.uid;
      const isSame = sameTemplate(standing.spec.template, deployment.spec.template);
      return isOurs && isSame ? { replicaSet: standing, fresh: false } : 'collision';
    }
  }

  /** Writes revision, annotations and minReadySeconds, where they differ. */
  async keepInStep(deployment: Deployment, replicaSet: ReplicaSet, revision: number): Promise<ReplicaSet> {
    const present = replicaSet.metadata.annotations ?? {};
    const annotations = annotationsFor(deployment, present, revision);
    const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
    if (annotations === present && (replicaSet.spec.minReadySeconds ?? 0) === minReadySeconds) return replicaSet;
    return this.#of(deployment).update({
      ...replicaSet,
      metadata: { ...replicaSet.metadata, annotations },
      spec: { ...replicaSet.spec, minReadySeconds },
    });
  }

  /** Whether the size differed; the annotations that tell the Deployment's size are kept up with it. */
  async scale(deployment: Deployment, replicaSet: ReplicaSet, size: number): Promise<boolean> {
    const before = wanted(replicaSet);
    const present = replicaSet.metadata.annotations ?? {};
    const told = sizeAnnotations(deployment);
    const isTold = Object.entries(told).every(([key, value]) => present[key] === value);
    if (before === size && isTold) return false;
    await this.#of(deployment).update({
      ...replicaSet,
      metadata: { ...replicaSet.metadata, annotations: { ...present, ...told } },
      spec: { ...replicaSet.spec, replicas: size },
    });
    if (before === size) return false;
    this.#tell(deployment, size > before ? 'up' : 'down', replicaSet.metadata.name, before, size);
    return true;
  }

  async remove(deployment: Deployment, replicaSet: ReplicaSet): Promise<void> {
    try {
      await this.#of(deployment).delete(replicaSet.metadata.name, { preconditions: { uid: replicaSet.metadata.uid } });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    }
  }

  #of(deployment: Deployment): ResourceClient<ReplicaSet> {
    return this.#client.of(ReplicaSets).in(deployment.metadata.namespace ?? '');
  }

  #tell(deployment: Deployment, way: 'up' | 'down', name: string, before: number, after: number): void {
    const message = `Scaled ${way} replica set ${name} from ${before} to ${after}`;
    this.#recorder.event(deployment, 'Normal', 'ScalingReplicaSet', message);
  }
}

/** Its name, its selector and its pods carry the template's hash, so that no two ReplicaSets claim the same pods. */
function replicaSetFor(deployment: Deployment, revision: number, replicas: number): Draft<ReplicaSet> {
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = { [hashLabel]: templateHash(template, deployment.status?.collisionCount) };
  const labels = { ...template.metadata?.labels, ...hash };
  return {
    metadata: {
      name: `${deployment.metadata.name}-${hash[hashLabel]}`,
      namespace: deployment.metadata.namespace ?? '',
      labels,
      annotations: { ...annotationsFor(deployment, {}, revision), ...sizeAnnotations(deployment) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds && { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, ...hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}
