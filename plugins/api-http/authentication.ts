// Authentication: who speaks. A bearer token, else a client certificate that the cluster's CA has signed, else nobody in
// particular (system:anonymous). What is shown and not good is 401, never anonymous.

import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { UserInfo } from '../../core/contracts/api-client.ts';
import type { Authenticator, Credentials } from '../../core/contracts/api-server.ts';
import { unauthorized } from '../../core/model/status.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

export const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Whom a token speaks for, and which of the wanted audiences it is meant for. */
export interface Bearer {
  readonly user: UserInfo;
  readonly audiences: readonly string[];
}

/** Who can tell service accounts' tokens, and what the API server is called among audiences. */
export interface AccountTokens {
  readonly audience: string;
  readonly tokens: Pick<ServiceAccountTokens, 'verify'>;
}

export class Authentication {
  readonly #authenticators: readonly Authenticator[];
  readonly #accounts: AccountTokens | undefined;
  /** A connection shows its certificate once. */
  readonly #ofConnection = new WeakMap<object, Promise<UserInfo>>();

  constructor(authenticators: readonly Authenticator[], accounts: AccountTokens | undefined) {
    this.#authenticators = authenticators;
    this.#accounts = accounts;
  }

  /** @throws ApiError 401 */
  async user(request: IncomingMessage): Promise<UserInfo> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const token = /^bearer\s+(\S+)$/i.exec(authorization)?.[1];
      const bearer = token === undefined ? undefined : await this.whoHas(token);
      if (!bearer) throw unauthorized();
      return bearer.user;
    }
    let known = this.#ofConnection.get(request.socket);
    if (!known) {
      known = this.#byCertificate(request.socket as TLSSocket);
      this.#ofConnection.set(request.socket, known);
    }
    return known;
  }

  /**
   * Whom a bearer token speaks for; undefined when it is nobody's, or meant for none of these.
   * @param audiences the API server unless told
   */
  async whoHas(token: string, audiences: readonly string[] = []): Promise<Bearer | undefined> {
    const own = this.#accounts ? [this.#accounts.audience] : [];
    const known = await this.#ask({ bearerToken: token });
    if (known) {
      // Who knows no audiences speaks for the API server.
      const meant = audiences.length === 0 ? own : own.filter((audience) => audiences.includes(audience));
      return audiences.length > 0 && meant.length === 0 ? undefined : { user: authenticated(known), audiences: meant };
    }
    const said = await this.#accounts?.tokens.verify(token, audiences.length > 0 ? audiences : own);
    return said && { user: authenticated(said.user), audiences: said.audiences };
  }

  async #byCertificate(socket: TLSSocket): Promise<UserInfo> {
    const shown = socket.getPeerCertificate?.();
    if (!shown || Object.keys(shown).length === 0) return anonymous;
    if (!socket.authorized) throw unauthorized();
    const subject = shown.subject as unknown as Record<string, string | string[] | undefined>;
    const certificate = { commonName: [subject.CN ?? []].flat()[0] ?? '', organizations: [subject.O ?? []].flat() };
    const { commonName: name, organizations: groups } = certificate;
    // Which of a user's certificates it was: its SHA-256, as `kubectl auth whoami` shows it.
    const shows = `X509SHA256=${shown.fingerprint256.replaceAll(':', '').toLowerCase()}`;
    const extra = { 'authentication.kubernetes.io/credential-id': [shows] };
    return authenticated((await this.#ask({ certificate })) ?? { name, groups, extra });
  }

  async #ask(credentials: Credentials): Promise<UserInfo | undefined> {
    for (const authenticator of this.#authenticators) {
      const user = await authenticator.authenticate(credentials);
      if (user) return user;
    }
    return undefined;
  }
}

const authenticated = (user: UserInfo): UserInfo =>
  user.groups.includes('system:authenticated') ? user : { ...user, groups: [...user.groups, 'system:authenticated'] };
