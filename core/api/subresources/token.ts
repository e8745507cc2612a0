// token: a service account's signed proof of who it is, for a while and, if wanted, as long as a pod lives.

import type { WriteOptions } from '../../contracts/api-client.ts';
import type { Caller, NamedTarget } from '../../contracts/api-server.ts';
import type { TokenIssuer, TokenRequest } from '../../contracts/token-issuer.ts';
import type { KubeObject } from '../../model/meta.ts';
import type { Pod } from '../../model/pod.ts';
import { Pods } from '../../model/pod.ts';
import type { Resource } from '../../model/resource.ts';
import { Secrets } from '../../model/secret.ts';
import { badRequest, type Cause, conflict, invalid, notFound } from '../../model/status.ts';
import { validateAll } from '../admit.ts';
import { authorizeVerb } from '../authorize.ts';
import { decode, placeInNamespace } from '../decode.ts';
import { keyFor } from '../keys.ts';
import type { Machinery } from '../machinery.ts';
import { named } from '../update.ts';

const tokenKind = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  plural: 'tokenrequests',
} as const;

/** Seconds. */
const standardLife = 3_600;
const shortestLife = 600;
const longestLife = 2 ** 32;

interface TokenRequestBody extends KubeObject {
  readonly spec?: {
    readonly audiences?: readonly string[];
    readonly expirationSeconds?: number;
    readonly boundObjectRef?: { readonly kind?: string; readonly name?: string; readonly uid?: string };
  };
}

export async function requestToken(
  api: Machinery,
  tokens: TokenIssuer,
  caller: Caller,
  target: NamedTarget,
  body: unknown,
  options: WriteOptions = {},
): Promise<KubeObject> {
  await authorizeVerb(api, caller, 'create', target);
  const { resource, namespace = '', name } = target;
  const stored = await api.store.get(keyFor(resource, namespace, name));
  if (!stored) throw notFound(resource, name);
  const request = named(target, placeInNamespace(target, decode(tokenKind, body, caller, options))) as TokenRequestBody;
  const { expirationSeconds = standardLife, boundObjectRef } = request.spec ?? {};
  const asked = request.spec?.audiences ?? [];
  const audiences = asked.length > 0 ? asked : [tokens.audience];
  const causes = lifeCauses(expirationSeconds);
  if (causes.length > 0) throw invalid(tokenKind, name, causes);
  await validateAll(api.admission, {
    operation: 'CREATE',
    user: caller.user,
    target,
    object: request,
    dryRun: options.dryRun === true,
  });
  const bound = boundObjectRef && (await boundTo(api, target, boundObjectRef));
  const issued = await tokens.issue({
    namespace,
    serviceAccount: name,
    uid: (stored.value as KubeObject).metadata.uid,
    audiences,
    expirationSeconds,
    ...bound,
  });
  const { metadata } = request;
  return {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata,
    spec: { ...request.spec, audiences, expirationSeconds },
    status: { token: issued.token, expirationTimestamp: issued.expirationTimestamp ?? null },
  } as KubeObject;
}

function lifeCauses(seconds: number): Cause[] {
  const refuse = (why: string) => [
    { reason: 'FieldValueInvalid', message: `Invalid value: ${seconds}: ${why}`, field: 'spec.expirationSeconds' },
  ];
  if (seconds < shortestLife) return refuse('may not specify a duration less than 10 minutes');
  return seconds > longestLife ? refuse('may not specify a duration larger than 2^32 seconds') : [];
}

/**
 * What the token is to die with. @throws ApiError 400, 404 or 409
 * In real Kubernetes: a Node as well.
 */
async function boundTo(
  api: Machinery,
  { namespace, name: account }: NamedTarget,
  reference: { readonly kind?: string; readonly name?: string; readonly uid?: string },
): Promise<Pick<TokenRequest, 'pod' | 'secret'>> {
  const { kind = '', name = '', uid: wanted } = reference;
  if (kind !== 'Pod' && kind !== 'Secret') throw badRequest(`cannot bind token to object of type /v1, Kind=${kind}`);
  const resource = (kind === 'Pod' ? Pods : Secrets) as Resource;
  const stored = await api.store.get(keyFor(resource, namespace, name));
  if (!stored) throw notFound(resource, name);
  const { uid } = (stored.value as KubeObject).metadata;
  if (wanted && wanted !== uid) {
    const why = `the UID in the bound object reference (${wanted}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict(resource, name, why);
  }
  if (kind === 'Secret') return { secret: { name, uid } };
  if ((stored.value as Pod).spec.serviceAccountName === account) return { pod: { name, uid } };
  const different = 'to pod running with different serviceaccount name.';
  throw badRequest(`cannot bind token for serviceaccount "${account}" ${different}`);
}
