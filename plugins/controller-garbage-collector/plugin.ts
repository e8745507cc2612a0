// Wires the garbage collector. It looks after all kinds that are served.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Resources } from '../../core/contracts/api-server.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { GarbageCollector } from './garbage-collector.ts';

export const controllerGarbageCollector = plugin({
  name: 'controller-garbage-collector',
  description: 'deletes what belonged to something that is gone',
  provides: [Controller],
  browserSafe: true,
  bind({ bind }) {
    bind(Controller).toResolvedValue(
      (client: ApiClient, served: Resources) => new GarbageCollector({ client, resources: served.all() }),
      [ApiClient, Resources],
    );
  },
});
export default controllerGarbageCollector;
