// Read-only API: an API that can be read and not written: what is shown of a cluster that stands still.
//   get, list      as the cluster stands
//   watch          what there is; then it ends, for nothing comes
//   writes         refused, with what to do instead
// Always true: whoever reads leaves no mark on the cluster: no timer of its clock, no draw of its chance.

import { Observable } from 'rxjs';
import type { ApiEvent, GetOptions, ListOptions, UserInfo, WatchOptions } from '../contracts/api-client.ts';
import type { ApiServer, Attributes, Caller, NamedTarget, Target } from '../contracts/api-server.ts';
import { ApiError } from '../model/status.ts';
import { nextTurn } from '../time/turn.ts';

export class ReadOnlyApi implements ApiServer {
  readonly #api: ApiServer;
  readonly #refusal: string;

  /** @param refusal what a writer is told: why not, and what to do instead */
  constructor(api: ApiServer, refusal: string) {
    this.#api = api;
    this.#refusal = refusal;
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

  opinion(attributes: Attributes) {
    return this.#api.opinion(attributes);
  }

  rulesFor(user: UserInfo, namespace: string) {
    return this.#api.rulesFor(user, namespace);
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

  create = (_: Caller, target: Target) => this.#refused(target);
  update = (_: Caller, target: Target) => this.#refused(target);
  patch = (_: Caller, target: Target) => this.#refused(target);
  delete = (_: Caller, target: Target) => this.#refused(target);
  deleteCollection = (_: Caller, target: Target) => this.#refused(target);

  async #refused({ resource }: Target): Promise<never> {
    throw new ApiError(403, 'Forbidden', this.#refusal, { kind: resource.plural, group: resource.group });
  }
}
