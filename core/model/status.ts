// Status: how the API says no. Kubernetes' codes, reasons and messages (apimachinery, pkg/api/errors).
// `ApiError` is the only error that crosses the API, in process and over HTTP.

import { qualifiedName } from './resource.ts';

/** Machine-readable reason; `reason` in `Status`. */
export type StatusReason =
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Expired'
  | 'Invalid'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'UnsupportedMediaType'
  | 'RequestEntityTooLarge'
  | 'TooManyRequests'
  | 'Timeout'
  | 'ServerTimeout'
  | 'InternalError'
  | 'ServiceUnavailable';

/** One thing that is wrong with an object. */
export interface Cause {
  /** `FieldValueRequired`, `FieldValueInvalid`, `FieldValueNotSupported`, `FieldValueForbidden`, `FieldValueDuplicate`, ... */
  readonly reason: string;
  readonly message: string;
  /** Path from the object: `spec.containers[0].image`. */
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: { readonly continue?: string; readonly resourceVersion?: string };
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: StatusReason;
  readonly details?: StatusDetails;
  readonly code?: number;
}

interface Named {
  readonly group: string;
  readonly plural: string;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: Status;

  constructor(
    code: number,
    /** Absent where Kubernetes gives none: `the store said no`. */
    reason: StatusReason | undefined,
    message: string,
    details?: StatusDetails,
    metadata: Status['metadata'] = {},
  ) {
    super(message);
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      ...(reason && { reason }),
      ...(details && { details }),
      code,
    };
  }

  get code(): number {
    return this.status.code ?? 500;
  }

  get reason(): StatusReason {
    return this.status.reason ?? 'InternalError';
  }

  /** The error that a server's `Status` stands for. */
  static from(status: Status): ApiError {
    return new ApiError(
      status.code ?? 500,
      status.reason ?? 'InternalError',
      status.message ?? 'the server said no and did not say why',
      status.details,
      status.metadata,
    );
  }
}

const about = (of: Named, name?: string): StatusDetails => ({
  ...(name !== undefined && { name }),
  ...(of.group !== '' && { group: of.group }),
  kind: of.plural,
});

export const notFound = (of: Named, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${qualifiedName(of)} "${name}" not found`, about(of, name));

export const alreadyExists = (of: Named, name: string): ApiError =>
  new ApiError(409, 'AlreadyExists', `${qualifiedName(of)} "${name}" already exists`, about(of, name));

export const conflict = (
  of: Named,
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
): ApiError =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedName(of)} "${name}": ${why}`,
    about(of, name),
  );

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);

/** 422 with each cause; the message lists them as Kubernetes does: one alone, several in brackets. */
export function invalid(
  of: { readonly group: string; readonly kind: string },
  name: string,
  causes: readonly Cause[],
): ApiError {
  const lines = causes.map((cause) => (cause.field ? `${cause.field}: ${cause.message}` : cause.message));
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  const kind = of.group === '' ? of.kind : `${of.kind}.${of.group}`;
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${text}`, {
    name,
    ...(of.group !== '' && { group: of.group }),
    kind: of.kind,
    causes,
  });
}

export const forbidden = (of: Named, name: string, why: string): ApiError =>
  new ApiError(403, 'Forbidden', `${qualifiedName(of)} "${name}" is forbidden: ${why}`, about(of, name));

export const unauthorized = (): ApiError => new ApiError(401, 'Unauthorized', 'Unauthorized');

/** 410: a list or watch asked for a revision that is compacted. */
export const expired = (message: string, continueToken?: string): ApiError =>
  new ApiError(410, 'Expired', message, undefined, continueToken === undefined ? {} : { continue: continueToken });

export const methodNotSupported = (of: Named, verb: string): ApiError =>
  new ApiError(
    405,
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind "${qualifiedName(of)}"`,
    about(of),
  );

export const internalError = (error: unknown): ApiError =>
  new ApiError(
    500,
    'InternalError',
    `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`,
  );
