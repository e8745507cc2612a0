// `kubelab lab hint [LAB]`: a hint for the first check that fails. The file is checked first, unless that was done since it
// was saved.

import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import type { Lab } from '../../kit/lab.ts';
import { type Here, isPlain, here as real } from '../here.ts';
import { firstFailing, takeHint } from '../hints.ts';
import { isChecked } from '../progress.ts';
import { Student } from '../student.ts';
import { labFolder } from '../which-lab.ts';
import { rendered } from './read.ts';

export interface HintOptions {
  readonly check?: string;
  readonly level?: string;
  readonly plain?: boolean;
}

export async function hint(given: string | undefined, options: HintOptions, here?: Here): Promise<void> {
  here ??= await real();
  const level = levelOf(options.level);
  const student = new Student(here);
  const lab = student.lab(given);
  student.fileOf(lab);
  const { check } = options;
  const ids = lab.checks.map(({ id }) => id);
  if (check !== undefined && !ids.includes(check)) {
    throw new ConfigurationError(`lab ${lab.name} has no check ${check}; it has ${ids.join(', ')}`);
  }
  if (check === undefined && !isChecked(student, lab)) await look(student, lab, here);
  here.out(await hintText(student, lab, here, isPlain(options, here), level, check));
}

/** The next hint of the lab, for a person. @param asked the check; the first that fails unless told */
export async function hintText(
  student: Student,
  lab: Lab,
  here: Here,
  plain: boolean,
  level?: number,
  asked?: string,
): Promise<string> {
  const check = asked ?? firstFailing(student, lab);
  if (check === undefined) return `All checks of ${lab.name} pass: there is nothing to hint at.\n`;
  const { head, text, foot } = takeHint(student, lab, check, here.clone, level, asked !== undefined);
  const body = plain ? `${text}\n` : (await rendered(text, labFolder(here.clone, lab), here.width)).trimEnd();
  return `${head}\n\n${body}\n${plain ? '' : '\n'}${foot}\n`;
}

/** Checks the file, so that the hint is about what is wrong now. */
async function look(student: Student, lab: Lab, here: Here): Promise<void> {
  here.err(`Looking at ${lab.file} first ...\n`);
  const text = student.place.textOf(lab);
  const checker = await here.checker();
  try {
    const passed: string[] = [];
    for await (const { check, passed: right } of checker.run({ lab: lab.name, file: student.fileOf(lab) }).results) {
      if (right) passed.push(check);
    }
    student.recordCheck(lab, passed, text);
  } finally {
    await checker.stop();
  }
}

function levelOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (/^[123]$/.test(given)) return Number(given);
  throw new ConfigurationError(
    `--level ${given}: there are three: 1 (where to look), 2 (which idea), 3 (nearly the code)`,
  );
}
