// What the controller writes into a Deployment itself: its status, its revision, and word of its new ReplicaSet.
// Always true: a status is written only into the state that it was worked out from; when somebody was faster, the
// conflict sends the key round again.

import type { ApiClient, ResourceClient } from '../../core/contracts/api-client.ts';
import { type Clock, timestamp } from '../../core/contracts/clock.ts';
import { semanticEqual } from '../../core/control/equality.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import { type Deployment, type DeploymentStatus, Deployments } from '../../core/model/deployment.ts';
import type { ReplicaSet } from '../../core/model/replica-set.ts';
import type { ApiError } from '../../core/model/status.ts';
import { hasDeadline, type Told, withCondition } from './progress.ts';
import { revisionAnnotation, revisionOf } from './revisions.ts';

export class DeploymentWriter {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #recorder: Pick<EventRecorder, 'event'>;

  constructor(client: ApiClient, clock: Clock, recorder: Pick<EventRecorder, 'event'>) {
    this.#client = client;
    this.#clock = clock;
    this.#recorder = recorder;
  }

  /** Writes the status if it differs; gives the Deployment as it is then. */
  async status(deployment: Deployment, status: DeploymentStatus): Promise<Deployment> {
    if (semanticEqual(status, deployment.status)) return deployment;
    return this.#door(deployment).status.update({ ...deployment, status });
  }

  /** Gives the Deployment its current ReplicaSet's revision and, unless it has one, a condition that says where it came from. */
  async current(deployment: Deployment, replicaSet: ReplicaSet, made: boolean): Promise<Deployment> {
    const revision = revisionOf(replicaSet);
    let next = deployment;
    if (revisionOf(deployment) !== revision) {
      const annotations = { [revisionAnnotation]: String(revision) };
      const { name, uid } = deployment.metadata;
      next = await this.#door(deployment).patch(name, { metadata: { uid, annotations } });
    }
    const hasCondition = deployment.status?.conditions?.some(({ type }) => type === 'Progressing');
    if (!hasDeadline(deployment) || (hasCondition && !made)) return next;
    return this.#tell(next, {
      type: 'Progressing',
      status: 'True',
      reason: made ? 'NewReplicaSetCreated' : 'FoundNewReplicaSet',
      message: `${made ? 'Created' : 'Found'} new replica set "${replicaSet.metadata.name}"`,
    });
  }

  /** The new ReplicaSet could not be made. */
  async creationFailed(deployment: Deployment, error: ApiError): Promise<void> {
    const reason = 'ReplicaSetCreateError';
    const message = `Failed to create new replica set "${deployment.metadata.name}": ${error.message}`;
    this.#recorder.event(deployment, 'Warning', reason, message);
    if (hasDeadline(deployment))
      await this.#tell(deployment, { type: 'Progressing', status: 'False', reason, message });
  }

  #tell(deployment: Deployment, told: Told): Promise<Deployment> {
    const conditions = withCondition(deployment.status?.conditions, told, timestamp(this.#clock));
    return this.status(deployment, { ...deployment.status, conditions });
  }

  #door(deployment: Deployment): ResourceClient<Deployment> {
    return this.#client.of(Deployments).in(deployment.metadata.namespace ?? '');
  }
}
