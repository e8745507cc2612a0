// Workloads of runtimes: pods started, seen running, and ended, by the runtime itself; no kubelet is in between.
// Small numbers for runtimes that start real processes, large ones for those that only pretend.

import type { Size, Trial } from '../trial.ts';
import { podsTrial } from './runtimes/pods-trial.ts';

export async function runtimeTrials({ pods }: Size): Promise<readonly Trial[]> {
  return [
    podsTrial({ pods: pods ?? 20, atOnce: 4, labels: ['fast', 'performance'] }),
    podsTrial({ pods: pods ?? 1000, atOnce: 50, labels: ['large'] }),
  ];
}
