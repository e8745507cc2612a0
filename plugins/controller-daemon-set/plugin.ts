// Wires DaemonSets.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { Random } from '../../core/contracts/random.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { DaemonSetController } from './daemon-set-controller.ts';

export const controllerDaemonSet = plugin({
  name: 'controller-daemon-set',
  description: 'keeps one pod on every node that may have it, and updates them a few at a time',
  provides: [Controller],
  browserSafe: true,
  bind({ bind }) {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock, random: Random) => {
        const recorder = new EventRecorder({ client, clock, random, component: 'daemonset-controller' });
        return new DaemonSetController({ client, clock, recorder });
      },
      [ApiClient, Clock, Random],
    );
  },
});
export default controllerDaemonSet;
