// Seeds process: runs a part that is right through its share of the seeds (many-seeds.ts), and says what it failed.

import { labs } from '../index.ts';
import { failures } from './judge.ts';
import type { Share } from './many-seeds.ts';

process.once('message', async ({ lab, file, seeds }: Share) => {
  const found = labs.find(({ number }) => number === lab)!;
  let wrong: string[];
  try {
    // Where chance has no part in a check, its first seed is all of them.
    wrong = await failures(found, file, (check) => (check.seeds === 1 ? seeds.filter((seed) => seed === 1) : seeds));
  } catch (error) {
    wrong = [error instanceof Error ? error.message : String(error)];
  }
  process.send?.(wrong, () => process.disconnect());
});
