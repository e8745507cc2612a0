// Query: the parameters after the '?', as the options of each verb. Names and errors are Kubernetes' (apimachinery,
// pkg/apis/meta/v1 and its validation).

import type { GetOptions, ListOptions, WatchOptions, WriteOptions } from '../../core/contracts/api-client.ts';
import type { LogOptions } from '../../core/contracts/kubelet-connection.ts';
import { type ApiError, badRequest, type Cause, invalid } from '../../core/model/status.ts';

/** As Go's strconv.ParseInt says it. @throws ApiError 400 */
export function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  return value;
}

/** Present and not "false" or "0" is true: `?watch` and `?watch=1` alike. */
export function boolean(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && text.toLowerCase() !== 'false' && text !== '0';
}

export const text = (query: URLSearchParams, name: string): string | undefined => query.get(name) || undefined;

/** Leaves out what was not said, so that "absent" stays absent. */
export function said<T extends object>(options: { [K in keyof T]: T[K] | undefined }): T {
  const all: Partial<T> = {};
  for (const name in options) if (options[name] !== undefined) all[name] = options[name];
  return all as T;
}

export const refuse = (options: string, field: string, reason: string, message: string): ApiError =>
  invalid({ group: 'meta.k8s.io', kind: options }, '', [{ reason, field, message } satisfies Cause]);

export const quoted = (values: readonly string[]) => values.map((value) => JSON.stringify(value)).join(', ');

export function oneOf<T extends string>(
  options: string,
  field: string,
  value: string | undefined,
  allowed: readonly T[],
) {
  if (value === undefined || (allowed as readonly string[]).includes(value)) return value as T | undefined;
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${quoted(allowed)}`;
  throw refuse(options, field, 'FieldValueNotSupported', message);
}

/** `dryRun` may be given several times; all must be `All`. */
export function dryRun(options: string, values: readonly unknown[]): true | undefined {
  for (const value of values) oneOf(options, 'dryRun', String(value), ['All']);
  return values.length > 0 ? true : undefined;
}

export const getOptions = (query: URLSearchParams): GetOptions =>
  said<GetOptions>({ resourceVersion: text(query, 'resourceVersion') });

/** @throws ApiError 422 for what only a watch can be asked for. */
export function listOptions(query: URLSearchParams): ListOptions {
  if (query.has('sendInitialEvents'))
    throw refuse(
      'ListOptions',
      'sendInitialEvents',
      'FieldValueForbidden',
      'Forbidden: sendInitialEvents is forbidden for list',
    );
  return selection(query);
}

function selection(query: URLSearchParams): ListOptions {
  const match = oneOf('ListOptions', 'resourceVersionMatch', text(query, 'resourceVersionMatch'), [
    'Exact',
    'NotOlderThan',
  ]);
  integer(query, 'timeoutSeconds');
  return said<ListOptions>({
    ...getOptions(query),
    labelSelector: text(query, 'labelSelector'),
    fieldSelector: text(query, 'fieldSelector'),
    limit: integer(query, 'limit') || undefined,
    continue: text(query, 'continue'),
    resourceVersionMatch: match,
  });
}

/** @throws ApiError 422 where Kubernetes forbids the combination. */
export function watchOptions(query: URLSearchParams): WatchOptions {
  const { labelSelector, fieldSelector, resourceVersion, resourceVersionMatch } = selection(query);
  const sendInitialEvents = query.has('sendInitialEvents') ? boolean(query, 'sendInitialEvents') : undefined;
  if (sendInitialEvents !== undefined && resourceVersionMatch !== 'NotOlderThan')
    throw refuse(
      'ListOptions',
      'resourceVersionMatch',
      'FieldValueForbidden',
      'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    );
  if (sendInitialEvents === undefined && resourceVersionMatch !== undefined)
    throw refuse(
      'ListOptions',
      'resourceVersionMatch',
      'FieldValueForbidden',
      'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  return said<WatchOptions>({
    labelSelector,
    fieldSelector,
    resourceVersion,
    allowWatchBookmarks: boolean(query, 'allowWatchBookmarks') || undefined,
    timeoutSeconds: integer(query, 'timeoutSeconds') || undefined,
    sendInitialEvents,
  });
}

/** @param options `CreateOptions`, `UpdateOptions`, `PatchOptions`: named in refusals */
export function writeOptions(options: string, query: URLSearchParams): WriteOptions {
  const fieldManager = text(query, 'fieldManager');
  if (fieldManager !== undefined && fieldManager.length > 128)
    throw refuse(options, 'fieldManager', 'FieldValueTooLong', 'Too long: may not be more than 128 bytes');
  return said<WriteOptions>({
    fieldManager,
    fieldValidation: oneOf(options, 'fieldValidation', text(query, 'fieldValidation') ?? 'Warn', [
      'Ignore',
      'Warn',
      'Strict',
    ]),
    dryRun: dryRun(options, query.getAll('dryRun')),
  });
}

/** @throws ApiError 422 for combinations and values that Kubernetes refuses (core/validation, ValidatePodLogOptions). */
export function logOptions(query: URLSearchParams): LogOptions {
  const numbers = { tailLines: 0, sinceSeconds: 1, limitBytes: 1 };
  const causes: Cause[] = [];
  for (const [field, least] of Object.entries(numbers)) {
    const value = integer(query, field);
    if (value !== undefined && value < least)
      causes.push({
        reason: 'FieldValueInvalid',
        field,
        message: `Invalid value: ${value}: must be greater than${least === 0 ? ' or equal to' : ''} 0`,
      });
  }
  if (query.has('sinceSeconds') && query.has('sinceTime'))
    causes.push({
      reason: 'FieldValueForbidden',
      message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    });
  if (causes.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, '', causes);
  return said<LogOptions>({
    container: text(query, 'container'),
    follow: boolean(query, 'follow') || undefined,
    previous: boolean(query, 'previous') || undefined,
    timestamps: boolean(query, 'timestamps') || undefined,
    tailLines: integer(query, 'tailLines'),
    sinceSeconds: integer(query, 'sinceSeconds'),
    sinceTime: text(query, 'sinceTime'),
    limitBytes: integer(query, 'limitBytes'),
  });
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
