// Workloads of stores: writing, guarded updates, ranges, and watches, through the contract alone: what is measured of one
// store is measured of every other.
//   StorePuts      new objects, 100 writes under way at a time
//   StoreUpdates   read, change, write where nobody else has written meanwhile
//   StoreRange     lists of everything, in pages of 500
//   StoreWatch     writes while 1, 100 or 5,000 watchers are to hear of each

import type { Size, Trial } from '../trial.ts';
import { putsTrial } from './stores/puts.ts';
import { rangeTrial } from './stores/range.ts';
import { updatesTrial } from './stores/updates.ts';
import { watchTrial } from './stores/watch.ts';

/** @param size pods: objects (puts, range), updates, or changes (watch) */
export async function storeTrials({ pods }: Size): Promise<readonly Trial[]> {
  return [
    putsTrial({ objects: pods ?? 10_000, labels: ['fast'] }),
    putsTrial({ objects: pods ?? 100_000, labels: ['performance'] }),
    updatesTrial({ updates: pods ?? 10_000, labels: ['fast', 'performance'] }),
    rangeTrial({ objects: pods ?? 10_000, labels: ['fast'] }),
    rangeTrial({ objects: pods ?? 100_000, labels: ['performance'] }),
    watchTrial({ watchers: 1, changes: pods ?? 10_000, labels: ['fast', 'performance'] }),
    watchTrial({ watchers: 100, changes: pods ?? 2000, labels: ['fast', 'performance'] }),
    watchTrial({ watchers: 5000, changes: pods ?? 200, labels: ['fast', 'performance'] }),
  ];
}
