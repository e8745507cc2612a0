// The client suite, on the API server in process.

import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { builtinResources } from '../model/index.ts';
import { Namespaces } from '../model/namespace.ts';
import { describeApiClient } from '../testing/describe-api-client.ts';
import { SeededRandom } from '../time/random.ts';
import { RealClock } from '../time/real-clock.ts';
import { standardAdmission } from './admission/index.ts';
import { Api } from './api.ts';
import { standardAuthorizers } from './authorizers.ts';
import { LocalApiClient } from './local-api-client.ts';

describeApiClient('local', async () => {
  const clock = new RealClock();
  const random = new SeededRandom('local');
  const store = new MemoryStore(clock);
  const api = new Api({
    store,
    resources: builtinResources,
    admission: standardAdmission(store, random),
    authorizers: standardAuthorizers(),
    clock,
    random,
  });
  const client = new LocalApiClient(api, { name: 'test', groups: ['system:masters'] });
  for (const name of ['default', 'kube-system']) await client.of(Namespaces).create({ metadata: { name } });
  return {
    client,
    compact: async () => store.compact(await store.revision()),
    close: async () => {
      api.stop();
      await store.close();
    },
  };
});
