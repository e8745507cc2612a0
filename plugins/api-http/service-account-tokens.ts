// Service account tokens: whose token it is, and whether it is still good for anything. A signature says that we gave it out;
// that the account, and the pod or Secret that the token is bound to, are still there, only the API can tell.
// Always true: a token dies with its account, its pod or its Secret, and another one of the same name does not revive it;
//   what is going has a minute left. In real Kubernetes: pkg/serviceaccount/claims.go and legacy.go.

import type { ApiServer, Caller } from '../../core/contracts/api-server.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import type { TokenIssuer, VerifiedToken } from '../../core/contracts/token-issuer.ts';
import type { KubeObject } from '../../core/model/meta.ts';
import { Pods } from '../../core/model/pod.ts';
import type { Resource } from '../../core/model/resource.ts';
import { type Secret, Secrets } from '../../core/model/secret.ts';
import { ServiceAccounts } from '../../core/model/service-account.ts';
import { ApiError } from '../../core/model/status.ts';

/** How long a token outlives the deletion of what it is bound to, milliseconds. */
const leeway = 60_000;

const itself: Caller = { user: { name: 'system:apiserver', groups: ['system:masters'] } };

export class ServiceAccountTokens {
  readonly #api: ApiServer;
  readonly #issuer: TokenIssuer;
  readonly #clock: Clock;

  constructor(api: ApiServer, issuer: TokenIssuer, clock: Clock) {
    this.#api = api;
    this.#issuer = issuer;
    this.#clock = clock;
  }

  /** What the token says, if it is still good. @param audiences any of them will do; the API server unless told */
  async verify(token: string, audiences?: readonly string[]): Promise<VerifiedToken | undefined> {
    const said = await this.#issuer.verify(token, audiences);
    if (!said) return undefined;
    const { namespace, serviceAccount, pod, secret } = said;
    if (!(await this.#stands(ServiceAccounts as Resource, namespace, serviceAccount))) return undefined;
    if (pod && !(await this.#stands(Pods as Resource, namespace, pod))) return undefined;
    if (!secret) return said;
    const found = (await this.#stands(Secrets as Resource, namespace, secret)) as Secret | undefined;
    if (!found) return undefined;
    const isItsCopy = secret.uid !== undefined || found.data?.token === Buffer.from(token).toString('base64');
    return isItsCopy ? said : undefined;
  }

  /** The object, if it is still the one that was meant. */
  async #stands(
    resource: Resource,
    namespace: string,
    { name, uid }: { readonly name: string; readonly uid?: string },
  ): Promise<KubeObject | undefined> {
    const target = { resource, namespace, name };
    // The cache first, which may be a moment behind; what is not there is asked for again.
    const isIt = (object: KubeObject | undefined) =>
      object && (uid === undefined || object.metadata.uid === uid) ? object : undefined;
    const find = (resourceVersion?: string) =>
      this.#api.get(itself, target, resourceVersion === undefined ? {} : { resourceVersion }).catch(undefinedIfMissing);
    const object = isIt(await find('0')) ?? isIt(await find());
    const going = object?.metadata.deletionTimestamp;
    return going !== undefined && Date.parse(going) + leeway < this.#clock.now() ? undefined : object;
  }
}

function undefinedIfMissing(error: unknown): undefined {
  // A namespace or name that no object can have is 400: nobody's either.
  if (error instanceof ApiError && (error.code === 404 || error.code === 400)) return undefined;
  throw error;
}
