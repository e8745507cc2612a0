// describeLab: under mocha, one `it` a check of the lab, against the lab's own solution.ts. Elsewhere (in the runner) there
// is no mocha, and it does nothing.

import { join } from 'node:path';
import type { Lab } from './lab.ts';
import { loadPart } from './load-part.ts';
import { labFolder, textsOf } from './texts.ts';

/** A lab's folder: `03-replication`. */
export const folderOf = ({ number, name }: Pick<Lab, 'number' | 'name'>): string =>
  `${String(number).padStart(2, '0')}-${name}`;

/** The seeds of a normal check: 1, 2, 3, ... */
export const seedsOf = ({ seeds = 5 }: { readonly seeds?: number }): number[] =>
  Array.from({ length: seeds }, (_, at) => at + 1);

export function describeLab(lab: Lab): void {
  if (typeof describe !== 'function') return;
  const folder = folderOf(lab);
  describe(`lab ${folder}: its solution`, () => {
    const texts = textsOf(folder);
    for (const check of lab.checks) {
      it(`${check.id} ${texts.check(check.id).title}`, async () => {
        const part = await loadPart(join(labFolder(folder), 'solution.ts'));
        // One seed: labs/form.spec.ts takes more of them.
        await check.run(part, 1);
      });
    }
  });
}
