// TokenIssuer: signs what a service account shows of itself (JSON Web Tokens), and tells a true token from a false one.

import { slot } from '../cluster/token.ts';
import type { UserInfo } from './api-client.ts';

export interface TokenRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly uid: string;
  readonly audiences?: readonly string[];
  /** Seconds; absent: it never expires (token Secrets). */
  readonly expirationSeconds?: number;
  /** The Secret that holds the token, for legacy tokens. */
  readonly secret?: string;
  /** The pod that the token is bound to. */
  readonly pod?: { readonly name: string; readonly uid: string };
}

export interface IssuedToken {
  readonly token: string;
  readonly expirationTimestamp?: string;
}

export interface TokenIssuer {
  issue(request: TokenRequest): Promise<IssuedToken>;
  /** The service account that the token speaks for (`system:serviceaccount:NAMESPACE:NAME`); undefined if it is none of ours or expired. */
  verify(token: string): Promise<UserInfo | undefined>;
}
export const TokenIssuer = slot<TokenIssuer>('TokenIssuer');
