// Which lab: by its name or its number, with the nearest name for who mistyped it.

import path from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';
import type { Lab } from '../kit/lab.ts';

/** `02-round-robin`: the lab's folder in labs/, and in a student's folder. */
export const folderOf = (lab: Pick<Lab, 'number' | 'name'>): string =>
  `${String(lab.number).padStart(2, '0')}-${lab.name}`;

/** Where the lab lies in the clone. */
export const labFolder = (clone: string, lab: Pick<Lab, 'number' | 'name'>): string =>
  path.join(clone, 'labs', folderOf(lab));

/**
 * @param given `round-robin`, `2`, `02`, `02-round-robin`, or the file `round-robin.ts`
 * @throws ConfigurationError that names the nearest, and all
 */
export function findLab(labs: readonly Lab[], given: string): Lab {
  const wanted = given
    .trim()
    .replace(/[\\/]+$/, '')
    .toLowerCase();
  const found = labs.find(
    (lab) =>
      lab.name === wanted ||
      folderOf(lab) === wanted ||
      lab.file === wanted ||
      (/^\d+$/.test(wanted) && lab.number === Number(wanted)),
  );
  if (found) return found;
  const owner = labs.find(({ checks }) => checks.some(({ id }) => id === wanted));
  if (owner) {
    throw new ConfigurationError(
      `${given} is a check of lab ${owner.name}, not a lab; give the lab and its check: ${owner.name} --check ${given}`,
    );
  }
  const names = labs.map(({ name }) => name);
  const near = names.find((name) => wanted.length > 2 && name.includes(wanted)) ?? closest(wanted, names);
  const isNear = near.includes(wanted) || distance(wanted, near) <= Math.max(2, near.length / 3);
  const mean = isNear ? ` (did you mean ${near}?)` : '';
  const all = labs.map(({ number, name }) => `${number} ${name}`).join(', ');
  throw new ConfigurationError(`no lab is called ${given}${mean}; there are: ${all}`);
}
