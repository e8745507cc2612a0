// DeploymentController: moves a Deployment's pods from one template to the next, a few at a time, by making ReplicaSets
// bigger and smaller. It never touches a pod itself.
//
//   paused, or its size changed   >  spread the size over the ReplicaSets, make no new one
//   Recreate                      >  old ones to 0  >  wait until their pods are gone  >  the new one to full size
//   RollingUpdate                 >  the new one up, the old ones down, within maxSurge and maxUnavailable
//
// Always true: each look makes the ReplicaSets' sizes a step better and writes the status; the next change of a
// ReplicaSet wakes the key again.
// In Kubernetes: pkg/controller/deployment. In real Kubernetes the annotation deprecated.deployment.rollback.to is
// obeyed as well; kubectl has not written it for years.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import { type Clock, timestamp } from '../../core/contracts/clock.ts';
import {
  again,
  type Controller,
  done,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import type { DeploymentStatus } from '../../core/model/deployment.ts';
import { ApiError } from '../../core/model/status.ts';
import { DeploymentWriter } from './deployment-writer.ts';
import { active, Families, type Family, isSaturated, isScaled } from './family.ts';
import { isRollingUpdate, replicasOf } from './fenceposts.ts';
import { countsOf, isComplete, pausedConditions, rolloutStatus, untilDeadline } from './progress.ts';
import { proportionalSizes } from './proportions.ts';
import { ReplicaSetWriter } from './replica-set-writer.ts';
import { beyondHistory, nextRevision, oldestFirst, wanted } from './revisions.ts';
import { newSize, shrinkOld } from './rolling.ts';

export interface DeploymentControllerOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly recorder: Pick<EventRecorder, 'event'> & Partial<Pick<EventRecorder, 'stop'>>;
}

export class DeploymentController implements Controller {
  readonly name = 'deployment';
  readonly workers = 5;
  readonly #options: DeploymentControllerOptions;
  readonly #replicaSets: ReplicaSetWriter;
  readonly #deployments: DeploymentWriter;
  #families!: Families;

  constructor(options: DeploymentControllerOptions) {
    this.#options = options;
    this.#replicaSets = new ReplicaSetWriter(options.client, options.recorder);
    this.#deployments = new DeploymentWriter(options.client, options.clock, options.recorder);
  }

  sources(informers: Informers): readonly Source[] {
    this.#families = new Families(this.#options.client, informers);
    return this.#families.sources;
  }

  async reconcile(key: string): Promise<Result> {
    const family = await this.#families.of(key);
    if (!family) return done;
    const { deployment } = family;
    if (deployment.metadata.deletionTimestamp !== undefined) return this.#write(family, this.#counts(family));
    const conditions = pausedConditions(deployment, this.#now);
    if (conditions !== deployment.status?.conditions && conditions.length > 0) {
      return this.#write(family, { ...deployment.status, conditions });
    }
    if (deployment.spec.paused || isScaled(family)) return this.#resize(family);
    return isRollingUpdate(deployment) ? this.#roll(family) : this.#recreate(family);
  }

  async stop(): Promise<void> {
    await this.#options.recorder.stop?.();
  }

  async #resize(before: Family): Promise<Result> {
    const family = before.current ? await this.#withCurrent(before) : before;
    if (!family) return done;
    await this.#spread(family);
    if (family.deployment.spec.paused) await this.#cleanUp(family);
    return this.#write(family, this.#counts(family));
  }

