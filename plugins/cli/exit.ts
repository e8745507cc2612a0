// Exit codes: 0 done; 1 the user's own work is wrong (a plugin that does not compile); 2 wrong use; 3 the environment, or
// Kubelab itself, failed. Errors name the object, what was wanted and what to do; a stack is shown only for our own bugs.

import { ConfigurationError } from '../../core/cluster/configuration-error.ts';
import { StoreFailure } from '../../core/contracts/store.ts';

/** A person's plugin file is wrong: it does not compile, throws, exports no plugin, does not start. */
export class PluginFileError extends Error {
  override readonly name = 'PluginFileError';
}

/** The machine does not let us: no permission, no program, no cluster of that name. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** An error that a cluster in another process told us, with the exit code that it has there. */
export class ToldError extends Error {
  override readonly name = 'ToldError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof ToldError) return error.exitCode;
  if (error instanceof PluginFileError) return 1;
  if (error instanceof ConfigurationError) return 2;
  return 3;
}

/** Prints what went wrong, for a person. */
export function fail(error: unknown): void {
  const expected =
    error instanceof ConfigurationError ||
    error instanceof PluginFileError ||
    error instanceof EnvironmentError ||
    error instanceof ToldError ||
    error instanceof StoreFailure ||
    (error instanceof Error && 'code' in error);
  console.error(expected || !(error instanceof Error) ? `error: ${(error as Error).message ?? error}` : error);
}
