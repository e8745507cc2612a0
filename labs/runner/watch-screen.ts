// Watch screen: what watch mode shows. On a terminal a progress bar over all checks of the lab, with what is wrong above it;
// elsewhere, for screen readers and logs, one plain line for each fact, nothing drawn twice.
// Always true: while no run is under way nothing is drawn and the cursor is there.

import { SingleBar } from 'cli-progress';
import pc from 'picocolors';
import { exitCodeOf } from '../../plugins/cli/exit.ts';
import type { Lab } from '../kit/lab.ts';
import type { CheckResult } from './check-messages.ts';
import { failureText, resultLine } from './report-text.ts';

export interface WatchScreen {
  /** A run begins. @param why `saved` */
  begin(lab: Lab, why: string): void;
  result(result: CheckResult): void;
  /** The file could not be checked. */
  problem(error: unknown): void;
  /** @param results undefined when the run was ended early */
  end(results: readonly CheckResult[] | undefined): void;
  print(text: string): void;
}

/** Lines alone. */
export class PlainScreen implements WatchScreen {
  readonly #out: (text: string) => void;
  #failed = 0;

  constructor(out: (text: string) => void) {
    this.#out = out;
  }

  begin(lab: Lab, why: string): void {
    this.#failed = 0;
    this.#out(`\n${lab.file}: ${why}\n`);
  }

  result(result: CheckResult): void {
    this.#out(resultText(result, true, this.#failed));
    if (!result.passed) this.#failed += 1;
  }

  problem(error: unknown): void {
    this.#out(`${problemText(error)}\n`);
  }

  end(results: readonly CheckResult[] | undefined): void {
    if (results && results.length > 0) this.#out(`${summary(results)}\n`);
  }

  print(text: string): void {
    this.#out(text);
  }
}

/** A bar that is drawn again and again. */
export class BarScreen implements WatchScreen {
  readonly #stream: NodeJS.WritableStream;
  #bar: SingleBar | undefined;
  #failed = 0;
  #lab: Lab | undefined;
  #done = 0;

  constructor(stream: NodeJS.WritableStream = process.stdout) {
    this.#stream = stream;
  }

  begin(lab: Lab, why: string): void {
    this.#failed = 0;
    this.#lab = lab;
    this.#done = 0;
    this.#stream.write(`\n${pc.bold(lab.file)}: ${why}\n`);
    this.#draw();
  }

  result(result: CheckResult): void {
    this.#done += 1;
    // What is right, the bar tells.
    if (!result.passed) this.print(resultText(result, false, this.#failed++));
    this.#bar?.update(this.#done, { title: this.#underWay() });
  }

  problem(error: unknown): void {
    this.print(`${pc.red(problemText(error))}\n`);
  }

  end(results: readonly CheckResult[] | undefined): void {
    this.#clear();
    if (!results || results.length === 0) return;
    const isGreen = results.every(({ passed }) => passed);
    this.#stream.write(`${pc.bold(isGreen ? pc.green(summary(results)) : summary(results))}\n`);
  }

  print(text: string): void {
    const isDrawn = this.#bar !== undefined;
    this.#clear();
    this.#stream.write(text);
    if (isDrawn) this.#draw();
  }

  /** Which check is being run. */
  #underWay(): string {
    const id = this.#lab?.checks[this.#done]?.id;
    return id === undefined ? '' : `checking ${id}`;
  }

  #draw(): void {
    this.#bar = new SingleBar({
      format: '{bar} {value} of {total}  {title}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      // Ctrl-C is the command's, which ends the run first.
      gracefulExit: false,
      stream: this.#stream,
    });
    this.#bar.start(this.#lab?.checks.length ?? 0, this.#done, { title: this.#underWay() });
  }

  #clear(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

/** The first that failed in full: it is what to work on. @param failed how many have before it */
function resultText(result: CheckResult, plain: boolean, failed: number): string {
  if (result.passed || failed > 0) return resultLine(result, { plain });
  return `${failureText(result, { plain, isFirst: true })}\n`;
}

function summary(results: readonly CheckResult[]): string {
  const passed = results.filter((result) => result.passed).length;
  return passed === results.length ? `All ${passed} checks pass.` : `${passed} of ${results.length} checks pass.`;
}

/** FAIL is the file's; ERROR is the machine's, or Kubelab's. */
const problemText = (error: unknown): string =>
  `${exitCodeOf(error) === 1 ? 'FAIL' : 'ERROR'} ${error instanceof Error ? error.message : error}`;
