// Reads: get and list. What is asked for without a revision is answered as of now: by the store, or by the kind's watch
// cache when that is known to be as far. Revision '0' is whatever the cache has; a later one is waited for, a little.
// In real Kubernetes: apiserver/pkg/storage (KEP-2340, consistent reads from cache).

import type { GetOptions, ListOptions } from '../contracts/api-client.ts';
import type { Caller, NamedTarget, Target } from '../contracts/api-server.ts';
import { Compacted, type Revision, type Stored } from '../contracts/store.ts';
import type { KubeList, KubeObject } from '../model/meta.ts';
import { apiVersionOf } from '../model/resource.ts';
import { ApiError, badRequest, expired, invalid, notFound } from '../model/status.ts';
import { authorizeVerb } from './authorize.ts';
import { decodeContinue, encodeContinue } from './continue-token.ts';
import { doorOf } from './doors.ts';
import { keyFor, prefixOf } from './keys.ts';
import type { Machinery } from './machinery.ts';
import { parseRevision, stamp } from './revision.ts';
import { compileSelection, type Selection } from './selection.ts';

/** How long a read waits for a revision that is not there yet, in milliseconds. */
const patience = 3_000;
const step = 100;

export async function get(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  options: GetOptions = {},
): Promise<KubeObject> {
  await authorizeVerb(api, caller, 'get', target);
  if (target.subresource !== undefined && target.subresource !== 'scale') doorOf(target);
  const { resource, namespace, name } = target;
  const key = keyFor(resource, namespace, name);
  const wanted = parseRevision(options.resourceVersion);
  if (wanted === 0) {
    const object = (await api.caches.of(resource)).get(key);
    if (!object) throw notFound(resource, name);
    return object;
  }
  if (wanted !== undefined) await waitFor(api, wanted);
  const stored = await api.store.get(key);
  if (!stored) throw notFound(resource, name);
  return stamp(stored);
}

export async function list(
  api: Machinery,
  caller: Caller,
  target: Target,
  options: ListOptions = {},
): Promise<KubeList> {
  await authorizeVerb(api, caller, 'list', target, options.fieldSelector);
  const selection = compileSelection(target.resource, target.namespace, options);
  const wanted = checkedRevision(options);
  if (options.continue) return nextPage(api, target, selection, options);
  if (wanted === 0) {
    const cache = await api.caches.of(target.resource);
    return whole(target, cache.revision, select(cache.sorted(prefixOf(target.resource, target.namespace)), selection));
  }
  const limit = limitOf(options);
  const exact = options.resourceVersionMatch === 'Exact' || (limit !== undefined && !options.resourceVersionMatch);
  if (wanted !== undefined) await waitFor(api, wanted);
  if (limit !== undefined || (wanted !== undefined && exact)) {
    try {
      return await page(api, target, selection, { limit, ...(wanted !== undefined && exact && { at: wanted }) });
    } catch (error) {
      if (!(error instanceof Compacted)) throw error;
      throw expired('The resourceVersion for the provided list is too old.');
    }
  }
  return latest(api, target, selection);
}

/** Nought and less is no limit, as in Kubernetes. */
const limitOf = ({ limit = 0 }: ListOptions): number | undefined => (limit > 0 ? limit : undefined);

/** Everything as of now. */
export async function latest(api: Machinery, target: Target, selection: Selection): Promise<KubeList> {
  const prefix = prefixOf(target.resource, target.namespace);
  const cache = api.caches.upTo(target.resource, await api.store.revision());
  if (cache) return whole(target, cache.revision, select(cache.sorted(prefix), selection));
  const { items, revision } = await api.store.list(prefix);
  return whole(target, revision, select(items.map(stamp), selection));
}

interface PageRequest {
  readonly limit: number | undefined;
  readonly at?: Revision;
  /** Store key that the page before ended with. */
  readonly after?: string;
}

