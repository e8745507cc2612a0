// Wires StatefulSets.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { Random } from '../../core/contracts/random.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { StatefulSetController } from './stateful-set-controller.ts';

export const controllerStatefulSet = plugin({
  name: 'controller-stateful-set',
  description: 'keeps pods with numbers, names and volumes of their own, in order',
  provides: [Controller],
  browserSafe: true,
  bind({ bind }) {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock, random: Random) => {
        const recorder = new EventRecorder({ client, clock, random, component: 'statefulset-controller' });
        return new StatefulSetController({ client, clock, recorder });
      },
      [ApiClient, Clock, Random],
    );
  },
});
export default controllerStatefulSet;
