// Logbook: what a scenario did, and what it could not do, in words and with the time: for people, beside the history.

import { clockText } from './time-text.ts';

export interface Note {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly text: string;
}

/** Troubles that are kept with their words: a workload whose pods are all refused has thousands. */
const mostTroubles = 100;

export class Logbook {
  readonly notes: Note[] = [];
  /** The first hundred. */
  readonly troubles: Note[] = [];
  #troubleCount = 0;
  readonly #now: () => number;
  readonly #told: (at: number, text: string) => void;

  /** @param now milliseconds since the beginning @param told of each entry: the record */
  constructor(now: () => number, told: (at: number, text: string) => void) {
    this.#now = now;
    this.#told = told;
  }

  get troubleCount(): number {
    return this.#troubleCount;
  }

  note(text: string): void {
    const at = this.#now();
    this.notes.push({ at, text });
    this.#told(at, text);
  }

  trouble(text: string): void {
    const at = this.#now();
    this.#troubleCount += 1;
    if (this.troubles.length < mostTroubles) this.troubles.push({ at, text });
    this.#told(at, text);
  }
}

/** `02:15:00  power lost: small-3` */
export const noteText = ({ at, text }: Note): string => `${clockText(at)}  ${text}`;
