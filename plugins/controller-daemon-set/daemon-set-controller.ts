// DaemonSetController: one pod on every node that may have it. For each DaemonSet:
//
//   its revisions  >  its pods, by node  >  make what is missing, delete what is too much  >  a step of the update  >  status
//
// Always true: nothing is made or deleted while the cache does not show what was done last (expectations); while an update
// is under way no more nodes are without an available pod than it says.
// In Kubernetes: pkg/controller/daemon/daemon_controller.go.

import type { ApiClient, ResourceClient } from '../../core/contracts/api-client.ts';
import type { Clock } from '../../core/contracts/clock.ts';
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
import { claimableBy, fileByController } from '../../core/control/by-controller.ts';
import { claim } from '../../core/control/claim.ts';
import { semanticEqual } from '../../core/control/equality.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import { Expectations } from '../../core/control/expectations.ts';
import { selects } from '../../core/control/pods.ts';
import { Revisions, revisionLabel } from '../../core/control/revisions.ts';
import { slowStart } from '../../core/control/slow-start.ts';
import { from, itsController, itself, whoeverSelects } from '../../core/control/sources.ts';
import { updateStatus } from '../../core/control/update-status.ts';
import { ControllerRevisions } from '../../core/model/controller-revision/controller-revision.ts';
import { type DaemonSet, DaemonSets } from '../../core/model/daemon-set/daemon-set.ts';
import { equal } from '../../core/model/equal.ts';
import { matches, selectorOf } from '../../core/model/labels.ts';
import { controllerOf, keyOf } from '../../core/model/meta.ts';
import { type Node, Nodes } from '../../core/model/node.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { ApiError } from '../../core/model/status.ts';
import { fitOf, nodeNameOf, podOf } from './daemon-pod.ts';
import { statusOf } from './daemon-set-status.ts';
import { type NodePods, placementSteps, type Steps, updateSteps, type View } from './placement.ts';

/** Pods made or deleted in one go, at most. */
const burst = 250;

export interface DaemonSetControllerOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly recorder: Pick<EventRecorder, 'event'> & Partial<Pick<EventRecorder, 'stop'>>;
}

export class DaemonSetController implements Controller {
  readonly name = 'daemonset';
  readonly workers = 2;
  readonly #options: DaemonSetControllerOptions;
  readonly #expectations: Expectations;
  #revisions!: Revisions;
  #sets!: Informer<DaemonSet>;
  #pods!: Informer<Pod>;
  #nodes!: Informer<Node>;

  constructor(options: DaemonSetControllerOptions) {
    this.#options = options;
    this.#expectations = new Expectations(options.clock);
  }