/** One page: as many objects as asked for that the selection wants, and where to go on. */
async function page(api: Machinery, target: Target, selection: Selection, request: PageRequest): Promise<KubeList> {
  const prefix = prefixOf(target.resource, target.namespace);
  const found: KubeObject[] = [];
  let { at, after } = request;
  let last: Stored | undefined;
  let more = true;
  while (more && (request.limit === undefined || found.length < request.limit)) {
    const room = request.limit === undefined ? undefined : request.limit - found.length;
    // With a selector most of what is read may be dropped: read in larger bites than what is still wanted.
    const chunk = await api.store.list(prefix, {
      ...(at !== undefined && { at }),
      ...(after !== undefined && { after }),
      ...(room !== undefined && { limit: selection.selective ? Math.max(room, 500) : room }),
    });
    at = chunk.revision;
    more = chunk.more;
    for (const [i, stored] of chunk.items.entries()) {
      last = stored;
      const object = stamp(stored);
      if (selection.matches(object)) found.push(object);
      if (found.length === request.limit && i < chunk.items.length - 1) {
        more = true;
        break;
      }
    }
    if (!last) break;
    after = last.key;
  }
  const revision = at ?? (await api.store.revision());
  if (!more || !last) return whole(target, revision, found);
  const { apiVersion, kind, items } = whole(target, revision, found);
  const remaining = selection.selective ? undefined : await remainingAfter(api, prefix, revision, last.key);
  return {
    apiVersion,
    kind,
    metadata: {
      resourceVersion: String(revision),
      continue: encodeContinue({ revision, after: last.key.slice(prefix.length) }),
      ...(remaining !== undefined && { remainingItemCount: remaining }),
    },
    items,
  };
}

/** How many objects follow. Counted as of the page's revision, so that the pages of a walk agree. */
async function remainingAfter(api: Machinery, prefix: string, at: Revision, after: string): Promise<number> {
  return (await api.store.list(prefix, { at, after })).items.length;
}

async function nextPage(api: Machinery, target: Target, selection: Selection, options: ListOptions): Promise<KubeList> {
  const prefix = prefixOf(target.resource, target.namespace);
  const token = decodeContinue(options.continue ?? '');
  try {
    return await page(api, target, selection, {
      limit: limitOf(options),
      after: prefix + token.after,
      ...(token.revision > 0 && { at: token.revision }),
    });
  } catch (error) {
    if (!(error instanceof Compacted)) throw error;
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list ' +
        'without the continue parameter, or use the continue token in this response to retrieve the remainder of the ' +
        'results. Continuing with the provided token results in an inconsistent list - objects that were created, ' +
        'modified, or deleted between the time the first chunk was returned and now may show up in the list.',
      encodeContinue({ revision: -1, after: token.after }),
    );
  }
}

const select = (objects: readonly KubeObject[], selection: Selection): readonly KubeObject[] =>
  selection.selective ? objects.filter((object) => selection.matches(object)) : objects;

const whole = ({ resource }: Target, revision: Revision, items: readonly KubeObject[]): KubeList => ({
  apiVersion: apiVersionOf(resource),
  kind: `${resource.kind}List`,
  metadata: { resourceVersion: String(revision) },
  items,
});

/** The revision a list asks for, once the combination of its options is allowed. */
function checkedRevision(options: ListOptions): Revision | undefined {
  const { resourceVersion, resourceVersionMatch: match } = options;
  const problem = (field: string, message: string) =>
    invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [{ reason: 'FieldValueForbidden', message, field }]);
  if (match !== undefined) {
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      throw problem(
        'resourceVersionMatch',
        `Unsupported value: "${match}": supported values: "Exact", "NotOlderThan", ""`,
      );
    }
    if (options.continue) {
      throw problem('resourceVersionMatch', 'Forbidden: resourceVersionMatch is forbidden when continue is provided');
    }
    if (!resourceVersion) {
      throw problem(
        'resourceVersionMatch',
        'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
      );
    }
    if (match === 'Exact' && resourceVersion === '0') {
      throw problem(
        'resourceVersionMatch',
        'Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
      );
    }
  }
  const wanted = parseRevision(resourceVersion);
  if (options.continue && wanted !== undefined && wanted !== 0) {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  return wanted;
}

/** Waits until the store has the revision. @throws ApiError 504 */
export async function waitFor(api: Machinery, wanted: Revision): Promise<void> {
  let current = await api.store.revision();
  for (let waited = 0; current < wanted; waited += step) {
    if (waited >= patience) {
      const message = `Too large resource version: ${wanted}, current: ${current}`;
      throw new ApiError(504, 'Timeout', message, {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      });
    }
    await api.clock.sleep(step);
    current = await api.store.revision();
  }
}
