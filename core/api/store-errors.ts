// Store errors: what the API answers when the store does not do what the API asks of it. Codes and reasons are Kubernetes'
// (apiserver, pkg/endpoints/handlers/responsewriters/status.go): what the store says itself goes on as it is, 500 without
// a reason; a store that cannot be reached is 503; one that does not answer in time is 504, and what was asked may have
// happened.
// To components such an answer is no bug of theirs: they try again, as they do with every other refusal.

import { StoreFailure, TooLarge } from '../contracts/store.ts';
import { ApiError, internalError } from '../model/status.ts';

/** The answer to a failure of the store; undefined: it is none. */
function answerTo(error: unknown): ApiError | undefined {
  if (error instanceof TooLarge) return new ApiError(500, undefined, error.message);
  if (!(error instanceof StoreFailure)) return undefined;
  const { kind, message } = error;
  if (kind === 'unavailable') return new ApiError(503, 'ServiceUnavailable', message);
  if (kind === 'refused') return new ApiError(500, undefined, message);
  return new ApiError(504, 'Timeout', `Timeout: request did not complete within requested timeout - ${message}`);
}

/** A failure of the store as an ApiError; any other error as it is. */
export const withoutStoreErrors = (error: unknown): unknown => answerTo(error) ?? error;

/** Any error as an ApiError. */
export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : (answerTo(error) ?? internalError(error));
