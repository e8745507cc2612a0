// Surroundings of a component that is not in its cluster's process: the API over HTTPS is all that it has of the cluster.

import { ResourceRegistry } from '../../../core/api/resource-registry.ts';
import type { Surroundings } from '../../../core/cluster/build-part.ts';
import { Settings } from '../../../core/cluster/settings.ts';
import type { ApiClient } from '../../../core/contracts/api-client.ts';
import { builtinResources } from '../../../core/model/index.ts';
import { SeededRandom } from '../../../core/time/random.ts';
import { RealClock } from '../../../core/time/real-clock.ts';

/** @param way.kubeconfig for what would run in yet another process */
export function surroundingsOf(way: {
  readonly cluster: string;
  readonly seed: string;
  readonly client: () => ApiClient;
  readonly kubeconfig: string;
}): Surroundings {
  return {
    settings: new Settings(way.cluster),
    clock: new RealClock(),
    random: new SeededRandom(way.seed),
    // What only components in the cluster's own process are given.
    get api(): never {
      throw new Error('outside of the cluster’s own process the API is reached through an ApiClient');
    },
    // Those that other plugins of the cluster have added are not known here.
    resources: new ResourceRegistry(builtinResources),
    roads: { to: () => undefined, enter: () => () => {} },
    shared: [],
    ca: () => undefined,
    client: way.client,
    kubeconfig: async () => way.kubeconfig,
  };
}
