// Wires ReplicaSets and ReplicationControllers: two controllers of one class.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { Random } from '../../core/contracts/random.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { type Flavour, type Replicated, replicaSetFlavour, replicationControllerFlavour } from './flavour.ts';
import { ReplicaController } from './replica-controller.ts';

export const controllerReplication = plugin({
  name: 'controller-replication',
  description: 'keeps as many pods alive as ReplicaSets and ReplicationControllers want',
  provides: [Controller],
  browserSafe: true,
  bind({ bind }) {
    const make =
      <T extends Replicated>(flavour: Flavour<T>) =>
      (client: ApiClient, clock: Clock, random: Random): Controller => {
        const recorder = new EventRecorder({ client, clock, random, component: flavour.component });
        return new ReplicaController(flavour, { client, clock, recorder });
      };
    bind(Controller).toResolvedValue(make(replicaSetFlavour), [ApiClient, Clock, Random]);
    bind(Controller).toResolvedValue(make(replicationControllerFlavour), [ApiClient, Clock, Random]);
  },
});
export default controllerReplication;
