// `kubelab lab check [LAB]`: the student's file, checked once and told as text, as JSON, as JUnit's XML.
// Exit code 0: all that was run has passed; 1: the file is wrong; 2 and 3 as everywhere (plugins/cli/exit.ts).

import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';
import { EnvironmentError } from '../../plugins/cli/exit.ts';
import type { Lab } from '../kit/lab.ts';
import type { CheckRequest, CheckResult } from './check-messages.ts';
import { CheckProcess } from './check-process.ts';
import { CheckRun, UnfitFile } from './check-run.ts';
import { type Here, isPlain, here as real } from './here.ts';
import { nextLab } from './progress.ts';
import { fileOption, hasPassed, type Report } from './report.ts';
import { jsonReport } from './report-json.ts';
import { junitReport } from './report-junit.ts';
import { failureText, printedText, resultLine, summaryText } from './report-text.ts';
import { Student } from './student.ts';

export interface CheckOptions {
  readonly file?: string;
  readonly check?: string;
  readonly seed?: string;
  readonly seeds?: string;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly junit?: string;
  readonly plain?: boolean;
}

export async function check(given: string | undefined, options: CheckOptions, here?: Here): Promise<void> {
  const child = new CheckProcess(); // it loads while we find out what to check
  try {
    await checkWith(child, given, options, here ?? (await real()));
  } finally {
    await child.stop();
  }
}

async function checkWith(
  child: CheckProcess,
  given: string | undefined,
  options: CheckOptions,
  here: Here,
): Promise<void> {
  const student = new Student(here);
  const lab = student.lab(given);
  const request = requestOf(lab, options, student, here);
  const text = student.place.textOf(lab);

  const tell = new Teller(here, options);
  const began = performance.now();
  const results: CheckResult[] = [];
  let unfit: Report['unfit'];
  try {
    for await (const result of new CheckRun(request, child).results) {
      results.push(result);
      tell.result(result);
    }
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    unfit = { message: error.message, ...(error.look && { look: error.look }) };
  }
  const milliseconds = Math.round(performance.now() - began);
  const report: Report = { lab, file: request.file, results, ...(unfit && { unfit }), milliseconds };

  // Only a whole check of their own file says how far they are.
  const isWhole = !unfit && !options.file && !options.check && !options.seed;
  if (isWhole)
    student.recordCheck(
      lab,
      results.filter(({ passed }) => passed).map((result) => result.check),
      text,
    );
  if (options.junit !== undefined) write(path.resolve(here.cwd, options.junit), junitReport([report]));
  tell.end(report, next(report, lab, options, isWhole ? nextLab(student, here.labs, lab) : undefined));
  process.exitCode = hasPassed(report) ? 0 : 1;
}

/** @throws ConfigurationError for what no run could be made of */
function requestOf(lab: Lab, options: CheckOptions, student: Student, { cwd }: Here): CheckRequest {
  const { check, seed, seeds } = options;
  if (seed !== undefined && seeds !== undefined) throw new ConfigurationError('--seed or --seeds, not both');
  const ids = lab.checks.map(({ id }) => id);
  if (check !== undefined && !ids.includes(check)) {
    throw new ConfigurationError(`lab ${lab.name} has no check ${check}; it has ${ids.join(', ')}`);
  }
  const file = options.file === undefined ? student.fileOf(lab) : path.resolve(cwd, options.file);
  if (!existsSync(file)) throw new ConfigurationError(`there is no file ${file}`);
  return {
    lab: lab.name,
    file,
    ...(check !== undefined && { checks: [check] }),
    ...(seed !== undefined && { seed: number('--seed', seed, 0) }),
    ...(seeds !== undefined && { seeds: number('--seeds', seeds, 1) }),
  };
}

function number(option: string, given: string, least: number): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && Number.isSafeInteger(value)) return value;
  throw new ConfigurationError(`${option} ${given}: give a whole number of at least ${least}`);
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new EnvironmentError(`the report cannot be written to ${file}: ${(error as Error).message}`);
  }
}

/** Says the results as they come; as JSON, all at once at the end. */
class Teller {
  readonly #here: Here;
  readonly #options: CheckOptions;
  readonly #text: { readonly plain: boolean; readonly file: string | undefined };
  #failed = 0;

  constructor(here: Here, options: CheckOptions) {
    this.#here = here;
    this.#options = options;
    this.#text = { plain: isPlain(options, here), file: options.file };
  }

  result(result: CheckResult): void {
    if (this.#options.json) return;
    if (!result.finding) return this.#here.out(resultLine(result, this.#text));
    this.#failed += 1;
    const isFirst = this.#failed === 1;
    const isAll = this.#options.check === undefined;
    if (!isFirst && !this.#options.all) return this.#here.out(resultLine(result, this.#text));
    this.#here.out(`\n${failureText(result, { ...this.#text, isFirst: isFirst && isAll })}\n`);
  }

  end(report: Report, next: readonly string[]): void {
    if (this.#options.json) return this.#here.out(jsonReport(report));
    // Where something failed, what was printed stands with it.
    const talkative = report.results.find(({ printed }) => printed.lines.length > 0);
    if (hasPassed(report) && talkative) this.#here.out(`${printedText(talkative.printed)}\n`);
    this.#here.out(summaryText(report, next, this.#text));
  }
}

function next(report: Report, lab: Lab, { check, seed, file }: CheckOptions, after: Lab | undefined): string[] {
  const { name } = lab;
  if (report.unfit) return [`npx kubelab lab watch ${name}      checks again whenever you save`];
  if (!hasPassed(report)) {
    return [
      `npx kubelab lab hint ${name}       where to look`,
      `npx kubelab lab watch ${name}      checks again whenever you save`,
    ];
  }
  if (check !== undefined || seed !== undefined)
    return [`npx kubelab lab check ${name}${fileOption(file)}      all checks of the lab`];
  const solution = `npx kubelab lab solution ${name}   how we did it`;
  return after ? [solution, `npx kubelab lab start ${after.name}`] : [solution];
}
