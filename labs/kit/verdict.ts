// Verdict: the first thing that is wrong in a world. Whoever finds something says it here: the check, an observer in the
// middle of somebody's write, or the kit itself when the part does what no part may do.
// Always true: the first finding stands; what a check says of it is filled in at once, while the world is as it was then.

import type { VirtualClock } from '../../core/time/virtual-clock.ts';
import type { Trouble } from './examined.ts';
import type { Faults } from './faults.ts';
import { type History, named, you } from './history.ts';
import { FailedCheck, type Finding, type Line } from './lab.ts';
import { lineOf, lineOfMethod, type PartCall } from './part-calls.ts';
import { patience } from './passing.ts';
import type { Texts, Values } from './texts.ts';

/** What else a finding says. */
export interface FailOptions {
  /** The object whose history is shown: `Pod default/web-4`. */
  readonly object?: string;
  /** Where to look; the line of the part's latest call about the object unless told. */
  readonly line?: Line | undefined;
}

export interface VerdictOptions {
  readonly check: string;
  readonly seed: number;
  readonly texts: Texts;
  /** The student's file. */
  readonly file: string;
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly history: History;
  /** Since the check began. */
  seconds(): number;
  calls(): readonly PartCall[];
}

export class Verdict {
  readonly #options: VerdictOptions;
  #finding: FailedCheck | undefined;
  /** What an observer threw that is no finding: a mistake of the check. */
  #broken: { readonly error: unknown } | undefined;

  constructor(options: VerdictOptions) {
    this.#options = options;
  }

  /** Whether anything is wrong: then nothing that happens later matters. */
  get isGiven(): boolean {
    return this.#finding !== undefined || this.#broken !== undefined;
  }

  /** Says that the student's part is wrong. {at} and {fault} of the message are given. @throws FailedCheck */
  fail(message: string, values: Values = {}, options: FailOptions = {}): never {
    const { check, seed, texts, clock, faults, history } = this.#options;
    const at = this.#options.seconds();
    const { object } = options;
    const look = 'line' in options ? options.line : this.#lineAbout(object);
    const all = { at: `${at.toFixed(3)} s`, fault: faults.last ?? 'no fault was needed for it', ...values };
    const finding: Finding = {
      check,
      message,
      seed,
      instant: clock.instants,
      at,
      ...texts.message(check, message, all),
      ...(look && { look }),
      ...(object !== undefined && { object }),
      timeline: history.timeline(object, faults.log),
    };
    const failed = new FailedCheck(finding);
    this.#finding ??= failed;
    throw failed;
  }

  /** Says what the part did and no part may do; whoever waits for time to pass is told. */
  trouble({ message, doing, error }: Trouble): void {
    if (this.isGiven) return;
    const { file } = this.#options;
    const calls = this.#options.calls();
    const said = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
    const values = { doing, error: said, left: said, limit: patience / 1000, calls: calls.length };
    const line = lineOf(error, file) ?? (message === 'never-rests' ? calls.at(-1)?.line : undefined);
    this.guard(() => this.fail(message, values, { line: line ?? this.#lineOfMethod(doing) }));
  }

  /** Does something in the middle of somebody's write: what it throws is thrown later, by `throwIfGiven`. */
  guard(work: () => void): void {
    if (this.isGiven) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof FailedCheck)) this.#broken ??= { error };
    }
  }

  /** @throws FailedCheck, the first finding; or what an observer threw */
  throwIfGiven(): void {
    if (this.#broken) throw this.#broken.error;
    if (this.#finding) throw this.#finding;
  }

  #lineAbout(object: string | undefined): Line | undefined {
    const { history, calls } = this.#options;
    const isIt = ({ kind, key }: { readonly kind: string; readonly key: string }) => named(kind, key) === object;
    // The server makes some names: a call knows its object's only when it is answered, a change knows it at once.
    const change = history.changes.findLast((made) => isIt(made) && made.by === you);
    return calls().findLast(isIt)?.line ?? change?.line ?? this.#lineOfMethod('place');
  }

  /** Where the student's file has the method: for what a part is asked, and does not do by a call of its own. */
  #lineOfMethod(doing: string): Line | undefined {
    const name = /^[a-zA-Z]+/.exec(doing)?.[0];
    return name === undefined ? undefined : lineOfMethod(this.#options.file, name);
  }
}
