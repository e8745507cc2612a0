// Tokens controller: a Secret of type kubernetes.io/service-account-token, made by hand for an account, gets the account's
// token, the cluster's certificate and its namespace; when the account goes, it goes. (Pods do not need such Secrets:
// they get short-lived tokens of their own by the TokenRequest API.)
// In Kubernetes: pkg/controller/serviceaccount/tokens_controller.go.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import type { ClusterCa } from '../../core/contracts/cluster-ca.ts';
import {
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import type { TokenIssuer } from '../../core/contracts/token-issuer.ts';
import { from } from '../../core/control/sources.ts';
import { keyOf, type StringMap } from '../../core/model/meta.ts';
import { type Secret, Secrets } from '../../core/model/secret.ts';
import { type ServiceAccount, ServiceAccounts } from '../../core/model/service-account.ts';
import { ApiError } from '../../core/model/status.ts';

const tokenType = 'kubernetes.io/service-account-token';
const accountName = 'kubernetes.io/service-account.name';
const accountUid = 'kubernetes.io/service-account.uid';

export interface TokensControllerOptions {
  readonly client: ApiClient;
  readonly tokens: TokenIssuer;
  /** Without one, Secrets have no `ca.crt`. */
  readonly ca?: ClusterCa;
  readonly clock: Clock;
}

export class TokensController implements Controller {
  readonly name = 'serviceaccount-token';
  readonly #options: TokensControllerOptions;
  #secrets!: Informer<Secret>;
  #accounts!: Informer<ServiceAccount>;

  constructor(options: TokensControllerOptions) {
    this.#options = options;
  }

  sources(informers: Informers): readonly Source[] {
    this.#accounts = informers.of(ServiceAccounts);
    this.#secrets = informers.of(Secrets, {
      fieldSelector: `type=${tokenType}`,
      indexes: { account: (secret) => [accountKeyOf(secret)] },
    });
    return [
      from(this.#secrets, ({ type, object }) => (type === 'apply' ? [keyOf(object)] : [])),
      from(this.#accounts, ({ object }) => this.#secrets.by('account', keyOf(object)).map(keyOf)),
    ];
  }

  /** @param key of the Secret */
  async reconcile(key: string): Promise<Result> {
    const secret = this.#secrets.get(key);
    if (!secret || secret.type !== tokenType || secret.metadata.deletionTimestamp !== undefined) return done;
    const secrets = this.#options.client.of(Secrets).in(secret.metadata.namespace ?? '');
    const account = await this.#accountOf(secret);
    if (!account) {
      const { uid, resourceVersion } = secret.metadata;
      await secrets.delete(secret.metadata.name, { preconditions: { uid, resourceVersion } }).catch(ignoreStale);
      return done;
    }
    const data = await this.#dataFor(secret, account);
    const annotations = { ...secret.metadata.annotations, [accountUid]: account.metadata.uid };
    const complete = sameText(secret.data, data) && sameText(secret.metadata.annotations, annotations);
    if (!complete) await secrets.update({ ...secret, metadata: { ...secret.metadata, annotations }, data });
    return done;
  }

  /** The account that the Secret names, unless it is another one than the one it was filled for. */
  async #accountOf(secret: Secret): Promise<ServiceAccount | undefined> {
    const fits = (account: ServiceAccount | undefined) => {
      const uid = secret.metadata.annotations?.[accountUid];
      return account && (!uid || uid === account.metadata.uid) ? account : undefined;
    };
    const cached = fits(this.#accounts.get(accountKeyOf(secret)));
    if (cached) return cached;
    // The cache may not know the account yet: nothing is deleted before the API itself was asked.
    try {
      const accounts = this.#options.client.of(ServiceAccounts).in(secret.metadata.namespace ?? '');
      return fits(await accounts.get(secret.metadata.annotations?.[accountName] ?? ''));
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  }

  async #dataFor(secret: Secret, account: ServiceAccount): Promise<StringMap> {
    const { ca, tokens, clock } = this.#options;
    const namespace = account.metadata.namespace ?? '';
    const issue = () =>
      // A signature needs real turns of the event loop.
      clock.hold(
        tokens.issue({
          namespace,
          serviceAccount: account.metadata.name,
          uid: account.metadata.uid,
          secret: secret.metadata.name,
        }),
      );
    return {
      ...secret.data,
      ...(ca && { 'ca.crt': base64(ca.certificate) }),
      namespace: base64(namespace),
      token: secret.data?.token || base64((await issue()).token),
    };
  }
}

const accountKeyOf = ({ metadata }: Secret): string =>
  `${metadata.namespace}/${metadata.annotations?.[accountName] ?? ''}`;

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

const sameText = (a: StringMap = {}, b: StringMap): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(b).every(([key, value]) => a[key] === value);

/** Gone, or changed meanwhile: then the change brings the key back. */
function ignoreStale(error: unknown): void {
  if (!(error instanceof ApiError) || (error.code !== 404 && error.code !== 409)) throw error;
}
