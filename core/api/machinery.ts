// What every verb works with: the parts that the API server was built from.

import type { AdmissionPlugin, Authorizer, Resources } from '../contracts/api-server.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Random } from '../contracts/random.ts';
import type { Store } from '../contracts/store.ts';
import type { TokenIssuer } from '../contracts/token-issuer.ts';
import type { Audit } from './audit.ts';
import type { ServiceAllocation } from './services/service-allocation.ts';
import type { WatchCaches } from './watch-cache.ts';

export interface Machinery {
  readonly store: Store;
  readonly resources: Resources;
  readonly admission: readonly AdmissionPlugin[];
  readonly authorizers: readonly Authorizer[];
  readonly clock: Clock;
  readonly random: Random;
  readonly caches: WatchCaches;
  readonly services: ServiceAllocation;
  readonly tokens: TokenIssuer | undefined;
  readonly audit: Audit | undefined;
}
