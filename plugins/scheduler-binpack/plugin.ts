// Binpack as a plugin: Kubernetes' filters, and one score, by which the fullest node that still fits wins.

import { IsIn } from 'class-validator';
import { plugin } from '../../core/cluster/plugin.ts';
import { Scheduler } from '../../core/contracts/scheduler.ts';
import { binpack, type Packing } from './binpack.ts';

export class BinpackOptions {
  /** `most`: by the share in use (MostAllocated); `late`: nodes count as good only from half full on (RequestedToCapacityRatio). */
  @IsIn(['most', 'late'])
  packing: Packing = 'most';
}

export const schedulerBinpack = plugin({
  name: 'scheduler-binpack',
  description: 'fills one node after the other, so that the rest can be given back; option packing',
  provides: [Scheduler],
  options: BinpackOptions,
  browserSafe: true,
  bind: ({ bind }, { packing }: BinpackOptions) => {
    bind(Scheduler).toResolvedValue(() => binpack(packing));
  },
});
export default schedulerBinpack;
