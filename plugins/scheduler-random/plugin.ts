// Random as a plugin. Its chance is the component's own, so that the same seed gives the same placements.

import { plugin } from '../../core/cluster/plugin.ts';
import { Random } from '../../core/contracts/random.ts';
import { Scheduler } from '../../core/contracts/scheduler.ts';
import { RandomScheduler } from './random.ts';

export const schedulerRandom = plugin({
  name: 'scheduler-random',
  description: 'any node that can take the pod: what every other scheduler should be better than',
  provides: [Scheduler],
  browserSafe: true,
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue((random) => new RandomScheduler(random), [Random]);
  },
});
export default schedulerRandom;
