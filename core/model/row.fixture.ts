// A table's row as kubectl prints it, for the specs of columns.

import type { KubeObject } from './meta.ts';
import type { Resource } from './resource.ts';

export const born = '2026-01-01T00:00:00Z';
/** 5m12s later. */
export const now = Date.parse('2026-01-01T00:05:12Z');
export const metadata = { name: 'web', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: born };

/** The row as kubectl prints it, with columns two spaces apart; `wide` as with `-o wide`. */
export const row = <T extends KubeObject>(resource: Resource<T>, object: unknown, wide = false): string =>
  resource
    .columns!.filter((column) => wide || !column.priority)
    .map((column) => String(column.cell(object as T, now)))
    .join('  ');
