// Faults: what went wrong in a variant, in words for whoever wrote it.

import { explain } from '../../../plugins/cli/host/source-line.ts';

/** On one line, with the place where there is a file of a person's: `mine.ts:14: TypeError: ...`. */
export function explained(error: unknown, file: string | undefined): string {
  if (file !== undefined) return explain(error, file);
  return error instanceof Error ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}` : String(error);
}

/** What JavaScript says when a frozen object is written to. */
export const isRefusedChange = (error: unknown): boolean =>
  error instanceof TypeError &&
  /^Cannot (assign to read only property|add property|delete property|redefine property|define property)|object is not extensible/.test(
    error.message,
  );
