// Wires CronJobs.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { Random } from '../../core/contracts/random.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { CronJobController } from './cron-job-controller.ts';

export const controllerCronJob = plugin({
  name: 'controller-cronjob',
  description: 'makes a Job at each time of a CronJob’s schedule, and clears old ones away',
  provides: [Controller],
  browserSafe: true,
  bind({ bind }) {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock, random: Random) => {
        const recorder = new EventRecorder({ client, clock, random, component: 'cronjob-controller' });
        return new CronJobController({ client, clock, recorder });
      },
      [ApiClient, Clock, Random],
    );
  },
});
export default controllerCronJob;
