// describeForm: the form of one lab as a suite, for labs/form.spec.ts; or for the lab that you are writing:
//   describeForm(lab);       at the end of a spec of your own, then run that spec alone

import { basename, join } from 'node:path';
import { allTests } from '../../core/testing/runs.ts';
import { folderOf, seedsOf } from './describe-lab.ts';
import { failures, judgeMistake, judgeStarter, partsIn } from './judge.ts';
import type { Check, Lab } from './lab.ts';
import { failuresUnderSeeds } from './many-seeds.ts';
import { labFolder } from './texts.ts';
import { judgeFiles, judgeHeads, judgeImports, judgePicture, judgeReadme, judgeTexts } from './written-form.ts';

const many = 1000;

/**
 * What a right part takes in an ordinary run: two of the check's seeds. Each file takes the next two, so that the files of a
 * lab take all of them together. With all tests asked for, each takes all, and a thousand beside them.
 */
function seedsFor(check: Check, nth: number): number[] {
  const seeds = seedsOf(check);
  if (allTests || seeds.length <= 2) return seeds;
  return [0, 1].map((other) => seeds[(2 * nth + other) % seeds.length]!);
}

function nothingWrong(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Error(`\n${wrong.join('\n')}`);
}

export function describeForm(lab: Lab): void {
  const name = folderOf(lab);
  const folder = labFolder(name);
  describe(`the form of lab ${name}`, function () {
    this.timeout(60_000);

    it('has its files, its README its sections, its picture a text', () =>
      nothingWrong([...judgeFiles(lab, folder), ...judgeReadme(lab, folder), ...judgePicture(folder)]));

    it('has a title, messages and three hints for each check, and values for every message', () =>
      nothingWrong([...judgeTexts(lab, folder), ...judgeHeads(folder)]));

    it('has parts that import what a student has', () => nothingWrong(judgeImports(folder)));

    it('has a starter that fails exactly the checks that it states', async () =>
      nothingWrong(await judgeStarter(lab, join(folder, 'starter.ts'))));

    for (const [nth, file] of [join(folder, 'solution.ts'), ...partsIn(join(folder, 'right'))].entries()) {
      it(`is passed by ${basename(file)}`, async () =>
        nothingWrong(await failures(lab, file, (check) => seedsFor(check, nth))));
      if (!allTests) continue;
      it(`is passed by ${basename(file)} under ${many} seeds`, async function () {
        this.timeout(600_000);
        nothingWrong(await failuresUnderSeeds(lab, file, many));
      });
    }

    for (const file of partsIn(join(folder, 'mistakes'))) {
      it(`catches ${basename(file)}`, async () => nothingWrong(await judgeMistake(lab, file)));
    }
  });
}
