// The API as the benchmarks use it: memory store, admission, validation, all kinds, real time; nothing else runs.

import { standardAdmission } from '../../core/api/admission/index.ts';
import { Api } from '../../core/api/api.ts';
import { standardAuthorizers } from '../../core/api/authorizers.ts';
import { LocalApiClient } from '../../core/api/local-api-client.ts';
import type { Store } from '../../core/contracts/store.ts';
import { builtinResources } from '../../core/model/index.ts';
import { Namespaces } from '../../core/model/namespace.ts';
import { ServiceAccounts } from '../../core/model/service-account.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';

export interface BenchServer {
  readonly store: Store;
  readonly api: Api;
  readonly client: LocalApiClient;
  stop(): Promise<void>;
}

/** With the namespace `default` and its account, which admission asks for. */
export async function benchServer(): Promise<BenchServer> {
  const clock = new RealClock();
  const random = new SeededRandom('bench');
  const store = new MemoryStore(clock);
  const api = new Api({
    store,
    resources: builtinResources,
    admission: standardAdmission(store, random),
    authorizers: standardAuthorizers(),
    clock,
    random,
  });
  const client = new LocalApiClient(api, { name: 'bench', groups: ['system:masters'] });
  await client.of(Namespaces).create({ metadata: { name: 'default' } });
  await client
    .of(ServiceAccounts)
    .in('default')
    .create({ metadata: { name: 'default' } });
  return {
    store,
    api,
    client,
    stop: async () => {
      api.stop();
      await store.close();
    },
  };
}
