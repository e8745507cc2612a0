// The API server of the levels `api` and `https`: memory store, all kinds, and the admission of an ordinary cluster without
// those plugins that Kubernetes' own scheduler benchmark switches off too: no controllers run that would make service
// accounts, and its pods carry their priority as a number.

import { standardAdmission } from '../../../../core/api/admission/index.ts';
import { Api } from '../../../../core/api/api.ts';
import { standardAuthorizers } from '../../../../core/api/authorizers.ts';
import { builtinResources } from '../../../../core/model/index.ts';
import { SeededRandom } from '../../../../core/time/random.ts';
import { RealClock } from '../../../../core/time/real-clock.ts';
import { MemoryStore } from '../../../../plugins/store-memory/memory-store.ts';

const switchedOff = new Set(['ServiceAccount', 'Priority']);

export interface BenchApi {
  readonly api: Api;
  stop(): Promise<void>;
}

export function benchApi(seed: string): BenchApi {
  const clock = new RealClock();
  const random = new SeededRandom(seed);
  const store = new MemoryStore(clock);
  const api = new Api({
    store,
    resources: builtinResources,
    admission: standardAdmission(store, random).filter(({ name }) => !switchedOff.has(name)),
    authorizers: standardAuthorizers(),
    clock,
    random,
  });
  return {
    api,
    stop: async () => {
      api.stop();
      await store.close();
    },
  };
}
