// pod-template-hash: a short name for a pod template, in the names and labels of ReplicaSets and pods.
//
// In real Kubernetes the hash is taken of Go's way to print the template, so the letters there are others; what counts is
// that equal templates have equal hashes, on every machine and every day.

import type { PodTemplateSpec } from '../model/pod-template.ts';
import { canonical, semanticEqual } from './equality.ts';

export const hashLabel = 'pod-template-hash';

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** @param collisionCount how many templates had this hash before, so that another try gives another hash */
export function templateHash(template: PodTemplateSpec, collisionCount = 0): string {
  const hash = fnv1a(canonical(template) + (collisionCount > 0 ? `#${collisionCount}` : ''));
  return [...String(hash)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
}

/** Whether two templates make the same pods; the hash label, which only ReplicaSets carry, does not count. */
export const sameTemplate = (a: PodTemplateSpec, b: PodTemplateSpec): boolean =>
  semanticEqual(withoutHash(a), withoutHash(b));

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [hashLabel]: hash, ...labels } = template.metadata?.labels ?? {};
  return hash === undefined ? template : { ...template, metadata: { ...template.metadata, labels } };
}

/** FNV-1a, 32 bits, over UTF-8. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
