// `kubelab lab solution [LAB]`: how Kubelab itself does it; for who has passed the lab, or says --give-up.

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { type Here, here as real } from '../here.ts';
import { textOf } from '../readme.ts';
import { Student } from '../student.ts';
import { labFolder } from '../which-lab.ts';

export interface SolutionOptions {
  readonly giveUp?: boolean;
}

export async function solution(given: string | undefined, options: SolutionOptions, here?: Here): Promise<void> {
  here ??= await real();
  const student = new Student(here);
  const lab = student.lab(given);
  const { done, gaveUp, passed } = student.progress(lab);
  if (!done && !gaveUp && !options.giveUp) {
    throw new ConfigurationError(
      `lab ${lab.name} is not passed yet (${passed.length} of ${lab.checks.length} checks at the last one); a hint: npx kubelab lab hint ${lab.name}; to see the solution all the same: npx kubelab lab solution ${lab.name} --give-up`,
    );
  }
  if (!done && !gaveUp) student.recordLab(lab, { gaveUp: true });
  here.out(textOf(here.clone, lab, 'solution.ts'));
  const others = path.join(labFolder(here.clone, lab), 'right');
  const right = existsSync(others) ? readdirSync(others).filter((name) => name.endsWith('.ts')) : [];
  if (right.length > 0)
    here.err(`\nAlso right, in another way: ${right.map((name) => path.join(others, name)).join(', ')}\n`);
  here.err(`Your own file is untouched: ${student.place.fileOf(lab)}\n`);
}
