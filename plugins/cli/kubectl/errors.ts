// Errors, in the words of kubectl (kubectl, pkg/cmd/util/helpers.go).

import type { ApiError, StatusReason } from '../../../core/model/status.ts';

export const installPage = 'https://kubernetes.io/docs/tasks/tools/';

/** What the user asked for cannot be done; printed as `error: MESSAGE`. */
export class KubectlError extends Error {
  override readonly name = 'KubectlError';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The server is not there. Its message is all that kubectl prints. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** A word or flag of the real kubectl that this one lacks. */
export const unknownToUs = (what: string): KubectlError =>
  new KubectlError(`the built-in kubectl does not know "${what}"; install kubectl: ${installPage}`);

/** By name: a command that is loaded later may hold a copy of its own of these classes. */
const isA = <E extends Error>(error: unknown, name: string): error is E =>
  error instanceof Error && error.name === name;

/** Whether the server has refused it, for that reason if one is given. */
export const isRefusal = (error: unknown, reason?: StatusReason): error is ApiError =>
  isA<ApiError>(error, 'ApiError') && (reason === undefined || error.reason === reason);

export const exitCodeOf = (error: unknown): number => (isA<KubectlError>(error, 'KubectlError') ? error.exitCode : 1);

/** What kubectl prints when this alone went wrong. */
export function explain(error: unknown): string {
  if (isA<UnreachableError>(error, 'UnreachableError')) return error.message;
  if (!isRefusal(error)) return `error: ${messageOf(error)}`;
  if (error.reason === 'Unauthorized') return 'error: You must be logged in to the server (Unauthorized)';
  return error.reason === 'Invalid' ? whatIsInvalid(error) : messageOf(error);
}

/** What it prints when several things went wrong: a line each. */
export const explainAll = (errors: readonly unknown[]): string =>
  errors.length === 1 ? explain(errors[0]) : errors.map(messageOf).join('\n');

export function messageOf(error: unknown): string {
  if (isRefusal(error)) return `Error from server (${error.reason}): ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** The object by name, and all that is wrong with it. */
function whatIsInvalid({ status, message }: ApiError): string {
  const { kind = '', name = '', causes = [] } = status.details ?? {};
  const head = kind || name ? `The ${kind} "${name}" is invalid` : 'The request is invalid';
  const lines = [...new Set(causes.map((cause) => `${cause.field ?? ''}: ${cause.message}`))];
  if (lines.length === 0) return kind || name ? head : `${head}: ${message}`;
  return lines.length === 1 ? `${head}: ${lines[0]}` : `${head}: \n${lines.map((line) => `* ${line}`).join('\n')}`;
}
