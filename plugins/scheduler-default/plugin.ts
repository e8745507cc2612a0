// The default scheduler as a plugin: Kubernetes' list of filters and scores with Kubernetes' weights, and its options.

import { IsIn, IsInt, Max, Min } from 'class-validator';
import { plugin } from '../../core/cluster/plugin.ts';
import { Scheduler } from '../../core/contracts/scheduler.ts';
import { defaultProfile } from '../../core/scheduling/framework/default-profile.ts';
import { FrameworkScheduler } from '../../core/scheduling/framework/framework-scheduler.ts';

export class DefaultSchedulerOptions {
  /** `least`: the emptiest node has the best score for resources (Kubernetes' LeastAllocated); `most`: the fullest. */
  @IsIn(['least', 'most'])
  fit: 'least' | 'most' = 'least';

  /** As Kubernetes' percentageOfNodesToScore: looking ends when so many nodes can take the pod. 100: all; 0: Kubernetes' own rule. */
  @IsInt()
  @Min(0)
  @Max(100)
  percentageOfNodesToScore = 100;
}

export const schedulerDefault = plugin({
  name: 'scheduler-default',
  description: 'filters and scores as kube-scheduler does; options fit, percentageOfNodesToScore',
  provides: [Scheduler],
  options: DefaultSchedulerOptions,
  browserSafe: true,
  bind: ({ bind }, { fit, percentageOfNodesToScore }: DefaultSchedulerOptions) => {
    bind(Scheduler).toResolvedValue(
      () => new FrameworkScheduler({ name: 'default', ...defaultProfile({ type: fit }), percentageOfNodesToScore }),
    );
  },
});
export default schedulerDefault;
