// Round robin as a plugin: which slot it fills, and how its class is made. Copy it with round-robin.ts to begin your own.

import { plugin } from '../../core/cluster/plugin.ts';
import { Scheduler } from '../../core/contracts/scheduler.ts';
import { RoundRobinScheduler } from './round-robin.ts';

export const schedulerRoundRobin = plugin({
  name: 'scheduler-round-robin',
  description: 'places pods on the nodes in turn; the smallest scheduler, the one to copy',
  provides: [Scheduler],
  browserSafe: true,
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobinScheduler());
  },
});
export default schedulerRoundRobin;
