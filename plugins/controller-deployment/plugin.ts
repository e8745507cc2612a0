// Wires the deployment controller.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { Random } from '../../core/contracts/random.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { DeploymentController } from './deployment-controller.ts';

export const controllerDeployment = plugin({
  name: 'controller-deployment',
  description: 'rolls Deployments out, template by template, and keeps their history',
  provides: [Controller],
  browserSafe: true,
  bind({ bind }) {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock, random: Random) => {
        const recorder = new EventRecorder({ client, clock, random, component: 'deployment-controller' });
        return new DeploymentController({ client, clock, recorder });
      },
      [ApiClient, Clock, Random],
    );
  },
});
export default controllerDeployment;
