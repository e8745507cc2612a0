// Pod garbage collector: pods whose node does not exist any more have nobody who could end them. After a while, in which
// the node may come back, they are marked Failed and removed without grace.
// Always true: before a pod is removed, the API itself is asked whether the node is really gone.
// In Kubernetes: podgc/gc_controller.go (gcOrphaned). In real Kubernetes: it also removes the oldest of more than 12,500
// ended pods.

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
import { setCondition } from '../../core/model/conditions.ts';
import { keyOf } from '../../core/model/meta.ts';
import { type Node, Nodes } from '../../core/model/node.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import type { PodCondition } from '../../core/model/pod-status.ts';
import { ApiError } from '../../core/model/status.ts';
import { byNode } from './pods-by-node.ts';

export interface PodGarbageCollectorOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  /** Milliseconds that a missing node may take to come back; 40 s in Kubernetes. */
  readonly quarantine: number;
}

export class PodGarbageCollector implements Controller {
  readonly name = 'pod-garbage-collector';
  readonly #options: PodGarbageCollectorOptions;
  /** Nodes that are missing, and since when. */
  readonly #missing = new Map<string, number>();
  #nodes!: Informer<Node>;
  #pods!: Informer<Pod>;

  constructor(options: PodGarbageCollectorOptions) {
    this.#options = options;
  }

  sources(informers: Informers): readonly Source[] {
    this.#nodes = informers.of(Nodes);
    this.#pods = byNode(informers);
    return [
      from(this.#pods, itself),
      from(this.#nodes, ({ type, object }) => {
        const { name } = object.metadata;
        this.#missing.delete(name);
        if (type === 'apply') return [];
        return this.#pods.by('node', name).map(keyOf);
      }),
    ];
  }

  async reconcile(key: string): Promise<Result> {
    const { client, clock, quarantine } = this.#options;
    const pod = this.#pods.get(key);
    const nodeName = pod?.spec.nodeName;
    if (!pod || !nodeName || this.#nodes.get(nodeName)) return done;
    const now = clock.now();
    const since = this.#missing.get(nodeName) ?? now;
    this.#missing.set(nodeName, since);
    if (now < since + quarantine) return again(since + quarantine - now);
    if (await this.#exists(nodeName)) return again(quarantine);
    const pods = client.of(Pods).in(pod.metadata.namespace ?? '');
    try {
      if (pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed')
        await pods.status.update(this.#failed(pod));
      const { name, uid } = pod.metadata;
      await pods.delete(name, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    }
    return done;
  }

  #failed(pod: Pod): Pod {
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByPodGC',
      message: 'PodGC: node no longer exists',
    };
    const conditions = setCondition<PodCondition>(pod.status?.conditions, condition, timestamp(this.#options.clock));
    return { ...pod, status: { ...pod.status, phase: 'Failed', conditions } };
  }

  async #exists(node: string): Promise<boolean> {
    try {
      await this.#options.client.of(Nodes).get(node);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return false;
      throw error;
    }
  }
}
