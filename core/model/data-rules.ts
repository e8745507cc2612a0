// What ConfigMaps and Secrets have in common: named data, at most 1 MiB, immutable on request.

import { invalidValue, notAllowed, type Problem, tooLong } from './causes.ts';
import { equal } from './equal.ts';
import { configKeyProblems } from './label-rules.ts';
import type { StringMap } from './meta.ts';

/** Of all values together, in bytes. */
export const maxDataBytes = 1024 * 1024;

export const keyProblems = (field: string, data: StringMap | undefined): Problem[] =>
  Object.keys(data ?? {}).flatMap((key) =>
    configKeyProblems(key).map((wrong) => invalidValue(`${field}[${key}]`, key, wrong)),
  );

/** Length of a text in UTF-8. */
export const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

/** Bytes that a base64 text stands for; undefined: it is none. */
export function base64Length(text: string): number | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
}

/** What is wrong with values that must be base64. */
export const base64Problems = (field: string, data: StringMap | undefined): Problem[] =>
  Object.entries(data ?? {}).flatMap(([key, value]) =>
    base64Length(value) === undefined ? [invalidValue(`${field}[${key}]`, value, 'must be base64 encoded')] : [],
  );

export const sizeProblems = (field: string, bytes: number): Problem[] =>
  bytes > maxDataBytes ? [tooLong(field, maxDataBytes)] : [];

interface HasData {
  readonly immutable?: boolean;
  readonly data?: StringMap;
  readonly binaryData?: StringMap;
}

/** What changed in data that was declared immutable. */
export function immutableProblems(next: HasData, previous: HasData): Problem[] {
  if (!previous.immutable) return [];
  const detail = 'field is immutable when `immutable` is set';
  const problems: Problem[] = [];
  if (!next.immutable) problems.push(notAllowed('immutable', detail));
  if (!equal(next.data ?? {}, previous.data ?? {})) problems.push(notAllowed('data', detail));
  if (!equal(next.binaryData ?? {}, previous.binaryData ?? {})) problems.push(notAllowed('binaryData', detail));
  return problems;
}
