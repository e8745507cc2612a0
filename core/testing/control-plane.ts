// ControlPlane: a store and an API server in virtual time, for tests of whatever works on the API.
//
//   const plane = new ControlPlane(new MemoryStore(clock), clock);
//   await plane.client.of(Pods).in('default').create(pod);
//   await plane.stop();

import { Api } from '../api/api.ts';
import { LocalApiClient } from '../api/local-api-client.ts';
import type { AdmissionPlugin } from '../contracts/api-server.ts';
import type { Random } from '../contracts/random.ts';
import type { Store } from '../contracts/store.ts';
import { builtinResources } from '../model/index.ts';
import { SeededRandom } from '../time/random.ts';
import type { VirtualClock } from '../time/virtual-clock.ts';
import { FaultyClient } from './faulty-client.ts';

export class ControlPlane {
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly api: Api;
  /** The test's own: never fails. */
  readonly client: LocalApiClient;
  /** For what is under test. */
  readonly faulty: FaultyClient;

  constructor(
    store: Store,
    clock: VirtualClock,
    seed: string | number = 1,
    admission: readonly AdmissionPlugin[] = [],
  ) {
    this.store = store;
    this.clock = clock;
    this.random = new SeededRandom(seed);
    this.api = new Api({
      store,
      resources: builtinResources,
      admission,
      authorizers: [{ name: 'everybody', authorize: () => 'allow' }],
      clock,
      random: this.random.fork('api'),
    });
    this.client = new LocalApiClient(this.api, { name: 'test', groups: ['system:masters'] });
    this.faulty = new FaultyClient(new LocalApiClient(this.api, { name: 'system:under-test', groups: [] }), clock);
  }

  async stop(): Promise<void> {
    this.api.stop();
    await this.store.close();
  }
}
