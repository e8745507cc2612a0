// Seeds process: runs a part that is right through its share of the seeds (many-seeds.ts), and says what it failed.
// The seeds are dealt out among the checks in which chance has a part: a thousand seeds are a thousand runs of the part.
//   KUBELAB_LAB_SEEDS=each npm run test:all        each of those checks takes every seed: for a night

import { labs } from '../index.ts';
import { failures } from './judge.ts';
import type { Check } from './lab.ts';
import type { Share } from './many-seeds.ts';

const takesEach = process.env.KUBELAB_LAB_SEEDS === 'each';

process.once('message', async ({ lab, file, seeds }: Share) => {
  const found = labs.find(({ number }) => number === lab)!;
  const chancy = found.checks.filter((check) => check.seeds !== 1);
  const dealt = (check: Check): readonly number[] => {
    const turn = chancy.indexOf(check);
    // Where chance has no part in a check, the first seed is all of them.
    if (turn < 0) return seeds.filter((seed) => seed === 1);
    return takesEach ? seeds : seeds.filter((_, at) => at % chancy.length === turn);
  };
  let wrong: string[];
  try {
    wrong = await failures(found, file, dealt);
  } catch (error) {
    wrong = [error instanceof Error ? error.message : String(error)];
  }
  process.send?.(wrong, () => process.disconnect());
});
