// Wires the namespace controller.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Resources } from '../../core/contracts/api-server.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { NamespaceController } from './namespace-controller.ts';

export const controllerNamespace = plugin({
  name: 'controller-namespace',
  description: 'empties namespaces that are deleted, then lets them go',
  provides: [Controller],
  browserSafe: true,
  bind({ bind }) {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock, served: Resources) =>
        new NamespaceController({ client, clock, resources: served.all() }),
      [ApiClient, Clock, Resources],
    );
  },
});
export default controllerNamespace;
