// JWT token issuer: what a service account shows of itself, signed with a key that only the cluster has. The claims are
// those of Kubernetes' bound tokens (pkg/serviceaccount): who, for whom, until when, bound to which pod or Secret.
// Always true: a token is good if this key has signed it, for one of our audiences, and its time has not come, by the
// cluster's Clock; whatever else is said about it.

import type { Clock } from '../../core/contracts/clock.ts';
import { timestamp } from '../../core/contracts/clock.ts';
import type { IssuedToken, TokenIssuer, TokenRequest, VerifiedToken } from '../../core/contracts/token-issuer.ts';

export interface JwtTokenIssuerOptions {
  readonly clock: Clock;
  /** `iss` of every token, and its audience when none is asked for. */
  readonly issuer?: string;
  /** Private key, PKCS #8 in PEM, P-256 (ES256) or RSA (RS256); a new P-256 key unless told. */
  readonly key?: string;
}

interface Keys {
  readonly algorithm: 'ES256' | 'RS256';
  readonly sign: CryptoKey;
  readonly verify: CryptoKey;
}

interface KubernetesClaims {
  readonly namespace: string;
  readonly serviceaccount: { readonly name: string; readonly uid: string };
  readonly pod?: { readonly name: string; readonly uid: string };
  readonly secret?: { readonly name: string; readonly uid?: string };
}

export class JwtTokenIssuer implements TokenIssuer {
  readonly #clock: Clock;
  readonly #issuer: string;
  readonly #pem: string | undefined;
  #keys: Promise<Keys> | undefined;

  constructor({ clock, issuer = 'https://kubernetes.default.svc.cluster.local', key }: JwtTokenIssuerOptions) {
    this.#clock = clock;
    this.#issuer = issuer;
    this.#pem = key;
  }

  issue(request: TokenRequest): Promise<IssuedToken> {
    // Signing takes real turns of the event loop: virtual time waits for it.
    return this.#clock.hold(this.#issue(request));
  }

  get audience(): string {
    return this.#issuer;
  }

  verify(token: string, audiences?: readonly string[]): Promise<VerifiedToken | undefined> {
    const wanted = audiences && audiences.length > 0 ? audiences : [this.#issuer];
    return this.#clock.hold(this.#verify(token, wanted));
  }

  async #issue({
    namespace,
    serviceAccount,
    uid,
    audiences,
    expirationSeconds,
    secret,
    pod,
  }: TokenRequest): Promise<IssuedToken> {
    const { SignJWT } = await import('jose');
    const { algorithm, sign } = await this.#ready();
    const now = Math.floor(this.#clock.now() / 1000);
    const claims: KubernetesClaims = {
      namespace,
      serviceaccount: { name: serviceAccount, uid },
      ...(pod && { pod }),
      ...(secret !== undefined && { secret: typeof secret === 'string' ? { name: secret } : secret }),
    };
    const jwt = new SignJWT({ 'kubernetes.io': claims })
      .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
      .setIssuer(this.#issuer)
      .setSubject(userName(namespace, serviceAccount))
      .setAudience(audiences && audiences.length > 0 ? [...audiences] : [this.#issuer])
      .setIssuedAt(now)
      .setNotBefore(now);
    if (expirationSeconds === undefined) return { token: await jwt.sign(sign) };
    const end = now + expirationSeconds;
    return {
      token: await jwt.setExpirationTime(end).sign(sign),
      expirationTimestamp: timestamp({ now: () => end * 1000 }),
    };
  }

  async #verify(token: string, wanted: readonly string[]): Promise<VerifiedToken | undefined> {
    const { jwtVerify, errors } = await import('jose');
    const { algorithm, verify } = await this.#ready();
    try {
      const { payload } = await jwtVerify(token, verify, {
        algorithms: [algorithm],
        issuer: this.#issuer,
        audience: [...wanted],
        currentDate: new Date(this.#clock.now()),
      });
      const { namespace, serviceaccount, pod, secret } = payload['kubernetes.io'] as KubernetesClaims;
      const meant = [payload.aud ?? []].flat();
      return {
        user: {
          name: userName(namespace, serviceaccount.name),
          uid: serviceaccount.uid,
          groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
          ...(pod && { extra: { [`${extra}/pod-name`]: [pod.name], [`${extra}/pod-uid`]: [pod.uid] } }),
        },
        audiences: wanted.filter((audience) => meant.includes(audience)),
        namespace,
        serviceAccount: serviceaccount,
        ...(pod && { pod }),
        ...(secret && { secret }),
      };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  #ready(): Promise<Keys> {
    this.#keys ??= this.#pem === undefined ? newKeys() : keysOf(this.#pem);
    return this.#keys;
  }
}

/** What a user's extra attributes begin with, that authentication knows. */
const extra = 'authentication.kubernetes.io';

const userName = (namespace: string, serviceAccount: string) => `system:serviceaccount:${namespace}:${serviceAccount}`;

async function newKeys(): Promise<Keys> {
  const { generateKeyPair } = await import('jose');
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  return { algorithm: 'ES256', sign: privateKey, verify: publicKey };
}

/** @throws Error when the key is neither P-256 nor RSA */
async function keysOf(pem: string): Promise<Keys> {
  const { exportJWK, importJWK, importPKCS8 } = await import('jose');
  for (const algorithm of ['ES256', 'RS256'] as const) {
    const sign = await importPKCS8(pem, algorithm, { extractable: true }).catch(() => undefined);
    if (!sign) continue;
    // The public half alone: what is left of the key without its private members.
    const { kty, crv, x, y, n, e } = await exportJWK(sign);
    const half = Object.fromEntries(
      Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined),
    );
    return { algorithm, sign, verify: (await importJWK(half, algorithm)) as CryptoKey };
  }
  throw new Error('the signing key of service account tokens must be a P-256 or RSA private key, PKCS #8 in PEM');
}
