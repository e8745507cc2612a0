// StatefulSetController: pods with numbers, in order. For each StatefulSet:
//
//   its revisions  >  its pods  >  the next steps (plan.ts)  >  whom the claims go with  >  make, delete  >  status
//
// Always true: at most one pod of a number is there, since its name is fixed; with OrderedReady nothing is done to a pod
// before those of lower numbers serve; a claim outlives its pod unless the retention policy says otherwise.
// In Kubernetes: pkg/controller/statefulset.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import {
  again,
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { claimableBy, fileByController } from '../../core/control/by-controller.ts';
import { claim } from '../../core/control/claim.ts';
import { semanticEqual } from '../../core/control/equality.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import { selects } from '../../core/control/pods.ts';
import { Revisions, revisionLabel } from '../../core/control/revisions.ts';
import { from, itsController, itself, whoeverSelects } from '../../core/control/sources.ts';
import { updateStatus } from '../../core/control/update-status.ts';
import { ControllerRevisions } from '../../core/model/controller-revision/controller-revision.ts';
import { matches, selectorOf } from '../../core/model/labels.ts';
import { controllerOf } from '../../core/model/meta.ts';
import { PersistentVolumeClaims } from '../../core/model/persistent-volume-claim.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { type StatefulSet, StatefulSets } from '../../core/model/stateful-set/stateful-set.ts';
import { ApiError } from '../../core/model/status.ts';
import { plan, surplusOf, type View } from './plan.ts';
import { ordinalOf } from './stateful-pod.ts';
import { statusOf } from './stateful-set-status.ts';
import { StatefulSetWriter } from './stateful-set-writer.ts';

export interface StatefulSetControllerOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly recorder: Pick<EventRecorder, 'event'> & Partial<Pick<EventRecorder, 'stop'>>;
}

export class StatefulSetController implements Controller {
  readonly name = 'statefulset';
  readonly workers = 5;
  readonly #options: StatefulSetControllerOptions;
  #revisions!: Revisions;
  #writer!: StatefulSetWriter;
  #sets!: Informer<StatefulSet>;
  #pods!: Informer<Pod>;

  constructor(options: StatefulSetControllerOptions) {
    this.#options = options;
  }

  sources(informers: Informers): readonly Source[] {
    const revisions = informers.of(ControllerRevisions);
    this.#revisions = new Revisions(revisions, this.#options.client);
    this.#writer = new StatefulSetWriter(this.#options, informers.of(PersistentVolumeClaims));
    this.#sets = informers.of(StatefulSets);
    this.#pods = informers.of(Pods);
    fileByController(this.#pods);
    const owned = itsController('StatefulSet');
    const selecting = whoeverSelects(this.#sets, ({ spec }, labels) => matches(selectorOf(spec.selector), labels));
    return [
      from(this.#sets, itself),
      from(revisions, owned),
      from(this.#pods, (change) =>
        controllerOf(change.object) ? owned(change) : [...owned(change), ...selecting(change)],
      ),
    ];
  }

  async reconcile(key: string): Promise<Result> {
    const set = this.#sets.get(key);
    if (!set) return done;
    const all = await this.#revisions.of(set, () => this.#confirm(set));
    const { current: update, others } = await this.#revisions.current(set, all, (hash) => ({
      'controller.kubernetes.io/hash': hash,
    }));
    const current = others.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
    const view: View = { set, pods: await this.#claim(set), current, update, now: this.#options.clock.now() };
    if (set.metadata.deletionTimestamp === undefined) await this.#act(view);
    const used = new Set(view.pods.map((pod) => pod.metadata.labels?.[revisionLabel]));
    await this.#revisions.trim(set, others, (one) => one === current || used.has(one.metadata.name));
    return this.#writeStatus(view);
  }

  async stop(): Promise<void> {
    await this.#options.recorder.stop?.();
  }

  async #act(view: View): Promise<void> {
    const { set } = view;
    const surplus = new Set(surplusOf(view));
    // Before a pod goes: its claims may go with it.
    for (const pod of view.pods) await this.#writer.own(set, pod, surplus.has(pod));
    for (const step of plan(view)) {
      if (step.do === 'create') await this.#writer.create(set, step.ordinal, step.revision);
      else await this.#writer.delete(set, step.pod, step.why);
    }
  }

  #confirm({ metadata }: StatefulSet): Promise<StatefulSet | undefined> {
    const door = this.#options.client.of(StatefulSets).in(metadata.namespace ?? '');
    return door.get(metadata.name).catch(undefinedIfMissing);
  }

  /** Its own pods, and those without a controller whose labels and name are right. */
  #claim(set: StatefulSet): Promise<Pod[]> {
    const { namespace = '' } = set.metadata;
    const isSelected = selects(selectorOf(set.spec.selector));
    return claim({
      owner: set,
      candidates: claimableBy(this.#pods, set),
      matches: (pod) => isSelected(pod) && ordinalOf(set, pod) >= 0,
      client: this.#options.client.of(Pods).in(namespace),
      confirm: () => this.#confirm(set),
    });
  }

  async #writeStatus(view: View): Promise<Result> {
    const { set } = view;
    const status = statusOf(view);
    if (!semanticEqual(status, set.status)) {
      const door = this.#options.client.of(StatefulSets).in(set.metadata.namespace ?? '');
      await updateStatus(door, set, () => status);
    }
    // Time makes a ready pod available; no change tells of it.
    const seconds = set.spec.minReadySeconds ?? 0;
    const isWaiting = seconds > 0 && (status.readyReplicas ?? 0) > (status.availableReplicas ?? 0);
    return isWaiting ? again(seconds * 1000) : done;
  }
}

const undefinedIfMissing = (error: unknown): undefined => {
  if (error instanceof ApiError && error.code === 404) return undefined;
  throw error;
};
