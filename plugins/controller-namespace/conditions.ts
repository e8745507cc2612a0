// The conditions of a namespace that is being deleted: what keeps it, in Kubernetes' words.
// In Kubernetes: pkg/controller/namespace/deletion/status_condition_utils.go.

import { setCondition } from '../../core/model/conditions.ts';
import type { NamespaceCondition } from '../../core/model/namespace.ts';
import type { Remains } from './contents.ts';

/** The conditions after a look; the same list when nothing changed. */
export function conditionsAfter(
  before: readonly NamespaceCondition[] | undefined,
  { counts, finalizers, failures }: Remains,
  now: string,
): readonly NamespaceCondition[] {
  const told: Omit<NamespaceCondition, 'lastTransitionTime'>[] = [
    tell('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'),
    tell(
      'NamespaceDeletionGroupVersionParsingFailure',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    failures.length > 0
      ? tell('NamespaceDeletionContentFailure', 'ContentDeletionFailed', failuresText(failures), true)
      : tell(
          'NamespaceDeletionContentFailure',
          'ContentDeleted',
          'All content successfully deleted, may be waiting on finalization',
        ),
    counts.size > 0
      ? tell('NamespaceContentRemaining', 'SomeResourcesRemain', remainingText(counts), true)
      : tell('NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'),
    finalizers.size > 0
      ? tell('NamespaceFinalizersRemaining', 'SomeFinalizersRemain', finalizersText(finalizers), true)
      : tell('NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'),
  ];
  return told.reduce<readonly NamespaceCondition[]>(
    (conditions, condition) => setCondition(conditions, condition, now),
    before ?? [],
  );
}

const tell = (type: string, reason: string, message: string, isTrue = false) => ({
  type,
  status: isTrue ? 'True' : 'False',
  reason,
  message,
});

const failuresText = (failures: readonly string[]): string =>
  `Failed to delete all resource types, ${failures.length} remaining: ${[...failures].sort().join(', ')}`;

const remainingText = (counts: ReadonlyMap<string, number>): string =>
  `Some resources are remaining: ${sorted(counts, ([kind, count]) => `${kind} has ${count} resource instances`)}`;

const finalizersText = (finalizers: ReadonlyMap<string, number>): string =>
  `Some content in the namespace has finalizers remaining: ${sorted(finalizers, ([name, count]) => `${name} in ${count} resource instances`)}`;

const sorted = (counts: ReadonlyMap<string, number>, text: (entry: [string, number]) => string): string =>
  [...counts].sort().map(text).join(', ');