  async #roll(before: Family): Promise<Result> {
    const family = await this.#withCurrent(before);
    if (!family?.current) return done;
    const { deployment, current, old, all } = family;
    const replicas = replicasOf(deployment);
    const size = wanted(current) > replicas ? replicas : newSize(deployment, all, wanted(current));
    if (size !== wanted(current)) {
      await this.#replicaSets.scale(deployment, current, size);
      return this.#write(family, this.#rollout(family));
    }
    const sizes = shrinkOld(deployment, current, old);
    for (const [replicaSet, smaller] of sizes) await this.#replicaSets.scale(deployment, replicaSet, smaller);
    if (sizes.size === 0) await this.#cleanUpWhenComplete(family);
    return this.#write(family, this.#rollout(family));
  }

  async #recreate(before: Family): Promise<Result> {
    const going = active(before.old);
    for (const replicaSet of going) await this.#replicaSets.scale(before.deployment, replicaSet, 0);
    if (going.length > 0 || this.#families.oldPodsRun(before)) return this.#write(before, this.#rollout(before));
    const family = await this.#withCurrent(before);
    if (!family?.current) return done;
    await this.#replicaSets.scale(family.deployment, family.current, replicasOf(family.deployment));
    await this.#cleanUpWhenComplete(family);
    return this.#write(family, this.#rollout(family));
  }

  /** Brings the size to the ReplicaSets: all of it to the only active one; in the middle of an update in proportion. */
  async #spread({ deployment, current, old }: Family): Promise<void> {
    const living = active(current ? [...old, current] : old);
    const sizes = new Map(living.map((replicaSet) => [replicaSet, wanted(replicaSet)]));
    const only = living.length === 0 ? (current ?? [...old].sort(oldestFirst).at(-1)) : living[0];
    if (living.length <= 1) {
      if (only) sizes.set(only, replicasOf(deployment));
    } else if (current && isSaturated(deployment, current)) {
      for (const replicaSet of active(old)) sizes.set(replicaSet, 0);
    } else if (isRollingUpdate(deployment)) {
      for (const [replicaSet, size] of proportionalSizes(deployment, living)) sizes.set(replicaSet, size);
    }
    for (const [replicaSet, size] of sizes) await this.#replicaSets.scale(deployment, replicaSet, size);
  }

  /**
   * The family with its current ReplicaSet there and numbered; made if there is none. Undefined: nothing to do now, a
   * change will wake the key.
   */
  async #withCurrent({ deployment, current, old }: Family): Promise<Family | undefined> {
    const revision = nextRevision(old);
    let replicaSet = current;
    let made = false;
    if (replicaSet) {
      replicaSet = await this.#replicaSets.keepInStep(deployment, replicaSet, revision);
    } else {
      try {
        const result = await this.#replicaSets.make(deployment, revision, newSize(deployment, old, 0));
        if (result === 'collision') {
          const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
          await this.#deployments.status(deployment, { ...deployment.status, collisionCount });
          return undefined;
        }
        ({ replicaSet, fresh: made } = result);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        // The namespace is going away, and the Deployment with it.
        if (error.code === 403 && error.message.includes('because it is being terminated')) return undefined;
        await this.#deployments.creationFailed(deployment, error);
        throw error;
      }
    }
    const named = await this.#deployments.current(deployment, replicaSet, made);
    return { deployment: named, current: replicaSet, old, all: [...old, replicaSet] };
  }

  async #cleanUpWhenComplete(family: Family): Promise<void> {
    if (isComplete(family.deployment, family.deployment.status ?? {})) await this.#cleanUp(family);
  }

  async #cleanUp({ deployment, old }: Family): Promise<void> {
    for (const replicaSet of beyondHistory(deployment, old)) await this.#replicaSets.remove(deployment, replicaSet);
  }

  #counts({ deployment, current, all }: Family): DeploymentStatus {
    return countsOf(deployment, current, all, this.#now);
  }

  #rollout({ deployment, current, all }: Family): DeploymentStatus {
    return rolloutStatus(deployment, current, all, this.#options.clock.now(), this.#now);
  }

  /** Writes the status, and comes back when the deadline may have passed. */
  async #write({ deployment }: Family, status: DeploymentStatus): Promise<Result> {
    await this.#deployments.status(deployment, status);
    const wait = untilDeadline(deployment, status, this.#options.clock.now());
    return wait === undefined ? done : again(wait);
  }

  get #now(): string {
    return timestamp(this.#options.clock);
  }
}