  sources(informers: Informers): readonly Source[] {
    const revisions = informers.of(ControllerRevisions);
    this.#revisions = new Revisions(revisions, this.#options.client);
    this.#sets = informers.of(DaemonSets);
    this.#nodes = informers.of(Nodes);
    this.#pods = informers.of(Pods);
    fileByController(this.#pods);
    const owned = itsController('DaemonSet');
    const selecting = whoeverSelects(this.#sets, ({ spec }, labels) => matches(selectorOf(spec.selector), labels));
    return [
      from(this.#sets, itself),
      from(revisions, owned),
      from(this.#pods, (change) => {
        this.#observe(change);
        return controllerOf(change.object) ? owned(change) : [...owned(change), ...selecting(change)];
      }),
      // A node that only shows that it is alive concerns nobody.
      from(this.#nodes, (change) => (mattersToPods(change) ? this.#sets.all().map(keyOf) : [])),
    ];
  }

  async reconcile(key: string): Promise<Result> {
    const set = this.#sets.get(key);
    if (!set) this.#expectations.forget(key);
    if (!set || set.metadata.deletionTimestamp !== undefined) return done;
    const { clock } = this.#options;
    const all = await this.#revisions.of(set, () => this.#confirm(set));
    const { current, others } = await this.#revisions.current(set, all, (hash) => ({ [revisionLabel]: hash }));
    const view: View = { set, hash: current.metadata.labels?.[revisionLabel] ?? '', now: clock.now() };
    const nodes = this.#byNode(set, await this.#claim(set));
    if (this.#expectations.satisfied(key)) {
      const steps = placementSteps(nodes, view);
      const first = steps.create.length + steps.delete.length > 0 ? steps : updateSteps(nodes, view);
      await this.#carryOut(key, view, first);
    }
    const used = new Set(nodes.flatMap(({ pods }) => pods.map((pod) => pod.metadata.labels?.[revisionLabel])));
    await this.#revisions.trim(set, others, ({ metadata }) => used.has(metadata.labels?.[revisionLabel]));
    return this.#writeStatus(key, nodes, view);
  }

  async stop(): Promise<void> {
    await this.#options.recorder.stop?.();
  }

  /** Meets expectations: called for each change before its key is queued. */
  #observe({ type, object, ...rest }: Change<Pod>): void {
    const controller = controllerOf(object);
    if (controller?.kind !== 'DaemonSet') return;
    const key = `${object.metadata.namespace}/${controller.name}`;
    if (type === 'apply' && rest.previous === undefined) this.#expectations.creationObserved(key);
    if (type === 'delete' || object.metadata.deletionTimestamp !== undefined)
      this.#expectations.deletionObserved(key, object.metadata.uid);
  }

  #confirm({ metadata }: DaemonSet): Promise<DaemonSet | undefined> {
    const door = this.#options.client.of(DaemonSets).in(metadata.namespace ?? '');
    return door.get(metadata.name).catch(undefinedIfMissing);
  }

  #claim(set: DaemonSet): Promise<Pod[]> {
    return claim({
      owner: set,
      candidates: claimableBy(this.#pods, set),
      matches: selects(selectorOf(set.spec.selector)),
      client: this.#door(set),
      confirm: () => this.#confirm(set),
    });
  }

  #byNode(set: DaemonSet, pods: readonly Pod[]): NodePods[] {
    const byName = new Map<string, Pod[]>();
    for (const pod of pods) byName.set(nodeNameOf(pod), [...(byName.get(nodeNameOf(pod)) ?? []), pod]);
    const nodes = this.#nodes.all().map((node) => {
      const { name } = node.metadata;
      return { name, fit: fitOf(set, node), pods: byName.get(name) ?? [] };
    });
    const known = new Set(nodes.map(({ name }) => name));
    // Of nodes that are gone: the pod garbage collector takes those that run; what waits for the node is ours.
    const homeless = [...byName].filter(([name]) => !known.has(name));
    const fit = { shouldRun: false, mayStay: false };
    return [...nodes, ...homeless.map(([name, of]) => ({ name, fit, pods: of.filter(({ spec }) => !spec.nodeName) }))];
  }

  /** @throws ApiError of the first that could not be made or deleted */
  async #carryOut(key: string, view: View, steps: Steps): Promise<void> {
    const create = steps.create.slice(0, burst);
    const gone = steps.delete.slice(0, burst);
    if (gone.length > 0) await this.#delete(key, view.set, gone);
    if (create.length > 0) await this.#create(key, view, create, gone);
  }

  async #create(key: string, { set, hash }: View, nodeNames: readonly string[], gone: readonly Pod[]): Promise<void> {
    const { recorder } = this.#options;
    const left = [...nodeNames];
    this.#expectations.expect(key, nodeNames.length, this.#stillThere(gone));
    const { successes, error } = await slowStart(nodeNames.length, async () => {
      const nodeName = left.shift() ?? '';
      try {
        const pod = await this.#door(set).create(podOf(set, nodeName, hash));
        recorder.event(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
      } catch (error) {
        recorder.event(set, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
        throw error;
      }
    });
    for (let missing = successes; missing < nodeNames.length; missing += 1) this.#expectations.creationObserved(key);
    if (error !== undefined) throw error;
  }

  /** Those whose end the cache does not show yet. */
  #stillThere(pods: readonly Pod[]): string[] {
    const isSeen = (pod: Pod) => this.#pods.get(keyOf(pod))?.metadata.deletionTimestamp === undefined;
    return pods.filter((pod) => this.#pods.get(keyOf(pod)) && isSeen(pod)).map(({ metadata }) => metadata.uid);
  }

  async #delete(key: string, set: DaemonSet, pods: readonly Pod[]): Promise<void> {
    const { recorder } = this.#options;
    this.#expectations.expect(
      key,
      0,
      pods.map(({ metadata }) => metadata.uid),
    );
    const results = await Promise.allSettled(
      pods.map(async (pod) => {
        const { name, namespace, uid } = pod.metadata;
        const where = `daemon pod ${namespace}/${name} on node ${nodeNameOf(pod)}`;
        if (pod.status?.phase === 'Failed')
          recorder.event(set, 'Warning', 'FailedDaemonPod', `Found failed ${where}, will try to kill it`);
        if (pod.status?.phase === 'Succeeded')
          recorder.event(set, 'Normal', 'SucceededDaemonPod', `Found succeeded ${where}, will try to delete it`);
        try {
          await this.#door(set).delete(name, { preconditions: { uid } });
          recorder.event(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
        } catch (error) {
          this.#expectations.deletionObserved(key, uid);
          if (error instanceof ApiError && error.code === 404) return;
          recorder.event(set, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
          throw error;
        }
      }),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #writeStatus(key: string, nodes: readonly NodePods[], view: View): Promise<Result> {
    const { set } = view;
    const status = statusOf(nodes, view);
    if (!semanticEqual(status, set.status)) {
      const door = this.#options.client.of(DaemonSets).in(set.metadata.namespace ?? '');
      await updateStatus(door, set, () => status);
    }
    const waits: number[] = [];
    // Time makes a ready pod available; no change tells of it.
    const seconds = set.spec.minReadySeconds ?? 0;
    if (seconds > 0 && status.numberReady > (status.numberAvailable ?? 0)) waits.push(1000 * seconds);
    const patience = this.#expectations.patienceLeft(key);
    if (patience !== undefined) waits.push(patience);
    return waits.length > 0 ? again(Math.min(...waits)) : done;
  }

  #door({ metadata }: DaemonSet): ResourceClient<Pod> {
    return this.#options.client.of(Pods).in(metadata.namespace ?? '');
  }
}

function mattersToPods({ type, object, previous }: Change<Node>): boolean {
  if (type === 'delete' || !previous) return true;
  return !equal(object.metadata.labels, previous.metadata.labels) || !equal(object.spec, previous.spec);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const undefinedIfMissing = (error: unknown): undefined => {
  if (error instanceof ApiError && error.code === 404) return undefined;
  throw error;
};
