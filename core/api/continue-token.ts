// Continue token: where the next page of a list begins, and at which revision, as Kubernetes writes it: base64url of
// {"v":"meta.k8s.io/v1","rv":5,"start":"default/web\u0000"}. Revision -1: as of now, whatever changed since.
// In real Kubernetes: apiserver/pkg/storage/continue.go.

import type { Revision } from '../contracts/store.ts';
import { badRequest } from '../model/status.ts';

export interface ContinueToken {
  readonly revision: Revision | -1;
  /** The last key of the page before, without the kind's prefix. */
  readonly after: string;
}

export function encodeContinue({ revision, after }: ContinueToken): string {
  const json = JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${after}\u0000` });
  const bytes = String.fromCharCode(...new TextEncoder().encode(json));
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @throws ApiError 400 */
export function decodeContinue(text: string): ContinueToken {
  const refuse = (why: string) => badRequest(`continue key is not valid: ${why}`);
  let token: { v?: unknown; rv?: unknown; start?: unknown };
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    token = JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))) ?? {};
  } catch {
    throw refuse('it cannot be decoded');
  }
  if (token.v !== 'meta.k8s.io/v1') throw refuse('server does not recognize this encoded version');
  if (typeof token.rv !== 'number' || !Number.isInteger(token.rv) || token.rv === 0 || token.rv < -1) {
    throw refuse('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  }
  if (typeof token.start !== 'string' || token.start === '') throw refuse('encoded start key empty');
  const after = token.start.endsWith('\u0000') ? token.start.slice(0, -1) : token.start;
  if (after.split('/').includes('..')) throw refuse('encoded start key contains ..');
  return { revision: token.rv, after };
}
