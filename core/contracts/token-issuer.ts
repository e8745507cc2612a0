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
  /** The Secret that the token is bound to; without a uid, the one that holds the token (legacy tokens). */
  readonly secret?: string | { readonly name: string; readonly uid: string };
  /** The pod that the token is bound to. */
  readonly pod?: { readonly name: string; readonly uid: string };
}

export interface IssuedToken {
  readonly token: string;
  readonly expirationTimestamp?: string;
}

/** What a true token says. Whether what it is bound to is still there, its reader has to look up. */
export interface VerifiedToken {
  /** The service account that it speaks for: `system:serviceaccount:NAMESPACE:NAME`. */
  readonly user: UserInfo;
  /** Those of the wanted audiences that it is meant for. */
  readonly audiences: readonly string[];
  readonly namespace: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string };
  readonly pod?: { readonly name: string; readonly uid: string };
  readonly secret?: { readonly name: string; readonly uid?: string };
}

export interface TokenIssuer {
  /** The audience of tokens that ask for none: the API server. */
  readonly audience: string;
  issue(request: TokenRequest): Promise<IssuedToken>;
  /**
   * What the token says; undefined if it is none of ours, expired, or meant for others.
   * @param audiences any of them will do; the API server's own unless told
   */
  verify(token: string, audiences?: readonly string[]): Promise<VerifiedToken | undefined>;
}
export const TokenIssuer = slot<TokenIssuer>('TokenIssuer');
