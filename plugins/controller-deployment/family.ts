// Family: a Deployment with its ReplicaSets, sorted out into the one that has its template and the old ones. Read from
// the informers; ReplicaSets without a controller are adopted on the way.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import type { Informer, Informers, Source } from '../../core/contracts/controller.ts';
import { claimableBy, controlledBy, fileByController } from '../../core/control/by-controller.ts';
import { claim } from '../../core/control/claim.ts';
import { from, itsController, itself, whoeverSelects } from '../../core/control/sources.ts';
import { type Deployment, Deployments } from '../../core/model/deployment.ts';
import { matches, selectorOf } from '../../core/model/labels.ts';
import { controllerOf } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { type ReplicaSet, ReplicaSets } from '../../core/model/replica-set.ts';
import { ApiError } from '../../core/model/status.ts';
import { replicasOf } from './fenceposts.ts';
import { desiredReplicasAtLastScale, newReplicaSetOf, sumOf, wanted } from './revisions.ts';

export interface Family {
  readonly deployment: Deployment;
  /** The one with the Deployment's template. */
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
  readonly all: readonly ReplicaSet[];
}

export const active = (replicaSets: readonly ReplicaSet[]): ReplicaSet[] =>
  replicaSets.filter((replicaSet) => wanted(replicaSet) > 0);

/** The Deployment's size is another than when its ReplicaSets were last sized. */
export const isScaled = ({ deployment, all }: Family): boolean =>
  active(all).some((replicaSet) => {
    const desired = desiredReplicasAtLastScale(replicaSet);
    return desired !== undefined && desired !== replicasOf(deployment);
  });

/** The new ReplicaSet has all that is wanted. */
export const isSaturated = (deployment: Deployment, current: ReplicaSet): boolean =>
  wanted(current) === replicasOf(deployment) &&
  desiredReplicasAtLastScale(current) === replicasOf(deployment) &&
  (current.status?.availableReplicas ?? 0) === replicasOf(deployment);

export class Families {
  readonly sources: readonly Source[];
  readonly #client: ApiClient;
  readonly #deployments: Informer<Deployment>;
  readonly #replicaSets: Informer<ReplicaSet>;
  readonly #pods: Informer<Pod>;

  constructor(client: ApiClient, informers: Informers) {
    this.#client = client;
    this.#deployments = informers.of(Deployments);
    this.#replicaSets = informers.of(ReplicaSets);
    this.#pods = informers.of(Pods);
    fileByController(this.#replicaSets);
    fileByController(this.#pods);
    const owned = itsController('Deployment');
    const selecting = whoeverSelects(this.#deployments, ({ spec }, labels) =>
      matches(selectorOf(spec.selector), labels),
    );
    this.sources = [
      from(this.#deployments, itself),
      from(this.#replicaSets, (change) =>
        controllerOf(change.object) ? owned(change) : [...owned(change), ...selecting(change)],
      ),
      // Recreate waits for the last old pod to be gone, which no ReplicaSet tells of.
      from(this.#pods, ({ type, object }) => (type === 'delete' ? this.#recreatedBy(object) : [])),
    ];
  }

  /** Undefined when there is no such Deployment (any more). */
  async of(key: string): Promise<Family | undefined> {
    const deployment = this.#deployments.get(key);
    if (!deployment) return undefined;
    const all = await this.#claim(deployment);
    const current = newReplicaSetOf(deployment, all);
    return { deployment, current, old: all.filter((one) => one !== current), all };
  }

  /** Whether pods of old templates are there, ended ones aside. */
  oldPodsRun({ old }: Family): boolean {
    if (sumOf(old, ({ status }) => status?.replicas ?? 0) > 0) return true;
    const ended = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed';
    return old.some(({ metadata }) => controlledBy(this.#pods, metadata.uid).some((pod) => !ended(pod)));
  }

  #claim(deployment: Deployment): Promise<ReplicaSet[]> {
    const { namespace = '', name } = deployment.metadata;
    const selector = selectorOf(deployment.spec.selector);
    return claim({
      owner: deployment,
      candidates: claimableBy(this.#replicaSets, deployment),
      matches: ({ metadata }) => matches(selector, metadata.labels),
      client: this.#client.of(ReplicaSets).in(namespace),
      confirm: () =>
        this.#client
          .of(Deployments)
          .in(namespace)
          .get(name)
          .catch((error) => {
            if (error instanceof ApiError && error.code === 404) return undefined;
            throw error;
          }),
    });
  }

  #recreatedBy(pod: Pod): string[] {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'ReplicaSet') return [];
    const { namespace } = pod.metadata;
    const replicaSet = this.#replicaSets.get(`${namespace}/${owner.name}`);
    const deployment = replicaSet && controllerOf(replicaSet);
    const key = `${namespace}/${deployment?.name}`;
    return this.#deployments.get(key)?.spec.strategy?.type === 'Recreate' ? [key] : [];
  }
}
