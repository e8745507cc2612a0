// Defaults and rules of Secrets (Kubernetes, pkg/apis/core). `stringData` is for writing only: it ends up in `data`.

import { invalidValue, type Problem, required } from './causes.ts';
import { base64Length, base64Problems, immutableProblems, keyProblems, sizeProblems } from './data-rules.ts';
import { fill, without } from './defaults.ts';
import type { StringMap } from './meta.ts';
import type { Secret } from './secret.ts';

/** A text's UTF-8 bytes in base64. */
export const encodeBase64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));

export function defaultSecret(given: Secret): Secret {
  const secret = fill(given, { type: 'Opaque' });
  const { stringData } = secret;
  if (!isTextMap(stringData)) return secret;
  const data: [string, string][] = Object.entries(stringData).map(([key, text]) => [key, encodeBase64(text)]);
  return without(
    { ...secret, data: Object.fromEntries([...Object.entries(secret.data ?? {}), ...data]) },
    'stringData',
  );
}

const isTextMap = (value: unknown): value is StringMap =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((text) => typeof text === 'string');

/** What each type of secret must hold. */
const keysByType: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

export function secretProblems({ metadata, type = '', data }: Secret): readonly Problem[] {
  const problems = [...keyProblems('data', data), ...base64Problems('data', data)];
  const bytes = Object.values(data ?? {}).reduce((sum, value) => sum + (base64Length(value) ?? 0), 0);
  problems.push(...sizeProblems('data', bytes));
  for (const key of keysByType[type] ?? []) {
    if (!Object.hasOwn(data ?? {}, key)) problems.push(required(`data[${key}]`));
  }
  if (type === 'kubernetes.io/basic-auth' && !data?.username && !data?.password) {
    problems.push(required('data[username]'), required('data[password]'));
  }
  const account = 'kubernetes.io/service-account.name';
  if (type === 'kubernetes.io/service-account-token' && !metadata?.annotations?.[account]) {
    problems.push(required(`metadata.annotations[${account}]`));
  }
  return problems;
}

export function secretUpdateProblems(next: Secret, previous: Secret): readonly Problem[] {
  const problems = immutableProblems(next, previous);
  if ((next.type ?? '') !== (previous.type ?? '')) {
    problems.push(invalidValue('type', next.type ?? '', 'field is immutable'));
  }
  return problems;
}
