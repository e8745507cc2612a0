// Revisions: the templates that a DaemonSet or StatefulSet has had, kept as ControllerRevisions, so that it can go back:
// `kubectl rollout history`, `kubectl rollout undo`. Each holds a patch that makes the owner's template what it was.
//
//   const revisions = new Revisions(informers.of(ControllerRevisions), client);
//   const all = await revisions.of(owner);                   its own, oldest first
//   const { current, others } = await revisions.current(owner, all, labels);
//   await revisions.trim(owner, others, isInUse);            what the history may not hold any more
//
// Always true: equal templates have one revision; the one in force has the greatest number, also when it was there before.
// In Kubernetes: pkg/controller/history, pkg/controller/daemon/update.go. There, status.collisionCount counts names that were
// taken by another template; here the next name is tried.

import type { ApiClient, ResourceClient } from '../contracts/api-client.ts';
import type { Informer } from '../contracts/controller.ts';
import { type ControllerRevision, ControllerRevisions } from '../model/controller-revision/controller-revision.ts';
import type { LabelSelector } from '../model/label-selector.ts';
import { matches, selectorOf } from '../model/labels.ts';
import { controllerOf, controllerReference, type KubeObject, type StringMap } from '../model/meta.ts';
import type { PodTemplateSpec } from '../model/pod-template.ts';
import { ApiError } from '../model/status.ts';
import { claimableBy, fileByController } from './by-controller.ts';
import { claim } from './claim.ts';
import { semanticEqual } from './equality.ts';
import { templateHash } from './template-hash.ts';

/** What has a template that changes. */
export interface Revised extends KubeObject {
  readonly spec: {
    readonly selector: LabelSelector;
    readonly template: PodTemplateSpec;
    readonly revisionHistoryLimit?: number;
  };
}

/** On pods: which revision they were made from. */
export const revisionLabel = 'controller-revision-hash';

/** Names that are tried for a template before it counts as a bug. */
const tries = 10;

/** A strategic merge patch of the owner, whose template takes the place of what is there. */
export const dataOf = ({ spec }: Revised): object => ({ spec: { template: { ...spec.template, $patch: 'replace' } } });

export class Revisions {
  readonly #informer: Informer<ControllerRevision>;
  readonly #client: ApiClient;

  constructor(informer: Informer<ControllerRevision>, client: ApiClient) {
    this.#informer = informer;
    this.#client = client;
    fileByController(informer);
  }

  /** Its own, oldest first; those that nobody owns and that it selects become its own. */
  of(owner: Revised, confirm: () => Promise<KubeObject | undefined>): Promise<ControllerRevision[]> {
    const selector = selectorOf(owner.spec.selector);
    return claim({
      owner,
      candidates: claimableBy(this.#informer, owner),
      matches: ({ metadata }) => matches(selector, metadata.labels),
      client: this.#door(owner),
      confirm,
    }).then((all) => all.sort((a, b) => a.revision - b.revision));
  }

  /**
   * The revision of the template as it is: found among them and made the newest, or made.
   * @param labels what the revision carries besides the template's labels, by the template's hash
   */
  async current(
    owner: Revised,
    all: readonly ControllerRevision[],
    labels: (hash: string) => StringMap,
  ): Promise<{ readonly current: ControllerRevision; readonly others: readonly ControllerRevision[] }> {
    const data = dataOf(owner);
    const newest = all.at(-1);
    const standing = all.findLast((revision) => semanticEqual(revision.data, data));
    const others = all.filter((revision) => revision !== standing);
    if (!standing) return { current: await this.#make(owner, data, (newest?.revision ?? 0) + 1, labels), others };
    if (standing === newest) return { current: standing, others };
    const { name, uid } = standing.metadata;
    const patch = { metadata: { uid }, revision: (newest?.revision ?? 0) + 1 };
    return { current: await this.#door(owner).patch(name, patch, { type: 'merge' }), others };
  }

  async #make(
    owner: Revised,
    data: object,
    revision: number,
    labels: (hash: string) => StringMap,
  ): Promise<ControllerRevision> {
    const { name: ownerName, annotations } = owner.metadata;
    for (let collisions = 0; collisions < tries; collisions += 1) {
      const hash = templateHash(owner.spec.template, collisions);
      const name = `${ownerName}-${hash}`;
      const metadata = {
        name,
        labels: { ...owner.spec.template.metadata?.labels, ...labels(hash) },
        ...(annotations && { annotations }),
        ownerReferences: [controllerReference(owner)],
      };
      try {
        return await this.#door(owner).create({ metadata, data, revision });
      } catch (error) {
        if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
        const taken = await this.#door(owner).get(name);
        // Made already; the cache is late.
        if (controllerOf(taken)?.uid === owner.metadata.uid && semanticEqual(taken.data, data)) return taken;
      }
    }
    throw new Error(`${tries} names for a revision of ${owner.kind} ${ownerName} are taken by other templates`);
  }

  /** Deletes the oldest beyond the owner's revisionHistoryLimit (10), but none that pods are still made from. */
  async trim(
    owner: Revised,
    others: readonly ControllerRevision[],
    isInUse: (revision: ControllerRevision) => boolean,
  ): Promise<void> {
    const unused = others.filter((revision) => !isInUse(revision));
    const surplus = unused.length - (owner.spec.revisionHistoryLimit ?? 10);
    for (const { metadata } of unused.slice(0, Math.max(0, surplus))) {
      try {
        await this.#door(owner).delete(metadata.name, { preconditions: { uid: metadata.uid } });
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 404) throw error;
      }
    }
  }

  #door({ metadata }: Revised): ResourceClient<ControllerRevision> {
    return this.#client.of(ControllerRevisions).in(metadata.namespace ?? '');
  }
}
