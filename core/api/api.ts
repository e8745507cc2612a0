// Api: the API server without HTTP. A table of contents: each verb is a file.
//
//   const api = new Api({ store, resources: builtinResources, admission: standardAdmission(store),
//     authorizers: standardAuthorizers(), clock, random });
//   const client = new LocalApiClient(api, { name: 'me', groups: ['system:masters'] });
//
// Always true: it holds nothing that it could not read again from the store (caches, free addresses); several may work on
// one store. `stop` ends its watches and timers; the store is its owner's.

import type { Observable } from 'rxjs';
import type {
  ApiEvent,
  DeleteOptions,
  GetOptions,
  ListOptions,
  UserInfo,
  WatchOptions,
  WriteOptions,
} from '../contracts/api-client.ts';
import type {
  AdmissionPlugin,
  ApiServer,
  Attributes,
  Authorizer,
  Caller,
  NamedTarget,
  Opinion,
  PatchRequest,
  Resources,
  RulesFor,
  Target,
} from '../contracts/api-server.ts';
import type { Cancel, Clock } from '../contracts/clock.ts';
import type { Random } from '../contracts/random.ts';
import type { Store } from '../contracts/store.ts';
import type { TokenIssuer } from '../contracts/token-issuer.ts';
import type { KubeList, KubeObject } from '../model/meta.ts';
import type { Resource } from '../model/resource.ts';
import type { Status } from '../model/status.ts';
import type { Audit } from './audit.ts';
import { authorize, opinionOf, rulesFor } from './authorize.ts';
import { compactRegularly } from './compaction.ts';
import { create } from './create.ts';
import { remove, removeCollection } from './delete.ts';
import { FairTurns } from './fair-turns.ts';
import type { Machinery } from './machinery.ts';
import { patch } from './patch.ts';
import { get, list } from './read.ts';
import { ResourceRegistry } from './resource-registry.ts';
import { ServiceAllocation, type ServiceRanges } from './services/service-allocation.ts';
import { createBeneath } from './subresources/index.ts';
import { getScale, patchScale, updateScale } from './subresources/scale.ts';
import { update } from './update.ts';
import { watch } from './watch.ts';
import { WatchCaches } from './watch-cache.ts';

export interface ApiOptions {
  readonly store: Store;
  readonly resources: readonly Resource[];
  readonly admission: readonly AdmissionPlugin[];
  readonly authorizers: readonly Authorizer[];
  readonly clock: Clock;
  readonly random: Random;
  /** Signs the tokens that `serviceaccounts/token` gives out; without it the subresource is not there. */
  readonly tokens?: TokenIssuer;
  readonly serviceRanges?: ServiceRanges;
  /** History is kept at least so long, milliseconds (`compactionInterval`); without it, the store alone forgets. */
  readonly keepHistory?: number;
  /** Is told each change that is stored: who wrote what. */
  readonly audit?: Audit;
}

export class Api implements ApiServer {
  readonly resources: Resources;
  readonly #machinery: Machinery;
  readonly #turns: FairTurns;
  readonly #endCompaction: Cancel | undefined;

  constructor(options: ApiOptions) {
    const { store, admission, authorizers, clock, random } = options;
    this.#turns = new FairTurns(clock);
    this.resources = new ResourceRegistry(options.resources);
    this.#machinery = {
      store,
      resources: this.resources,
      admission,
      authorizers,
      clock,
      random,
      caches: new WatchCaches(store),
      services: new ServiceAllocation(store, random, options.serviceRanges),
      tokens: options.tokens,
      audit: options.audit,
    };
    const { keepHistory } = options;
    if (keepHistory !== undefined) this.#endCompaction = compactRegularly(store, clock, keepHistory);
  }

  get(caller: Caller, target: NamedTarget, options?: GetOptions): Promise<KubeObject> {
    if (target.subresource === 'scale') return getScale(this.#machinery, caller, target, options);
    return get(this.#machinery, caller, target, options);
  }

  list(caller: Caller, target: Target, options?: ListOptions): Promise<KubeList> {
    return list(this.#machinery, caller, target, options);
  }

  watch(caller: Caller, target: Target, options?: WatchOptions): Observable<ApiEvent> {
    return watch(this.#machinery, caller, target, options);
  }

  async create(
    caller: Caller,
    target: Target & { readonly name?: string },
    body: unknown,
    options?: WriteOptions,
  ): Promise<KubeObject | Status> {
    const turn = this.#turns.take();
    if (turn) await turn;
    if (target.subresource === undefined) return create(this.#machinery, caller, target, body, options);
    const name = target.name ?? (body as { metadata?: { name?: string } } | undefined)?.metadata?.name ?? '';
    return createBeneath(this.#machinery, caller, { ...target, name }, body, options);
  }

  async update(caller: Caller, target: NamedTarget, body: unknown, options?: WriteOptions): Promise<KubeObject> {
    const turn = this.#turns.take();
    if (turn) await turn;
    if (target.subresource === 'scale') return updateScale(this.#machinery, caller, target, body, options);
    return update(this.#machinery, caller, target, body, options);
  }

  async patch(caller: Caller, target: NamedTarget, body: unknown, options: PatchRequest): Promise<KubeObject> {
    const turn = this.#turns.take();
    if (turn) await turn;
    if (target.subresource === 'scale') return patchScale(this.#machinery, caller, target, body, options);
    return patch(this.#machinery, caller, target, body, options);
  }

  async delete(caller: Caller, target: NamedTarget, options?: DeleteOptions): Promise<KubeObject | Status> {
    const turn = this.#turns.take();
    if (turn) await turn;
    return remove(this.#machinery, caller, target, options);
  }

  deleteCollection(caller: Caller, target: Target, options?: DeleteOptions & ListOptions): Promise<KubeList> {
    return removeCollection(this.#machinery, caller, target, options);
  }

  authorize(_caller: Caller, attributes: Attributes): Promise<void> {
    return authorize(this.#machinery.authorizers, attributes);
  }

  opinion(attributes: Attributes): Promise<Opinion> {
    return opinionOf(this.#machinery.authorizers, attributes);
  }

  rulesFor(user: UserInfo, namespace: string): Promise<RulesFor> {
    return rulesFor(this.#machinery.authorizers, user, namespace);
  }

  /** Ends all watches. Doing it twice is doing it once. */
  stop(): void {
    this.#endCompaction?.();
    this.#machinery.caches.stop();
  }
}
