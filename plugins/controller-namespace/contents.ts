// What is in a namespace that is being deleted, and how to be rid of it.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import type { KubeObject } from '../../core/model/meta.ts';
import { qualifiedName, type Resource } from '../../core/model/resource.ts';
import { ApiError } from '../../core/model/status.ts';

/** What is left after everything was asked to go. */
export interface Remains {
  /** `pods` -> how many. Kinds without any are left out. */
  readonly counts: ReadonlyMap<string, number>;
  /** Finalizer -> on how many objects. */
  readonly finalizers: ReadonlyMap<string, number>;
  /** `deleting pods: forbidden`, as far as something could not be asked to go. */
  readonly failures: readonly string[];
  /** Seconds after which more may be gone; 0 when there is nothing to wait for. */
  readonly estimate: number;
}

/** Seconds in which somebody's finalizer may have done its work. */
const finalizerEstimate = 15;

/**
 * Asks everything in the namespace to go; pods first, since they use the rest (KEP-5080, so since Kubernetes 1.33): while
 * there are pods, nothing else is touched.
 */
export async function empty(client: ApiClient, resources: readonly Resource[], namespace: string): Promise<Remains> {
  const isPods = ({ group, plural }: Resource) => group === '' && plural === 'pods';
  const pods = await emptyOf(client, resources.filter(isPods), namespace);
  if (pods.counts.size > 0 || pods.failures.length > 0) return pods;
  return emptyOf(
    client,
    resources.filter((resource) => !isPods(resource)),
    namespace,
  );
}

async function emptyOf(client: ApiClient, resources: readonly Resource[], namespace: string): Promise<Remains> {
  const counts = new Map<string, number>();
  const finalizers = new Map<string, number>();
  const failures: string[] = [];
  let estimate = 0;
  for (const resource of resources) {
    const name = qualifiedName(resource);
    try {
      const left = await emptyOfKind(client, resource, namespace);
      if (left.length > 0) counts.set(name, left.length);
      for (const { metadata } of left) {
        for (const finalizer of metadata.finalizers ?? [])
          finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
      }
      estimate = Math.max(estimate, ...left.map(patienceFor));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failures.push(`unexpected items still remain in namespace: ${namespace} for gvr: ${name}: ${error.message}`);
    }
  }
  return { counts, finalizers, failures, estimate };
}

/** What is still there after being asked to go. */
async function emptyOfKind(client: ApiClient, resource: Resource, namespace: string): Promise<readonly KubeObject[]> {
  const door = client.of(resource).in(namespace);
  if ((await door.list()).items.length === 0) return [];
  await door.deleteCollection({ propagationPolicy: 'Background' });
  return (await door.list()).items;
}

/** Seconds. */
function patienceFor(object: KubeObject): number {
  if ((object.metadata.finalizers?.length ?? 0) > 0) return finalizerEstimate;
  return object.metadata.deletionGracePeriodSeconds ?? 1;
}
