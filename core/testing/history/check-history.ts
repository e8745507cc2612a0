// History checker: whether what clients saw of a store could have come from a store that keeps its promises.
//   const violations = checkHistory(record);
//   reportViolations(violations)       for people: what is broken, and which calls and events contradict each other
// It knows nothing of how the store works, and believes no single answer: docs/contracts/store.md is what it holds it to.

import { changesOf } from './changes.ts';
import { checkLinearizable } from './linearizable.ts';
import { type Entry, historyOf } from './record.ts';
import { RevisionOrder } from './revision-order.ts';
import { checkCompaction, checkSnapshots } from './snapshots.ts';
import type { Violation } from './violation.ts';
import { checkWatches } from './watch-promises.ts';

export function checkHistory(record: readonly Entry[]): Violation[] {
  const history = historyOf(record);
  const { changes, sightings, violations } = changesOf(history);
  const order = new RevisionOrder(history, changes);
  return [
    ...violations,
    ...checkLinearizable(history, sightings),
    ...order.check(),
    ...checkSnapshots(history, changes, order),
    ...checkCompaction(history),
    ...checkWatches(history, changes),
  ];
}

/** Violations as text, one paragraph each; '' when there are none. */
export const reportViolations = (violations: readonly Violation[], most = 10): string =>
  violations
    .slice(0, most)
    .map(
      ({ promise, message, evidence }) => `${promise}: ${message}\n${evidence.map((line) => `    ${line}\n`).join('')}`,
    )
    .concat(violations.length > most ? [`and ${violations.length - most} more\n`] : [])
    .join('');
