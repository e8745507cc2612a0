// Authentication: who speaks. A bearer token, else a client certificate that the cluster's CA has signed, else nobody in
// particular (system:anonymous). What is shown and not good is 401, never anonymous.

import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { UserInfo } from '../../core/contracts/api-client.ts';
import type { Authenticator, Credentials } from '../../core/contracts/api-server.ts';
import type { TokenIssuer } from '../../core/contracts/token-issuer.ts';
import { unauthorized } from '../../core/model/status.ts';

export const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

export class Authentication {
  readonly #authenticators: readonly Authenticator[];
  readonly #issuer: TokenIssuer | undefined;
  /** A connection shows its certificate once. */
  readonly #ofConnection = new WeakMap<object, Promise<UserInfo>>();

  constructor(authenticators: readonly Authenticator[], issuer: TokenIssuer | undefined) {
    this.#authenticators = authenticators;
    this.#issuer = issuer;
  }

  /** @throws ApiError 401 */
  async user(request: IncomingMessage): Promise<UserInfo> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const token = /^bearer\s+(\S+)$/i.exec(authorization)?.[1];
      const user = token === undefined ? undefined : await this.whoHas(token);
      if (!user) throw unauthorized();
      return user;
    }
    let known = this.#ofConnection.get(request.socket);
    if (!known) {
      known = this.#byCertificate(request.socket as TLSSocket);
      this.#ofConnection.set(request.socket, known);
    }
    return known;
  }

  /** The user that a bearer token speaks for; undefined when it is nobody's. */
  async whoHas(token: string): Promise<UserInfo | undefined> {
    const user = (await this.#ask({ bearerToken: token })) ?? (await this.#issuer?.verify(token));
    return user && authenticated(user);
  }

  async #byCertificate(socket: TLSSocket): Promise<UserInfo> {
    const shown = socket.getPeerCertificate?.();
    if (!shown || Object.keys(shown).length === 0) return anonymous;
    if (!socket.authorized) throw unauthorized();
    const subject = shown.subject as unknown as Record<string, string | string[] | undefined>;
    const certificate = { commonName: [subject.CN ?? []].flat()[0] ?? '', organizations: [subject.O ?? []].flat() };
    const { commonName: name, organizations: groups } = certificate;
    return authenticated((await this.#ask({ certificate })) ?? { name, groups });
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
