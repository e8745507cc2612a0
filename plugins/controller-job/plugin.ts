// Wires Jobs: the controller that runs them, and the one that removes finished ones whose time is over.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { Random } from '../../core/contracts/random.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { JobController } from './job-controller.ts';
import { TtlAfterFinished } from './ttl-after-finished.ts';

export const controllerJob = plugin({
  name: 'controller-job',
  description: 'runs the pods of Jobs to their end, and removes finished Jobs whose time to live is over',
  provides: [Controller],
  browserSafe: true,
  bind({ bind }) {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock, random: Random) => {
        const recorder = new EventRecorder({ client, clock, random, component: 'job-controller' });
        return new JobController({ client, clock, recorder });
      },
      [ApiClient, Clock, Random],
    );
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock) => new TtlAfterFinished({ client, clock }),
      [ApiClient, Clock],
    );
  },
});
export default controllerJob;
