// Answers: what stands in a student's file, read with care: it may be anything.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Line, StudentPart } from '../kit/lab.ts';

/** What all worlds of this lab have in common: the part is no plugin, so the cluster is whole. */
export const common = { lab: '01-look-around', slot: 'none' } as const;

export interface LookAround {
  readonly kubeconfig: unknown;
  readonly whoWrites: Readonly<Record<string, unknown>>;
  readonly order: readonly unknown[];
  readonly without: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

export function lookAround({ exported }: StudentPart): LookAround {
  const { kubeconfig, answers } = fieldsOf(exported);
  const { whoWrites, order, without } = fieldsOf(answers);
  return {
    kubeconfig,
    whoWrites: fieldsOf(whoWrites),
    order: Array.isArray(order) ? order : [],
    without: fieldsOf(without),
  };
}

/** An answer as a message shows it. */
export const shown = (answer: unknown): string =>
  typeof answer === 'string' && answer !== '' ? answer : answer === undefined ? 'nothing' : JSON.stringify(answer);

/** The line of the student's file where a field of that name is; undefined where it is written in another way. */
export function lineOfField({ file }: StudentPart, field: string): Line | undefined {
  const lines = readFileSync(file, 'utf8').split('\n');
  const quoted = field.replace(/[-]/g, '\\-');
  const at = lines.findIndex((line) =>
    new RegExp(`^\\s*(export )?(const |function )?['"]?${quoted}['"]?\\s*[:(=]`).test(line),
  );
  return at < 0 ? undefined : { file: basename(file), line: at + 1 };
}
