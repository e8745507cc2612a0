// ReplicaController: as many pods as wanted, no more and no fewer. For each owner (ReplicaSet or ReplicationController):
//   claim the pods that are its own  >  create what is missing or delete what is too much  >  write the status
// Always true: nothing is created or deleted while the cache does not yet show what was done last (expectations); pods
// that have ended or are terminating do not count; at most 500 pods are created or deleted in one go.
// In Kubernetes: pkg/controller/replicaset/replica_set.go.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import { type Clock, timestamp } from '../../core/contracts/clock.ts';
import {
  again,
  type Change,
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { claimableBy, controlledBy, fileByController } from '../../core/control/by-controller.ts';
import { claim } from '../../core/control/claim.ts';
import { podsToDelete } from '../../core/control/deletion-order.ts';
import { semanticEqual } from '../../core/control/equality.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import { Expectations } from '../../core/control/expectations.ts';
import { isActive, podFrom, selects } from '../../core/control/pods.ts';
import { slowStart } from '../../core/control/slow-start.ts';
import { from, itsController, itself, whoeverSelects } from '../../core/control/sources.ts';
import { updateStatus } from '../../core/control/update-status.ts';
import { matches } from '../../core/model/labels.ts';
import { controllerOf } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { ApiError } from '../../core/model/status.ts';
import type { Flavour, Replicated } from './flavour.ts';
import { statusOf } from './status.ts';

/** Pods created or deleted in one go, at most. */
const burst = 500;

export interface ReplicaControllerOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly recorder: Pick<EventRecorder, 'event'> & Partial<Pick<EventRecorder, 'stop'>>;
}

export class ReplicaController<T extends Replicated> implements Controller {
  readonly name: string;
  readonly workers = 5;
  readonly #flavour: Flavour<T>;
  readonly #options: ReplicaControllerOptions;
  readonly #expectations: Expectations;
  #owners!: Informer<T>;
  #pods!: Informer<Pod>;

  constructor(flavour: Flavour<T>, options: ReplicaControllerOptions) {
    this.name = flavour.name;
    this.#flavour = flavour;
    this.#options = options;
    this.#expectations = new Expectations(options.clock);
  }

