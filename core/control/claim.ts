// Claim: which objects are a controller's own, and making it so. An object belongs to the controller that its owner
// references name; a controller takes in what its selector matches and nobody owns, and lets go of what its selector
// no longer matches.
//
//   const mine = await claim({ owner, candidates, matches, client: client.of(Pods).in(namespace), confirm });
//
// Always true: only one controller is written into an object; nothing is taken in by an owner that is being deleted,
// which is asked of the API itself, since the cache may not know yet.
// In Kubernetes: pkg/controller/controller_ref_manager.go.

import type { ResourceClient } from '../contracts/api-client.ts';
import { controllerOf, controllerReference, type KubeObject } from '../model/meta.ts';
import { ApiError } from '../model/status.ts';

export interface ClaimOptions<T extends KubeObject> {
  readonly owner: KubeObject;
  /** Objects of the owner's namespace that may be its own: those it controls, and those without a controller. */
  readonly candidates: Iterable<T>;
  /** Whether the owner's selector matches. */
  readonly matches: (candidate: T) => boolean;
  /** Where the candidates are written. */
  readonly client: ResourceClient<T>;
  /** The owner as it stands in the API now; undefined when it is gone. Asked at most once, before the first adoption. */
  readonly confirm: () => Promise<KubeObject | undefined>;
}

export type Claim = 'mine' | 'adopt' | 'release' | 'not mine';

/** What is to be done about one candidate. Decides only. */
export function decideClaim(owner: KubeObject, candidate: KubeObject, matches: boolean): Claim {
  const ownerIsGoing = owner.metadata.deletionTimestamp !== undefined;
  const controller = controllerOf(candidate);
  if (controller) {
    if (controller.uid !== owner.metadata.uid) return 'not mine';
    if (matches) return 'mine';
    return ownerIsGoing ? 'not mine' : 'release';
  }
  const free = matches && !ownerIsGoing && candidate.metadata.deletionTimestamp === undefined;
  return free ? 'adopt' : 'not mine';
}

/**
 * Gives the owner's own objects, after adopting and releasing.
 * @throws ApiError of the first write that failed; the others were made nevertheless.
 */
export async function claim<T extends KubeObject>(options: ClaimOptions<T>): Promise<T[]> {
  const { owner, client } = options;
  const mine: T[] = [];
  let mayAdopt: Promise<void> | undefined;
  let failure: unknown;
  for (const candidate of options.candidates) {
    const decision = decideClaim(owner, candidate, options.matches(candidate));
    try {
      if (decision === 'mine') mine.push(candidate);
      if (decision === 'release') await release(client, owner, candidate);
      if (decision === 'adopt') {
        mayAdopt ??= ensureAlive(owner, options.confirm);
        await mayAdopt;
        mine.push(await adopt(client, owner, candidate));
      }
    } catch (error) {
      // Gone meanwhile: then it is nobody's.
      if (!(error instanceof ApiError && error.code === 404)) failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return mine;
}

async function ensureAlive(owner: KubeObject, confirm: () => Promise<KubeObject | undefined>): Promise<void> {
  const fresh = await confirm();
  const name = `${owner.kind} ${owner.metadata.namespace ?? ''}/${owner.metadata.name}`;
  if (fresh?.metadata.uid !== owner.metadata.uid) {
    throw new ApiError(
      409,
      'Conflict',
      `original ${name} is gone: got uid ${fresh?.metadata.uid ?? 'none'}, wanted ${owner.metadata.uid}`,
    );
  }
  if (fresh.metadata.deletionTimestamp !== undefined) {
    throw new ApiError(409, 'Conflict', `${name} has just been deleted at ${fresh.metadata.deletionTimestamp}`);
  }
}

/** The uid in the patch is a condition: a namesake that took the object's place meanwhile stays untouched. */
const adopt = <T extends KubeObject>(client: ResourceClient<T>, owner: KubeObject, object: T): Promise<T> =>
  client.patch(
    object.metadata.name,
    { metadata: { uid: object.metadata.uid, ownerReferences: [controllerReference(owner)] } },
    { type: 'strategic' },
  );

async function release<T extends KubeObject>(client: ResourceClient<T>, owner: KubeObject, object: T): Promise<void> {
  const ownerReferences = [{ $patch: 'delete', uid: owner.metadata.uid }];
  await client.patch(
    object.metadata.name,
    { metadata: { uid: object.metadata.uid, ownerReferences } },
    { type: 'strategic' },
  );
}
