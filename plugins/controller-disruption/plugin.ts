// Wires what looks after disruptions: the numbers of the budgets, and pods that were told to go and did not.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { Random } from '../../core/contracts/random.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { DisruptionController } from './disruption-controller.ts';
import { StaleDisruption } from './stale-disruption.ts';

export const controllerDisruption = plugin({
  name: 'controller-disruption',
  description: 'counts how many pods of each PodDisruptionBudget may be evicted now',
  provides: [Controller],
  browserSafe: true,
  bind({ bind }) {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock, random: Random) => {
        const recorder = new EventRecorder({ client, clock, random, component: 'controllermanager' });
        return new DisruptionController({ client, clock, recorder });
      },
      [ApiClient, Clock, Random],
    );
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock) => new StaleDisruption(client, clock),
      [ApiClient, Clock],
    );
  },
});
export default controllerDisruption;
