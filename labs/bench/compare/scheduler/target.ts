// Target: a cluster that a workload is carried out on. Two of them: the scheduler alone (alone.ts), and the API server with a
// scheduler (through-api.ts); what happens to them is the same (carry-out.ts).

import type { KubeObject } from '../../../../core/model/meta.ts';
import type { Node } from '../../../../core/model/node.ts';
import type { Pod } from '../../../../core/model/pod.ts';
import type { PodChoice } from './workload.ts';

export interface NewPods {
  readonly measured: boolean;
  /** Those that are not waited for are not missed either, if no node takes them. */
  readonly waits: boolean;
}

export interface Target {
  createNodes(nodes: readonly Node[]): Promise<void>;
  createNamespace(namespace: KubeObject): Promise<void>;
  createPods(pods: readonly Pod[], how: NewPods): Promise<void>;
  /** Any other object. */
  create(object: KubeObject): Promise<void>;
  delete(object: KubeObject): Promise<void>;
  /** Those that there are now. */
  pods(choice: PodChoice): readonly Pod[];
  /**
   * Resolves when the pods that are waited for have nodes, or were at least tried; or when they get none any more.
   * @param attempted once is enough
   */
  settled(choice: PodChoice, attempted: boolean): Promise<void>;
  sleep(milliseconds: number): Promise<void>;
  /** Does the work again and again, one after the other, until what comes back is called. */
  every(milliseconds: number, work: () => Promise<void>): () => void;
  /** Pods bound from now on are measured; undefined: no more. */
  measure(choice: PodChoice | undefined): void;
}
