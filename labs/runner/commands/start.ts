// `kubelab lab start LAB`: makes the student's folder, if need be, and the lab's files in it.

import path from 'node:path';
import type { Lab } from '../../kit/lab.ts';
import { type Here, here as real } from '../here.ts';
import { nextLab } from '../progress.ts';
import { titleOf } from '../readme.ts';
import { Student } from '../student.ts';
import { folderOf } from '../which-lab.ts';

export interface StartOptions {
  /** The student's folder. */
  readonly folder?: string;
}

export async function start(given: string | undefined, options: StartOptions, here?: Here): Promise<void> {
  here ??= await real();
  const student = new Student(here, options.folder);
  const lab = given === undefined ? (student.current ?? here.labs[0]!) : student.lab(given);
  const { place } = student;
  // A second folder where the first one was would split their work in two: only when they say so.
  const chosen = options.folder !== undefined || Boolean(here.env.KUBELAB_LABS);
  if (!chosen && student.state.folder === place.path && !place.exists) throw student.gone(place.path);

  here.out(startLab(student, lab, here));
  const way = path.relative(here.cwd, place.path);
  here.out(`
Next:    ${way === '' ? '' : `cd ${quoted(way.startsWith('..') ? place.path : way)}\n         `}npx kubelab lab read     what it is about
         npx kubelab lab watch    checks ${lab.file} whenever you save it
`);
}

/** `kubelab lab next`: the next lab that is not done. */
export async function next(here?: Here): Promise<void> {
  here ??= await real();
  const student = new Student(here);
  const lab = student.current ? nextLab(student, here.labs, student.current) : here.labs[0];
  here.out(lab ? startLab(student, lab, here) : 'All labs are done.\n');
}

/** Makes what is not there, and the lab the one worked on. @returns what was done, for a person */
export function startLab(student: Student, lab: Lab, here: Here): string {
  const { place } = student;
  const isNew = !place.exists;
  const { made, kept, notes, given } = place.start(lab, student.progress(lab).given);
  student.recordLab(lab, { given });
  const ofLab = (names: readonly string[]) =>
    names.filter((name) => name.startsWith(`${folderOf(lab)}/`)).map((name) => path.basename(name));
  const lines = [
    `Lab ${lab.number}: ${titleOf(here.clone, lab)} (about ${lab.hours} h)`,
    `Folder:  ${path.join(place.path, folderOf(lab))}${isNew ? ' (new; it is yours, outside of Kubelab)' : ''}`,
  ];
  if (ofLab(made).length > 0) lines.push(`Made:    ${ofLab(made).join(', ')}`);
  if (ofLab(kept).length > 0) lines.push(`Kept:    ${ofLab(kept).join(', ')}: there already, nothing is overwritten`);
  lines.push(...notes.map((note) => `Note:    ${note}`));
  return `${lines.join('\n')}\n`;
}

/** For a shell. */
const quoted = (name: string): string => (/^[\w@%+=:,./\\-]+$/.test(name) ? name : `"${name}"`);
