// Workloads of schedulers: those of the files in labs/bench/workloads.

import type { Size, Trial } from '../trial.ts';

export async function schedulerTrials(_size: Size): Promise<readonly Trial[]> {
  return [];
}
