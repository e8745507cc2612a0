// Story handler: finds a pod's story in the ring of the running cluster; for a pod that is not known it says what there is.

import type { Cluster } from '../../../core/cluster/cluster.ts';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { identityOf } from '../../../core/cluster/identities.ts';
import { nearest } from '../../../core/cluster/nearest.ts';
import { Pods } from '../../../core/model/pod.ts';
import type { AuditRing } from '../../../core/story/audit-ring.ts';
import { podsIn, type Story, storyOf } from '../../../core/story/story.ts';

/** Writes that a running cluster remembers for stories. Each is a few words: some megabytes when it is full. */
export const rememberedWrites = 20_000;

/** Names that a message lists, at most. */
const listed = 10;

/** @throws ConfigurationError that says which pods there are. */
export async function storyIn(
  cluster: Pick<Cluster, 'client' | 'components'>,
  ring: AuditRing,
  namespace: string,
  name: string,
): Promise<Story> {
  const notes = ring.notes();
  const proxy = cluster.components.find(({ plan }) => plan.role === 'Proxy');
  const routes = proxy && { proxy: { component: proxy.name, user: identityOf('Proxy').name } };
  const story = storyOf(notes, { namespace, name }, routes);
  if (story) return story;

  const { items } = await cluster.client().of(Pods).list();
  const living = items.map(({ metadata }) => ({ key: `${metadata.namespace}/${metadata.name}`, isGone: false }));
  if (living.some(({ key }) => key === `${namespace}/${name}`)) {
    throw new ConfigurationError(
      `pod ${name} is there, but the last ${ring.size} writes say nothing of it; its Events may: kubelab kubectl describe pod ${name} -n ${namespace}`,
    );
  }
  const known = [...living, ...podsIn(notes).filter(({ isGone }) => isGone)];
  throw new ConfigurationError(noSuchPod(namespace, name, known));
}

/** What to say of a pod that there is not. @param known by namespace and name */
export function noSuchPod(namespace: string, name: string, known: readonly { key: string; isGone: boolean }[]): string {
  const elsewhere = known.find(({ key }) => key.endsWith(`/${name}`))?.key.split('/')[0];
  if (elsewhere !== undefined) {
    return `no pod ${name} in namespace ${namespace}; there is one in namespace ${elsewhere}: add -n ${elsewhere}`;
  }
  const here = known.filter(({ key }) => key.startsWith(`${namespace}/`));
  const names = here.map(({ key }) => key.slice(namespace.length + 1));
  const shown = here.slice(-listed).map(({ key, isGone }) => {
    return `${key.slice(namespace.length + 1)}${isGone ? ' (gone)' : ''}`;
  });
  const more = here.length > listed ? `, and ${here.length - listed} others` : '';
  const what = here.length === 0 ? 'there were none' : `there are: ${shown.join(', ')}${more}`;
  return `no pod ${name} in namespace ${namespace}${nearest(name, names)}; ${what}`;
}
