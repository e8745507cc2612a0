// `kubelab lab grade [FOLDER...]`: checks every lab found in the folders, and tells the points: one a check that passes.
// Without a folder it is one's own, whose progress it notes.
// Always true: each folder is told, in the order given; one that cannot be read or checked does not keep the others from it.
// Exit code: 0 all that was found is right, 1 something is not, 3 a folder could not be graded.

import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { EnvironmentError } from '../../../plugins/cli/exit.ts';
import { columns } from '../../../plugins/cli/text.ts';
import type { Lab } from '../../kit/lab.ts';
import type { CheckResult } from '../check-messages.ts';
import type { UnfitFile } from '../check-run.ts';
import { type Checker, type Here, here as real } from '../here.ts';
import type { Report } from '../report.ts';
import { junitReport } from '../report-junit.ts';
import { Student } from '../student.ts';
import { type Submission, submissionsIn } from '../submissions.ts';
import { wantsJson } from './list.ts';

export interface GradeOptions {
  readonly output?: string;
  readonly json?: boolean;
  /** File for a JUnit report. */
  readonly junit?: string;
}

interface Grade extends Report {
  readonly lab: Lab;
  readonly points: number;
}

interface Graded {
  /** As it was given. */
  readonly folder: string;
  readonly grades: readonly Grade[];
  /** Why it could not be graded, or not all of it. */
  readonly error?: string;
}

export async function grade(folders: readonly string[], options: GradeOptions, here?: Here): Promise<void> {
  here ??= await real();
  const json = wantsJson('grade', options);
  const own = folders.length === 0 ? new Student(here) : undefined;
  const wanted = own ? [own.folder.path] : folders;
  const graded = await gradeAll(wanted, here);
  for (const { lab, results, unfit } of own ? graded.flatMap(({ grades }) => grades) : []) {
    own?.recordAside(lab, unfit ? [] : passedOf(results));
  }
  here.out(json ? jsonText(graded) : table(graded));
  if (options.junit !== undefined) writeJunit(path.resolve(here.cwd, options.junit), graded);
  const isRight = graded.every(({ grades }) => grades.every(({ lab, points }) => points === lab.checks.length));
  process.exitCode = graded.some(({ error }) => error !== undefined) ? 3 : isRight ? 0 : 1;
}

/** Several at a time, each with checks in a process of its own. */
async function gradeAll(folders: readonly string[], here: Here): Promise<Graded[]> {
  const graded: Graded[] = [];
  let at = 0;
  const work = async () => {
    const checker = await here.checker();
    try {
      for (let mine = at++; mine < folders.length; mine = at++) {
        const folder = folders[mine]!;
        if (folders.length > 1) here.err(`${mine + 1} of ${folders.length}: ${folder}\n`);
        graded[mine] = await gradeFolder(folder, checker, here);
      }
    } finally {
      await checker.stop();
    }
  };
  const workers = Math.min(folders.length, availableParallelism(), 4);
  await Promise.all(Array.from({ length: workers }, work));
  return graded;
}

async function gradeFolder(folder: string, checker: Checker, here: Here): Promise<Graded> {
  const grades: Grade[] = [];
  try {
    const found = submissionsIn(path.resolve(here.cwd, folder), here.labs);
    if (found.length === 0) return { folder, grades, error: 'no file of a lab is in it' };
    for (const submission of found) grades.push(await gradeOne(submission, checker));
    return { folder, grades };
  } catch (error) {
    return { folder, grades, error: (error as Error).message };
  }
}

async function gradeOne({ lab, file }: Submission, checker: Checker): Promise<Grade> {
  const began = performance.now();
  const results: CheckResult[] = [];
  let unfit: Report['unfit'];
  try {
    for await (const result of checker.run({ lab: lab.name, file }).results) results.push(result);
  } catch (error) {
    // Code 3 is ours; all else is about the file.
    if (error instanceof EnvironmentError) throw error;
    const { message, look } = error as UnfitFile;
    unfit = { message, ...(look && { look }) };
  }
  const milliseconds = Math.round(performance.now() - began);
  // A file that does not compile is not what was asked for, whatever it does.
  const points = unfit ? 0 : passedOf(results).length;
  return { lab, file, results, ...(unfit && { unfit }), milliseconds, points };
}

const passedOf = (results: readonly CheckResult[]): string[] =>
  results.filter(({ passed }) => passed).map(({ check }) => check);

function table(graded: readonly Graded[]): string {
  const most = Math.max(0, ...graded.flatMap(({ grades }) => grades.map(({ lab }) => lab.checks.length)));
  const numbers = Array.from({ length: most }, (_, at) => `.${at + 1}`);
  const rows = graded.flatMap(({ folder, grades, error }) => {
    const lines = grades.map((grade) => [
      folder,
      `${grade.lab.number} ${grade.lab.name}`,
      ...marks(grade, most),
      said(grade),
    ]);
    return error === undefined ? lines : [...lines, [folder, '-', ...numbers.map(() => ''), '-', error]];
  });
  const points = graded.flatMap(({ grades }) => grades).reduce((sum, grade) => sum + grade.points, 0);
  const total = graded.length > 1 ? '' : `Points: ${points}\n`;
  return `${columns(['FOLDER', 'LAB', ...numbers, 'POINTS', 'NOTE'], rows)}${total}`;
}

/** 1 or 0 for each check, then the sum. */
function marks({ lab, results, points, unfit }: Grade, width: number): string[] {
  const of = (id: string) => (!unfit && results.some(({ check, passed }) => check === id && passed) ? '1' : '0');
  const cells = lab.checks.map(({ id }) => of(id));
  return [...cells, ...Array.from({ length: width - cells.length }, () => ''), `${points}/${lab.checks.length}`];
}

function said({ unfit, results }: Grade): string {
  const first = results.find(({ passed }) => !passed);
  return unfit?.message.split('\n')[0] ?? (first ? `${first.check}: ${first.finding?.happened ?? 'not run'}` : '');
}

function jsonText(graded: readonly Graded[]): string {
  const document = graded.map(({ folder, grades, error }) => ({
    folder,
    ...(error !== undefined && { error }),
    points: grades.reduce((sum, { points }) => sum + points, 0),
    labs: grades.map(({ lab, file, points, results, unfit, milliseconds }) => ({
      lab: lab.name,
      number: lab.number,
      file,
      points,
      of: lab.checks.length,
      milliseconds,
      ...(unfit && { unfit }),
      checks: results,
    })),
  }));
  return `${JSON.stringify(document, null, 2)}\n`;
}

function writeJunit(file: string, graded: readonly Graded[]): void {
  const reports = graded.flatMap(({ folder, grades }) =>
    grades.map((report) => ({
      ...report,
      lab: { number: report.lab.number, name: graded.length > 1 ? `${folder} ${report.lab.name}` : report.lab.name },
    })),
  );
  try {
    writeFileSync(file, junitReport(reports));
  } catch (error) {
    throw new EnvironmentError(`cannot write ${file}: ${(error as Error).message}`);
  }
}
