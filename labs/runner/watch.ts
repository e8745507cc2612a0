// Watch: one lab's file, checked again whenever it is saved, the results shown as they come.
//   const watch = new Watch(student, lab, checker, screen);  watch.check();  ...  await watch.stop();
// Always true: one run at a time; a save while a run is under way ends that run, whose results are of a text that is gone;
// what the file does is the file's affair: nothing that a run throws ends the watch.

import type { Lab } from '../kit/lab.ts';
import type { CheckResult } from './check-messages.ts';
import { FileWatcher } from './file-watcher.ts';
import type { Checker, CheckRun } from './here.ts';
import type { Student } from './student.ts';
import type { WatchScreen } from './watch-screen.ts';

export class Watch {
  readonly lab: Lab;
  readonly #student: Student;
  readonly #checker: Checker;
  readonly #screen: WatchScreen;
  readonly #watcher: FileWatcher;
  /** Why a run is wanted that has not begun. */
  #wanted: string | undefined;
  #run: CheckRun | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;
  /** Called when a run has come to its end: whether all checks passed. */
  onEnd: (isGreen: boolean) => void = () => {};

  constructor(student: Student, lab: Lab, checker: Checker, screen: WatchScreen) {
    this.lab = lab;
    this.#student = student;
    this.#checker = checker;
    this.#screen = screen;
    this.#watcher = new FileWatcher(student.fileOf(lab), () => this.check('saved'));
  }

  /** Checks, from the beginning if a check is under way. */
  check(why = 'checking'): void {
    if (this.#isStopped) return;
    this.#wanted = why;
    void this.#run?.stop();
    this.#running ??= this.#all();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#wanted = undefined;
    this.#watcher.stop();
    await this.#run?.stop();
    await this.#running;
  }

  async #all(): Promise<void> {
    while (this.#wanted !== undefined) {
      const why = this.#wanted;
      this.#wanted = undefined;
      await this.#once(why);
    }
    // In the same turn as the look above: whoever wants a run after it begins another one.
    this.#running = undefined;
  }

  /** The run's results are not wanted any more. */
  get #isOver(): boolean {
    return this.#isStopped || this.#wanted !== undefined;
  }

  async #once(why: string): Promise<void> {
    const { checks, name } = this.lab;
    let text: string | undefined;
    const results: CheckResult[] = [];
    this.#screen.begin(this.lab, why);
    try {
      text = this.#student.place.textOf(this.lab);
      this.#run = this.#checker.run({ lab: name, file: this.#student.fileOf(this.lab) });
      for await (const result of this.#run.results) {
        if (this.#isOver) break;
        results.push(result);
        this.#screen.result(result);
      }
    } catch (error) {
      this.#screen.end(undefined);
      if (this.#isOver) return;
      this.#screen.problem(error);
      return this.onEnd(false);
    } finally {
      this.#run = undefined;
    }
    this.#screen.end(this.#isOver ? undefined : results);
    if (this.#isOver) return;
    const passed = results.filter((result) => result.passed).map(({ check }) => check);
    this.#student.recordCheck(this.lab, passed, text);
    this.onEnd(passed.length === checks.length);
  }
}
