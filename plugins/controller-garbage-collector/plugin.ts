// Wires the garbage collector. It looks after the built-in kinds.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { builtinResources } from '../../core/model/index.ts';
import { GarbageCollector } from './garbage-collector.ts';

export const controllerGarbageCollector = plugin({
  name: 'controller-garbage-collector',
  description: 'deletes what belonged to something that is gone',
  provides: [Controller],
  browserSafe: true,
  bind({ bind }) {
    bind(Controller).toResolvedValue(
      (client: ApiClient) => new GarbageCollector({ client, resources: builtinResources }),
      [ApiClient],
    );
  },
});
export default controllerGarbageCollector;
