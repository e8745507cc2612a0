// Findings of the runner: what went wrong with the student's file as a program (it hung, ended the process, used the machine's
// clock) as a finding like any other. Their words are in messages.md beside this file.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { lineIn } from '../../plugins/cli/host/source-line.ts';
import type { Finding, Line } from '../kit/lab.ts';
import { fill, type Message, parseTexts, type Values } from '../kit/texts.ts';
import { cloneFolder } from './here.ts';

let messages: ReadonlyMap<string, Message> | undefined;

/** @param message name of one in messages.md */
export function runnerFinding(
  at: { readonly check: string; readonly seed: number },
  message: string,
  values: Values,
  look?: Line,
): Finding {
  messages ??= parseTexts(readFileSync(path.join(cloneFolder, 'labs/runner/messages.md'), 'utf8')).get('all')!.messages;
  const text = messages.get(message);
  if (!text) throw new Error(`labs/runner/messages.md has no message ${message}`);
  return {
    ...at,
    message,
    instant: 0,
    at: 0,
    happened: fill(text.happened, values),
    expected: fill(text.expected, values),
    why: fill(text.why, values),
    ...(look && { look }),
    timeline: [],
  };
}

/** `replication.ts:31` -> file and line. */
export function lineOf(text: string | undefined): Line | undefined {
  const [, file, line] = /^(.*?):(\d+)(?::\d+)?$/.exec(text ?? '') ?? [];
  return file !== undefined ? { file, line: Number(line) } : undefined;
}

/** Where in the student's file the error comes from; undefined when it does not. */
export const lookOf = (error: unknown, file: string): Line | undefined =>
  error instanceof Error ? lineOf(lineIn(error.stack ?? '', file)) : undefined;

/** An error's name and first line. */
export const shown = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
