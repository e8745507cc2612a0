// Frozen: an API that can be read and not written, and a clock that stands still: what a visit shows. The history is a
// recording, and a write would make it another one.

import { ReadOnlyApi } from '../../../core/api/read-only-api.ts';
import type { ApiServer } from '../../../core/contracts/api-server.ts';

export { FrozenClock } from '../../../core/time/frozen-clock.ts';

const refusal =
  'this is a recording of a check, and cannot be changed: look at it with get and describe, and move in it with: npx kubelab lab step (or step --back)';

export class FrozenApi extends ReadOnlyApi {
  constructor(api: ApiServer) {
    super(api, refusal);
  }
}
