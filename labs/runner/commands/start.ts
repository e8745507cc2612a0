// `kubelab lab start LAB`: makes the student's folder, if need be, and the lab's files in it.

import path from 'node:path';
import { type Here, here as real } from '../here.ts';
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

  const isNew = !place.exists;
  const { made, kept, notes, given: hashes } = place.start(lab, student.progress(lab).given);
  student.recordLab(lab, { given: hashes });

  const inLab = (names: readonly string[]) => names.filter((name) => name.startsWith(`${folderOf(lab)}/`));
  const list = (names: readonly string[]) => names.map((name) => path.basename(name)).join(', ');
  here.out(`Lab ${lab.number}: ${titleOf(here.clone, lab)} (about ${lab.hours} h)\n`);
  here.out(
    `Folder:  ${path.join(place.path, folderOf(lab))}${isNew ? ' (new; it is yours, outside of Kubelab)' : ''}\n`,
  );
  if (inLab(made).length > 0) here.out(`Made:    ${list(inLab(made))}\n`);
  if (inLab(kept).length > 0) here.out(`Kept:    ${list(inLab(kept))}: there already, nothing is overwritten\n`);
  for (const note of notes) here.out(`Note:    ${note}\n`);
  const way = path.relative(here.cwd, place.path);
  here.out(`
Next:    ${way === '' ? '' : `cd ${quoted(way.startsWith('..') ? place.path : way)}\n         `}npx kubelab lab read     what it is about
         npx kubelab lab watch    checks ${lab.file} whenever you save it
`);
}

/** For a shell. */
const quoted = (name: string): string => (/^[\w@%+=:,./\\-]+$/.test(name) ? name : `"${name}"`);
