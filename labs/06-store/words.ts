// Words: how operations of a store, and what they come to, are shown in messages: as a program would write them.

import { isDeepStrictEqual } from 'node:util';
import type { Page, Stored, StoreEvent } from '../../core/contracts/store.ts';

/** `put('/a', {"n":1}, {"expect":3})` */
export const operationOf = (method: string, args: readonly unknown[]): string =>
  `${method}(${args
    .filter((arg) => arg !== undefined)
    .map((arg) => (typeof arg === 'string' ? `'${arg}'` : JSON.stringify(arg)))
    .join(', ')})`;

/** An answer, or the name of the error and what it carries. */
export function shown(outcome: { readonly answer: unknown } | { readonly error: Error }): string {
  if ('answer' in outcome) return shownValue(outcome.answer);
  const { error } = outcome;
  return `${error.name} (${error.message})`;
}

export function shownValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (isPage(value)) {
    const items = value.items.map(({ key, modRevision }) => `${key} at ${modRevision}`).join(', ');
    return `[${items}], revision ${value.revision}, more: ${value.more}`;
  }
  if (isStored(value)) {
    const { createRevision, modRevision, version } = value;
    const numbers = `createRevision ${createRevision}, modRevision ${modRevision}, version ${version}`;
    return `${JSON.stringify(value.value)} (${numbers})`;
  }
  return JSON.stringify(value);
}

export const shownEvent = (event: Exclude<StoreEvent, { type: 'progress' }>): string =>
  event.type === 'put'
    ? `put of ${event.stored.key} ${shownValue(event.stored)}, before that ${shownValue(event.previous)}`
    : `delete of ${event.key} at ${event.revision}, before that ${shownValue(event.previous)}`;

/** Whether two answers say the same, whatever classes their objects are of. */
export const isSame = (a: unknown, b: unknown): boolean =>
  isDeepStrictEqual(a, b) || isDeepStrictEqual(plain(a), plain(b));

/** As plain data: what anybody can see of it, and nothing else. */
const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value) ?? 'null');

/** Whether the answer has the fields that the contract promises. */
export function isOfForm(method: string, answer: unknown): boolean {
  if (method === 'get') return answer === undefined || isStored(answer);
  if (method === 'put' || method === 'delete') return isStored(answer);
  if (method === 'list') return isPage(answer) && answer.items.every(isStored);
  return method === 'compact' || typeof answer === 'number';
}

const isPage = (value: unknown): value is Page => {
  const { items, revision, more } = (value ?? {}) as Partial<Page>;
  return Array.isArray(items) && typeof revision === 'number' && typeof more === 'boolean';
};

const isStored = (value: unknown): value is Stored => {
  const { key, value: held, createRevision, modRevision, version } = (value ?? {}) as Partial<Stored>;
  return (
    typeof key === 'string' &&
    typeof held === 'object' &&
    [createRevision, modRevision, version].every((number) => typeof number === 'number')
  );
};
