// `kubelab lab watch [LAB]`: checks the lab's file whenever it is saved, until q, Ctrl-C or SIGTERM.
//   n next lab, h hint, l list, c check again, x reset, q quit: each is a command too (next, hint, list, check, reset)
// Always true: when it ends, no process, watcher or timer is left, and the terminal is as it was.

import { Ending } from '../../../plugins/cli/ending.ts';
import type { Lab } from '../../kit/lab.ts';
import { type Checker, type Here, isPlain, here as real } from '../here.ts';
import { Keys } from '../keys.ts';
import { nextLab } from '../progress.ts';
import { titleOf, tryIt } from '../readme.ts';
import { Student } from '../student.ts';
import { Watch } from '../watch.ts';
import { BarScreen, PlainScreen, type WatchScreen } from '../watch-screen.ts';
import { hintText } from './hint.ts';
import { listText } from './list.ts';
import { resetLab } from './reset.ts';
import { startLab } from './start.ts';

export interface WatchOptions {
  readonly plain?: boolean;
}

const keyLine = 'Keys: n next lab, h hint, l list, c check again, x reset, q quit';

export async function watch(given: string | undefined, options: WatchOptions, here?: Here): Promise<void> {
  here ??= await real();
  const student = new Student(here);
  const lab = student.lab(given);
  student.fileOf(lab);
  const ending = new Ending();
  try {
    const checker = await here.checker();
    ending.add('the process that checks', () => checker.stop());
    const session = new WatchSession(student, checker, here, isPlain(options, here), () => void ending.run());
    ending.add('watching', () => session.stop());
    const keys = new Keys((key) => void session.press(key));
    // The terminal first, whatever hangs after it.
    ending.add('the terminal', () => keys.close());
    session.begin(lab, keys.open());
    await ending.done;
  } finally {
    await ending.run();
  }
}

/** One sitting: the lab that is watched, and what the keys do. */
export class WatchSession {
  readonly #student: Student;
  readonly #checker: Checker;
  readonly #here: Here;
  readonly #plain: boolean;
  readonly #quit: () => void;
  readonly #screen: WatchScreen;
  #watch: Watch | undefined;
  #hasKeys = false;
  /** x was pressed: the next key is the answer. */
  #isAsking = false;

  constructor(student: Student, checker: Checker, here: Here, plain: boolean, quit: () => void) {
    this.#student = student;
    this.#checker = checker;
    this.#here = here;
    this.#plain = plain;
    this.#quit = quit;
    this.#screen = plain ? new PlainScreen((text) => here.out(text)) : new BarScreen();
  }

  begin(lab: Lab, hasKeys: boolean): void {
    this.#hasKeys = hasKeys;
    this.#screen.print(`Lab ${lab.number}: ${titleOf(this.#here.clone, lab)}\n`);
    this.#screen.print(`Watching ${this.#student.fileOf(lab)}; ${hasKeys ? 'q' : 'Ctrl-C'} ends\n`);
    if (hasKeys && this.#plain) this.#screen.print(`${keyLine}\n`);
    this.#watch = new Watch(this.#student, lab, this.#checker, this.#screen);
    this.#watch.onEnd = (isGreen) => this.#ended(lab, isGreen);
    this.#student.recordLab(lab, {});
    this.#watch.check();
  }

  stop(): Promise<void> | undefined {
    return this.#watch?.stop();
  }

  async press(key: string): Promise<void> {
    const { lab } = this.#watch!;
    if (this.#isAsking) return this.#answered(lab, key);
    try {
      if (key === 'q') this.#quit();
      else if (key === 'c') this.#watch?.check('again');
      else if (key === 'h') this.#print(await hintText(this.#student, lab, this.#here, this.#plain));
      else if (key === 'l') this.#print(listText(this.#student, this.#here, this.#plain));
      else if (key === 'n') await this.#next(lab);
      else if (key === 'x') {
        this.#isAsking = true;
        this.#print(`Begin ${lab.name} again with its starter? What you wrote is kept beside it. y (yes) or n (no): `);
      }
    } catch (error) {
      this.#print(`${error instanceof Error ? error.message : error}\n`);
    }
  }

  #answered(lab: Lab, key: string): void {
    this.#isAsking = false;
    // Saved or not, the watch sees the new text by itself.
    this.#screen.print(`${key === 'y' ? resetLab(this.#student, lab, this.#here) : 'Nothing is changed'}\n`);
    if (key === 'q') this.#quit();
  }

  async #next(lab: Lab): Promise<void> {
    const next = nextLab(this.#student, this.#here.labs, lab);
    if (!next) return this.#print('All other labs are done.\n');
    await this.#watch?.stop();
    this.#print(startLab(this.#student, next, this.#here));
    this.#print('Read: npx kubelab lab read\n');
    this.begin(next, this.#hasKeys);
  }

  #ended(lab: Lab, isGreen: boolean): void {
    if (isGreen) this.#screen.print(whatNext(this.#student, lab, this.#here, this.#hasKeys));
    if (this.#hasKeys && !this.#plain) this.#screen.print(`${keyLine}\n`);
  }

  #print(text: string): void {
    this.#screen.print(`\n${text}`);
  }
}

/** All checks pass: put it into a live cluster, then on to the next lab. */
export function whatNext(student: Student, lab: Lab, here: Here, hasKeys = false): string {
  const commands = tryIt(here.clone, lab);
  const live =
    commands.length > 0 ? `Now see it work in a live cluster:\n${commands.map((line) => `  ${line}\n`).join('')}` : '';
  const next = nextLab(student, here.labs, lab);
  if (!next) return `${live}All labs are done.\n`;
  return `${live}Then go on with lab ${next.number}, ${titleOf(here.clone, next)}: ${hasKeys ? 'n' : `npx kubelab lab start ${next.name}`}\n`;
}
