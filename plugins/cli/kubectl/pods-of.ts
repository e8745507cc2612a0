// Pods of: the pods that a workload or a selector means, the most useful for a look first.

import type { LabelSelector } from '../../../core/model/label-selector.ts';
import { formatSelector, selectorOf } from '../../../core/model/labels.ts';
import type { Pod } from '../../../core/model/pod.ts';
import { KubectlError } from './errors.ts';
import { isRecord } from './records.ts';
import { pathOf } from './resource-types.ts';
import type { Session } from './session.ts';

/** The selector of a workload or service, as a query wants it. @throws KubectlError for a kind without */
export function selectorText(object: { readonly kind: string; readonly spec?: unknown }): string {
  const selector = isRecord(object.spec) ? object.spec.selector : undefined;
  if (!isRecord(selector)) throw new KubectlError(`cannot get the logs from ${object.kind}: selector is not set`);
  const byLabels = isRecord(selector.matchLabels) || Array.isArray(selector.matchExpressions);
  return formatSelector(selectorOf((byLabels ? selector : { matchLabels: selector }) as LabelSelector));
}

/** The pods with the labels, by name. */
export async function podsOf(session: Session, namespace: string | undefined, labelSelector: string): Promise<Pod[]> {
  const path = pathOf(await session.type('pods'), namespace);
  const { items = [] } = await session.server.get<{ items?: Pod[] }>(path, { labelSelector });
  return items;
}

/** Running and ready ones first, older ones first among them. */
export function mostUsefulFirst(pods: readonly Pod[]): Pod[] {
  const rank = ({ spec, status }: Pod) =>
    (spec.nodeName ? 0 : 4) +
    (status?.phase === 'Running' ? 0 : 2) +
    (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ? 0 : 1);
  const born = ({ metadata }: Pod) => Date.parse(metadata.creationTimestamp);
  return [...pods].sort((a, b) => rank(a) - rank(b) || born(a) - born(b));
}
