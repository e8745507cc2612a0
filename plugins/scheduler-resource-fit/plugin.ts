// Resource fit as a plugin: which slot it fills, its one option, and how its class is made.

import { IsIn } from 'class-validator';
import { plugin } from '../../core/cluster/plugin.ts';
import { Scheduler } from '../../core/contracts/scheduler.ts';
import { ResourceFitScheduler, type Strategy } from './resource-fit.ts';

export class ResourceFitOptions {
  /** `spread`: the emptiest node; `pack`: the fullest that still fits. */
  @IsIn(['spread', 'pack'])
  strategy: Strategy = 'spread';
}

export const schedulerResourceFit = plugin({
  name: 'scheduler-resource-fit',
  description: 'places each pod where its requests fit best; strategy spread (default) or pack',
  provides: [Scheduler],
  options: ResourceFitOptions,
  browserSafe: true,
  bind: ({ bind }, options: ResourceFitOptions) => {
    bind(Scheduler).toResolvedValue(() => new ResourceFitScheduler(options.strategy));
  },
});
export default schedulerResourceFit;
