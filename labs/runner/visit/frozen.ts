// Frozen: an API that can be read and not written, and a clock that stands still: what a visit shows.
//   get, list      as the cluster stands at the instant
//   watch          what there is; then it ends, for nothing comes
//   writes         refused, with what to do instead: the history is a recording, and a write would make it another one
// Always true: whoever reads leaves no mark on the cluster: no timer of its clock, no draw of its chance.

import { Observable } from 'rxjs';
import type { ApiEvent, GetOptions, ListOptions, WatchOptions } from '../../../core/contracts/api-client.ts';
import type { ApiServer, Attributes, Caller, NamedTarget, Target } from '../../../core/contracts/api-server.ts';
import { ApiError } from '../../../core/model/status.ts';
import { RealClock } from '../../../core/time/real-clock.ts';
import { nextTurn } from '../../../core/time/turn.ts';

const refusal =
  'this is a recording of a check, and cannot be changed: look at it with get and describe, and move in it with: npx kubelab lab step (or step --back)';

export class FrozenApi implements ApiServer {
  readonly #api: ApiServer;

  constructor(api: ApiServer) {
    this.#api = api;
  }

  get resources() {
    return this.#api.resources;
  }

  get(caller: Caller, target: NamedTarget, options?: GetOptions) {
    return this.#api.get(caller, target, options);
  }

  list(caller: Caller, target: Target, options?: ListOptions) {
    return this.#api.list(caller, target, options);
  }

  authorize(caller: Caller, attributes: Attributes) {
    return this.#api.authorize(caller, attributes);
  }

  watch(caller: Caller, target: Target, options: WatchOptions = {}): Observable<ApiEvent> {
    // Both of these set timers of the cluster's clock.
    const { timeoutSeconds: _, allowWatchBookmarks: __, ...rest } = options;
    return new Observable((subscriber) => {
      subscriber.add(this.#api.watch(caller, target, rest).subscribe(subscriber));
      const end = async () => {
        for (let turn = 0; turn < 3; turn += 1) await nextTurn();
        subscriber.complete();
      };
      void end();
    });
  }

  create = (_: Caller, target: Target) => refused(target);
  update = (_: Caller, target: Target) => refused(target);
  patch = (_: Caller, target: Target) => refused(target);
  delete = (_: Caller, target: Target) => refused(target);
  deleteCollection = (_: Caller, target: Target) => refused(target);
}

async function refused({ resource }: Target): Promise<never> {
  throw new ApiError(403, 'Forbidden', refusal, { kind: resource.plural, group: resource.group });
}

/** Tells the cluster's time and waits in the machine's: connections are the machine's. */
export class FrozenClock extends RealClock {
  readonly #time: () => number;

  constructor(time: () => number) {
    super();
    this.#time = time;
  }

  override now(): number {
    return this.#time();
  }
}
