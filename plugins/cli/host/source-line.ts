// Source line: where in a person's file something happened: `mine.ts:14`.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The topmost line of an error's stack (source maps applied) that is in the file or beside it; undefined when none is.
 * @param file absolute path
 */
export function lineIn(stack: string, file: string): string | undefined {
  const folder = path.dirname(file);
  for (const line of stack.split('\n')) {
    const match = /(file:\/\/[^\s)]+|(?:[A-Za-z]:)?[\\/][^():]+):(\d+)(?::\d+)?\)?$/.exec(line.trim());
    if (!match?.[1]) continue;
    const at = match[1].startsWith('file:') ? fileURLToPath(match[1].replace(/\?.*$/, '')) : match[1];
    if (at === file || (path.dirname(at) === folder && !at.includes('node_modules'))) {
      return `${path.basename(at)}:${match[2]}`;
    }
  }
  return undefined;
}

/** What went wrong in a person's file, on one line, with the place. */
export function explain(error: unknown, file: string): string {
  if (!(error instanceof Error)) return `${path.basename(file)} threw ${String(error)}`;
  // esbuild: "Transform failed with 1 error:\n/path/mine.ts:1:31: ERROR: Expected ..."
  const compile = /^(.*):(\d+):(\d+): ERROR: (.*)$/m.exec(error.message);
  if (compile) return `${path.basename(compile[1] ?? file)}:${compile[2]}:${compile[3]}: ${compile[4]}`;
  const at = lineIn(error.stack ?? '', file) ?? path.basename(file);
  const name = error.name === 'Error' ? '' : `${error.name}: `;
  return `${at}: ${name}${error.message.split('\n')[0]}`;
}
