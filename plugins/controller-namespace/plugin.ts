// Wires the namespace controller.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { builtinResources } from '../../core/model/index.ts';
import { NamespaceController } from './namespace-controller.ts';

export const controllerNamespace = plugin({
  name: 'controller-namespace',
  description: 'empties namespaces that are deleted, then lets them go',
  provides: [Controller],
  browserSafe: true,
  bind({ bind }) {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock) => new NamespaceController({ client, clock, resources: builtinResources }),
      [ApiClient, Clock],
    );
  },
});
export default controllerNamespace;
