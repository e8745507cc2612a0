// Submissions: which labs lie in a folder that somebody handed in, whatever it looks like: a student's folder, a folder
// around it, a lab's folder, or just files.

import { type Dirent, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Lab } from '../kit/lab.ts';
import { folderOf } from './which-lab.ts';

export interface Submission {
  readonly lab: Lab;
  readonly file: string;
}

/** How many folders deep a lab's file is looked for. */
const depth = 3;

/**
 * In the labs' order. Of several files of one lab it is the one in the lab's own folder, then the one least deep.
 * @param name a folder, or one lab's file
 * @throws Error of the file system
 */
export function submissionsIn(name: string, labs: readonly Lab[]): Submission[] {
  if (statSync(name).isFile()) {
    const lab = labs.find(({ file }) => file === path.basename(name));
    return lab ? [{ lab, file: name }] : [];
  }
  const files = filesIn(name, depth);
  return labs.flatMap((lab) => {
    const mine = files.filter((file) => path.basename(file) === lab.file);
    const [best] = mine.sort((a, b) => rank(a, lab) - rank(b, lab));
    return best === undefined ? [] : [{ lab, file: best }];
  });
}

const rank = (file: string, lab: Lab): number =>
  file.split(path.sep).length - (path.basename(path.dirname(file)) === folderOf(lab) ? 100 : 0);

function filesIn(folder: string, levels: number): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry: Dirent) => {
      const name = path.join(folder, entry.name);
      if (entry.isFile()) return [name];
      const isLook = entry.isDirectory() && levels > 0 && entry.name !== 'node_modules' && !entry.name.startsWith('.');
      return isLook ? filesIn(name, levels - 1) : [];
    });
}
