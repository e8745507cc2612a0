// Find trial: the workload of a request, in the process that runs it.

import { findTrials } from './catalogue.ts';
import type { Trial } from './trial.ts';
import type { TrialRequest } from './trial-messages.ts';

export async function findTrial({
  source,
  trial,
  size,
}: Pick<TrialRequest, 'source' | 'trial' | 'size'>): Promise<Trial> {
  const trials = await findTrials(source, size);
  const found = trials.find(({ name }) => name === trial);
  if (!found) throw new Error(`there is no workload ${trial} in ${source}`);
  return found;
}
