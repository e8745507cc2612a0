// Taint eviction: pods leave a node whose NoExecute taints they do not tolerate: at once, or when the shortest
// `tolerationSeconds` of theirs is over (300 for a node that is not ready, by default), unless the taint goes first.
// Always true: the time counts from when the taint was added, so a restart neither shortens nor prolongs it; for a taint
// that does not say when (kubectl's do not), from when it was first seen here.
// In Kubernetes: tainteviction/taint_eviction.go.

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
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import { from, itself } from '../../core/control/sources.ts';
import { setCondition } from '../../core/model/conditions.ts';
import { keyOf, splitKey } from '../../core/model/meta.ts';
import { type Node, Nodes } from '../../core/model/node.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import type { PodCondition } from '../../core/model/pod-status.ts';
import { ApiError } from '../../core/model/status.ts';
import type { Taint } from '../../core/model/taint.ts';
import type { Toleration } from '../../core/model/toleration.ts';
import { byNode } from './pods-by-node.ts';

const noExecute = (node: Node | undefined): readonly Taint[] =>
  node?.spec.taints?.filter((taint) => taint.effect === 'NoExecute') ?? [];

/** Whether the toleration covers the taint: an empty effect covers all effects, an empty key with Exists all keys. */
function covers(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return toleration.key !== undefined && (toleration.value ?? '') === (taint.value ?? '');
}

/**
 * When a pod has to leave a node with these taints: milliseconds since 1970, or never.
 * @param seen when taints that do not say when they were added were first seen
 */
export function leavesAt(tolerations: readonly Toleration[], taints: readonly Taint[], seen: number): number | 'never' {
  let earliest = Number.POSITIVE_INFINITY;
  for (const taint of taints) {
    const covering = tolerations.filter((toleration) => covers(toleration, taint));
    if (covering.length === 0) return seen;
    const added = taint.timeAdded === undefined ? seen : Date.parse(taint.timeAdded);
    for (const { tolerationSeconds } of covering) {
      if (tolerationSeconds !== undefined) earliest = Math.min(earliest, added + Math.max(0, tolerationSeconds) * 1000);
    }
  }
  return earliest === Number.POSITIVE_INFINITY ? 'never' : earliest;
}

export interface TaintEvictionOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly recorder: EventRecorder;
}

export class TaintEviction implements Controller {
  readonly name = 'taint-eviction';
  readonly workers = 4;
  readonly #options: TaintEvictionOptions;
  /** Pods that are to leave: when, and since when that is known. */
  readonly #planned = new Map<string, { readonly at: number; readonly seen: number }>();
  #nodes!: Informer<Node>;
  #pods!: Informer<Pod>;

  constructor(options: TaintEvictionOptions) {
    this.#options = options;
  }

  sources(informers: Informers): readonly Source[] {
    this.#nodes = informers.of(Nodes);
    this.#pods = byNode(informers);
    const podsOf = (change: Change<Node>): string[] => {
      const previous = change.type === 'apply' ? change.previous : undefined;
      const taints = [noExecute(change.object), noExecute(previous)];
      // Heartbeats concern no pod.
      if (taints.every((list) => list.length === 0) || change.object.spec === previous?.spec) return [];
      return this.#pods.by('node', change.object.metadata.name).map(keyOf);
    };
    return [from(this.#pods, itself), from(this.#nodes, podsOf)];
  }

  async reconcile(key: string): Promise<Result> {
    const { clock, recorder } = this.#options;
    const pod = this.#pods.get(key);
    if (!pod || pod.metadata.deletionTimestamp !== undefined) {
      this.#planned.delete(key);
      return done;
    }
    const taints = noExecute(this.#nodes.get(pod.spec.nodeName ?? ''));
    const now = clock.now();
    const seen = this.#planned.get(key)?.seen ?? now;
    const at = leavesAt(pod.spec.tolerations ?? [], taints, seen);
    if (at === 'never') {
      if (this.#planned.delete(key)) {
        recorder.event(pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${key}`);
      }
      return done;
    }
    if (at > now) {
      if (this.#planned.get(key)?.at === at) return done;
      this.#planned.set(key, { at, seen });
      return again(at - now);
    }
    recorder.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${key}`);
    await this.#evict(pod);
    this.#planned.delete(key);
    return done;
  }

  async #evict(pod: Pod): Promise<void> {
    const { client, clock } = this.#options;
    const { namespace = '' } = splitKey(keyOf(pod));
    const pods = client.of(Pods).in(namespace);
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
    };
    const conditions = setCondition<PodCondition>(pod.status?.conditions, condition, timestamp(clock));
    try {
      // A second try finds the condition there.
      if (conditions !== pod.status?.conditions) {
        await pods.status.update({ ...pod, status: { ...pod.status, conditions } });
      }
      await pods.delete(pod.metadata.name, { preconditions: { uid: pod.metadata.uid } });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#options.recorder.stop();
  }
}