  sources(informers: Informers): readonly Source[] {
    const { resource, selector } = this.#flavour;
    this.#owners = informers.of(resource);
    fileByController(this.#owners);
    this.#pods = informers.of(Pods);
    fileByController(this.#pods);
    const owned = itsController(resource.kind);
    const selecting = whoeverSelects(this.#owners, (owner, labels) => matches(selector(owner), labels));
    return [
      from(this.#owners, itself),
      from(this.#pods, (change) => {
        this.#observe(change);
        // An ownerless pod may be taken in by whoever selects it.
        return controllerOf(change.object) ? owned(change) : [...owned(change), ...selecting(change)];
      }),
    ];
  }

  async reconcile(key: string): Promise<Result> {
    const owner = this.#owners.get(key);
    if (!owner) {
      this.#expectations.forget(key);
      return done;
    }
    const mayAct = this.#expectations.satisfied(key) && owner.metadata.deletionTimestamp === undefined;
    const pods = await this.#claim(owner);
    const failure = mayAct ? await this.#manage(key, owner, pods) : undefined;
    const written = await this.#writeStatus(owner, pods, failure);
    if (failure !== undefined) throw failure;
    return this.#lookAgain(key, owner, written);
  }

  async stop(): Promise<void> {
    await this.#options.recorder.stop?.();
  }

  /** Meets expectations: called for each change before its key is queued. */
  #observe({ type, object, ...rest }: Change<Pod>): void {
    const controller = controllerOf(object);
    if (controller?.kind !== this.#flavour.resource.kind) return;
    const key = `${object.metadata.namespace}/${controller.name}`;
    if (type === 'apply' && rest.previous === undefined) this.#expectations.creationObserved(key);
    if (type === 'delete' || object.metadata.deletionTimestamp !== undefined) {
      this.#expectations.deletionObserved(key, object.metadata.uid);
    }
  }

  #claim(owner: T): Promise<Pod[]> {
    const { client } = this.#options;
    const { namespace = '', name } = owner.metadata;
    return claim({
      owner,
      candidates: claimableBy(this.#pods, owner).filter(isActive),
      matches: selects(this.#flavour.selector(owner)),
      client: client.of(Pods).in(namespace),
      confirm: () => client.of(this.#flavour.resource).in(namespace).get(name).catch(undefinedIfMissing),
    });
  }

  /** Gives what it failed with, after doing what could be done. */
  async #manage(key: string, owner: T, pods: readonly Pod[]): Promise<unknown> {
    const surplus = pods.length - this.#flavour.replicas(owner);
    if (surplus < 0) return this.#create(key, owner, Math.min(-surplus, burst));
    if (surplus > 0)
      return this.#delete(key, owner, podsToDelete(pods, this.#related(owner, pods), Math.min(surplus, burst)));
    return undefined;
  }

  async #create(key: string, owner: T, count: number): Promise<unknown> {
    const { client, recorder } = this.#options;
    const pods = client.of(Pods).in(owner.metadata.namespace ?? '');
    const draft = podFrom(this.#flavour.template(owner), owner);
    this.#expectations.expectCreations(key, count);
    const { successes, error } = await slowStart(count, async () => {
      try {
        const pod = await pods.create(draft);
        recorder.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
      } catch (error) {
        if (!isNamespaceTerminating(error))
          recorder.event(owner, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
        throw error;
      }
    });
    for (let missing = successes; missing < count; missing += 1) this.#expectations.creationObserved(key);
    // Nothing can be created there any more; the owner goes with its namespace.
    return isNamespaceTerminating(error) ? undefined : error;
  }

  async #delete(key: string, owner: T, surplus: readonly Pod[]): Promise<unknown> {
    const { client, recorder } = this.#options;
    const pods = client.of(Pods).in(owner.metadata.namespace ?? '');
    this.#expectations.expectDeletions(
      key,
      surplus.map((pod) => pod.metadata.uid),
    );
    const failures: unknown[] = [];
    await Promise.all(
      surplus.map(async ({ metadata: { name, uid } }) => {
        try {
          await pods.delete(name, { preconditions: { uid } });
          recorder.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
        } catch (error) {
          this.#expectations.deletionObserved(key, uid);
          if (error instanceof ApiError && error.code === 404) return;
          failures.push(error);
          recorder.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
        }
      }),
    );
    return failures[0];
  }

  /** Pods of all owners with the same controller: those of a Deployment's other ReplicaSets count as neighbours. */
  #related(owner: T, pods: readonly Pod[]): readonly Pod[] {
    const controller = controllerOf(owner);
    if (!controller) return pods;
    const owners = controlledBy(this.#owners, controller.uid);
    return owners.flatMap(({ metadata }) => controlledBy(this.#pods, metadata.uid)).filter(isActive);
  }

  async #writeStatus(owner: T, pods: readonly Pod[], failure: unknown): Promise<T> {
    const { client, clock } = this.#options;
    const wanted = (object: T) => ({
      ...statusOf(object.status, {
        pods,
        template: this.#flavour.template(owner),
        minReadySeconds: this.#flavour.minReadySeconds(owner),
        replicas: this.#flavour.replicas(owner),
        failure,
        now: clock.now(),
        timestamp: timestamp(clock),
      }),
      // What was looked at is this generation, also when it is written into a newer object.
      observedGeneration: Math.max(owner.metadata.generation ?? 0, object.status?.observedGeneration ?? 0),
    });
    const first = wanted(owner);
    if (semanticEqual(first, owner.status)) return owner;
    const { resource } = this.#flavour;
    return updateStatus(
      client.of(resource).in(owner.metadata.namespace ?? ''),
      owner,
      (object) => (object === owner ? first : wanted(object)) as NonNullable<T['status']>,
    );
  }

  /** Time makes a ready pod available, and ends waiting for what never came; no change tells of either. */
  #lookAgain(key: string, owner: T, { status }: T): Result {
    const waits: number[] = [];
    const seconds = this.#flavour.minReadySeconds(owner);
    if (seconds > 0 && (status?.readyReplicas ?? 0) > (status?.availableReplicas ?? 0)) waits.push(seconds * 1000);
    const patience = this.#expectations.patienceLeft(key);
    if (patience !== undefined) waits.push(patience);
    return waits.length > 0 ? again(Math.min(...waits)) : done;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const undefinedIfMissing = (error: unknown): undefined => {
  if (error instanceof ApiError && error.code === 404) return undefined;
  throw error;
};

/** The API refuses new objects in a namespace that is being deleted. */
const isNamespaceTerminating = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.code === 403 &&
  (error.status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') ||
    error.message.includes('because it is being terminated'));
