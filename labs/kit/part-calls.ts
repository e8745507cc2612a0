// Part calls: each write call of the student's part, with the line of their file that it came from, what came of it, and
// what the part did not know when it made it.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type KubeObject, keyOf } from '../../core/model/meta.ts';
import type { Call } from '../../core/testing/faulty-client.ts';
import { lineIn } from '../../plugins/cli/host/source-line.ts';
import type { Line } from './lab.ts';

export interface PartCall {
  /** Seconds of virtual time since the check began. */
  readonly at: number;
  /** `create`, `delete`, `status update`, `binding post`, ... */
  readonly verb: string;
  readonly kind: string;
  /** `default/web-4`; of a create whose name the server makes, only known once it is answered. */
  readonly key: string;
  /** Where in the student's file; undefined where none of its lines asked for it (a scheduler is asked, it does not call). */
  readonly line: Line | undefined;
  /** `pending`, `done`, or the ApiError's reason: `Conflict`, `Timeout`, ... */
  readonly outcome: string;
  /** Objects of the cluster that the part's caches did not show when it made the call: `Pod default/web-3`. */
  readonly lacked: readonly string[];
}

/** Whether the call is one that a student means as a change of the cluster: events are only said. */
export const isChange = (call: Call): boolean => call.isWrite && call.resource.plural !== 'events';

export function keyOfCall({ namespace, name, resource }: Call): string {
  const short = name ?? `(new ${resource.kind})`;
  return namespace === undefined ? short : `${namespace}/${short}`;
}

export class RecordedCall implements PartCall {
  readonly at: number;
  readonly verb: string;
  readonly kind: string;
  readonly lacked: readonly string[];
  key: string;
  outcome = 'pending';
  readonly #origin: Error;
  readonly #file: string;
  #line: Line | undefined | 'unknown' = 'unknown';

  /** @param origin an error made where the call was made: its stack is read when somebody asks for the line */
  constructor(call: Call, at: number, file: string, origin: Error, lacked: readonly string[]) {
    this.at = at;
    this.verb = call.verb;
    this.kind = call.resource.kind;
    this.key = keyOfCall(call);
    this.lacked = lacked;
    this.#origin = origin;
    this.#file = file;
  }

  get line(): Line | undefined {
    // Finding a line in the source costs a hundred times as much as the call itself.
    if (this.#line === 'unknown') this.#line = lineOf(this.#origin, this.#file);
    return this.#line;
  }

  /** @param answer what the server said: it knows the names that it made */
  succeed(answer: unknown): void {
    this.outcome = 'done';
    const { metadata } = (answer ?? {}) as Partial<KubeObject>;
    if (this.verb === 'create' && metadata?.name) this.key = keyOf({ metadata });
  }

  fail(error: unknown): void {
    this.outcome = (error as { reason?: string }).reason ?? String(error);
  }
}

/** The topmost line of the student's file (or one beside it) in the error's stack. */
export function lineOf(error: unknown, file: string): Line | undefined {
  const stack = (error as Error | undefined)?.stack ?? '';
  const own = stack.split('\n').filter((line) => line.includes(file));
  const found = /^(.*):(\d+)$/.exec(lineIn(own.join('\n'), file) ?? lineIn(stack, file) ?? '');
  return found ? { file: found[1]!, line: Number(found[2]) } : undefined;
}

/** The line of the file where a method (or function, or class) of that name begins; undefined when there is none. */
export function lineOfMethod(file: string, name: string): Line | undefined {
  const begins = new RegExp(`^\\s*(?:(?:async|function|public|readonly) +)*${name} *[(=<]|\\bclass ${name}\\b`);
  try {
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((text) => begins.test(text));
    return line < 0 ? undefined : { file: path.basename(file), line: line + 1 };
  } catch {
    return undefined; // a part that was made in a test has no file
  }
}

/** The first class of the file; undefined when there is none. */
export function classIn(file: string): string | undefined {
  try {
    return /^\s*(?:export +)?(?:default +)?class +(\w+)/m.exec(readFileSync(file, 'utf8'))?.[1];
  } catch {
    return undefined; // as above
  }
}
