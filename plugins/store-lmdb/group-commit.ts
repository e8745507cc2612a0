// Group commit: one flush of the disk for all the writes that wait for it. While a group is written, the next one gathers.
//   submit(decide)    decide: what the write would do, on top of what the group has decided before it
// Always true: writes are decided in the order in which they came; answers, refusals too, come after the disk's, for a
//   refusal can rest on a change of the same group; when the disk refuses a group, all its writes fail alike.

/** What a write comes to: changes for the disk, and the answer once they are there. */
export interface Decision<Change, Answer> {
  readonly changes: readonly Change[];
  readonly answer: () => Answer;
}

interface Waiting<Change> {
  readonly decide: () => Decision<Change, unknown>;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
}

/** More would keep the first of a group waiting, and reads with them. */
const mostInGroup = 1024;

export class GroupCommit<Change> {
  readonly #write: (changes: readonly Change[]) => Promise<void>;
  readonly #undo: () => void;
  #waiting: Waiting<Change>[] = [];
  #running: Promise<void> | undefined;

  /**
   * @param write puts changes on disk, all or none, and makes them visible
   * @param undo forgets what the group has decided: the disk has refused it
   */
  constructor(write: (changes: readonly Change[]) => Promise<void>, undo: () => void) {
    this.#write = write;
    this.#undo = undo;
  }

  submit<Answer>(decide: () => Decision<Change, Answer>): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ decide, resolve: resolve as (answer: never) => void, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    // What is submitted in the same turn belongs to the first group.
    await undefined;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.slice(0, mostInGroup);
      this.#waiting = this.#waiting.slice(mostInGroup);
      await this.#commit(group);
    }
    this.#running = undefined;
  }

  async #commit(group: readonly Waiting<Change>[]): Promise<void> {
    const changes: Change[] = [];
    const answers: (() => void)[] = [];
    for (const { decide, resolve, reject } of group) {
      try {
        const decision = decide();
        changes.push(...decision.changes);
        answers.push(() => resolve(decision.answer() as never));
      } catch (error) {
        answers.push(() => reject(error));
      }
    }
    try {
      if (changes.length > 0) await this.#write(changes);
    } catch (error) {
      this.#undo();
      for (const { reject } of group) reject(error);
      return;
    }
    for (const answer of answers) answer();
  }
}
