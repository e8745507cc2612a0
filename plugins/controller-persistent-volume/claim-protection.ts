// ClaimProtection: a claim that is deleted while pods use it stays, Terminating, until the last of them is gone.
// A pod uses a claim while it has a node, whether it runs or has ended: what is on the volume may still be wanted.
// Always true: the finalizer goes only after the API itself, not a cache, has shown that no pod uses the claim.
// In Kubernetes: pkg/controller/volume/pvcprotection.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import {
  type Change,
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { from, itself, sides } from '../../core/control/sources.ts';
import { splitKey } from '../../core/model/meta.ts';
import { type PersistentVolumeClaim, PersistentVolumeClaims } from '../../core/model/persistent-volume-claim.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { claimProtection } from '../../core/model/storage.ts';
import { claimKeys, claimNames } from '../../core/volumes/claims-of.ts';
import { finalizersAfter } from './finalizers.ts';

export class ClaimProtection implements Controller {
  readonly name = 'persistentvolumeclaim-protection';
  readonly #client: ApiClient;
  #claims!: Informer<PersistentVolumeClaim>;
  #pods!: Informer<Pod>;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  sources(informers: Informers): readonly Source[] {
    this.#claims = informers.of(PersistentVolumeClaims);
    this.#pods = informers.of(Pods);
    this.#pods.index('claim', claimKeys);
    return [from(this.#claims, itself), from(this.#pods, (change) => this.#keysOfPod(change))];
  }

  async reconcile(key: string): Promise<Result> {
    const claim = this.#claims.get(key);
    if (!claim) return done;
    const { namespace = '', name } = splitKey(key);
    const { deletionTimestamp, finalizers = [] } = claim.metadata;
    if (deletionTimestamp !== undefined && !finalizers.includes(claimProtection)) return done;
    const isInUse = deletionTimestamp !== undefined && (await this.#isInUse(key, namespace, name));
    const wanted = finalizersAfter(claim, claimProtection, isInUse);
    if (!wanted) return done;
    const claims = this.#client.of(PersistentVolumeClaims).in(namespace);
    await claims.update({ ...claim, metadata: { ...claim.metadata, finalizers: wanted } });
    return done;
  }

  async #isInUse(key: string, namespace: string, name: string): Promise<boolean> {
    const uses = (pod: Pod) => Boolean(pod.spec.nodeName) && claimNames(pod).includes(name);
    if (this.#pods.by('claim', key).some(uses)) return true;
    return (await this.#client.of(Pods).in(namespace).list()).items.some(uses);
  }

  /** Pods that go, or have ended, may have been the last; looked at for claims that wait for that. */
  #keysOfPod(change: Change<Pod>): string[] {
    return sides(change)
      .flatMap(claimKeys)
      .filter((key) => this.#claims.get(key)?.metadata.deletionTimestamp !== undefined);
  }
}
