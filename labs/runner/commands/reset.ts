// `kubelab lab reset [LAB]`: begins a lab again with its starter. What the student wrote is kept beside it, as
// round-robin.ts.1, .2, ...
// Always true: at every instant their text stands in a file of that folder, whole.

import { existsSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EnvironmentError } from '../../../plugins/cli/exit.ts';
import type { Lab } from '../../kit/lab.ts';
import { type Here, here as real } from '../here.ts';
import { isUntouched } from '../progress.ts';
import { textOf } from '../readme.ts';
import { Student } from '../student.ts';
import { folderOf } from '../which-lab.ts';

export async function reset(given: string | undefined, here?: Here): Promise<void> {
  here ??= await real();
  const student = new Student(here);
  here.out(`${resetLab(student, student.lab(given), here)}\n`);
}

/** @returns what was done, in a sentence */
export function resetLab(student: Student, lab: Lab, here: Here): string {
  const file = student.folder.fileOf(lab);
  if (isUntouched(student, here.clone, lab)) return `${lab.file} is the starter already; nothing is changed`;
  const starter = textOf(here.clone, lab, 'starter.ts');
  let kept: string | undefined;
  try {
    if (existsSync(file)) {
      kept = freeName(file);
      renameSync(file, kept);
    } else if (!existsSync(path.dirname(file))) {
      return `${folderOf(lab)} is not there; get it with: npx kubelab lab start ${lab.name}`;
    }
    writeFileSync(file, starter, { flag: 'wx' });
  } catch (error) {
    throw new EnvironmentError(
      `cannot reset ${file}: ${(error as Error).message}${kept && existsSync(kept) ? `; your text is in ${kept}` : ''}`,
    );
  }
  student.recordLab(lab, { passed: [] });
  const before = kept === undefined ? '' : `; what you wrote is kept in ${path.basename(kept)}`;
  return `${lab.file} is the starter again${before}`;
}

/** `round-robin.ts.3`, made and empty, so that nobody else takes it. */
function freeName(file: string): string {
  for (let number = 1; ; number++) {
    const name = `${file}.${number}`;
    try {
      writeFileSync(name, '', { flag: 'wx' });
      return name;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
