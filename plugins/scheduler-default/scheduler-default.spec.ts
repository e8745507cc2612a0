import { defaultProfile } from '../../core/scheduling/framework/default-profile.ts';
import { FrameworkScheduler } from '../../core/scheduling/framework/framework-scheduler.ts';
import { describeScheduler } from '../../core/testing/describe-scheduler.ts';

for (const fit of ['least', 'most'] as const) {
  describeScheduler(
    `default (${fit})`,
    () => new FrameworkScheduler({ name: 'default', ...defaultProfile({ type: fit }) }),
  );
}

describeScheduler(
  'default, looking at a part of the nodes',
  () => new FrameworkScheduler({ name: 'default', ...defaultProfile(), percentageOfNodesToScore: 0 }),
);
