// Questions that a plugin's process answers while it works, many at a time: each has a number, and so has its answer.
//   questions.ask(about)    resolves with the answer; rejects when the plugin has none, or its process ends first
// What the answers are is core's (core/scheduling/explain-attempt.ts).

import type { FreshDecision, Scene, WhyAnswer, WhyQuestion } from '../../../core/scheduling/explain-attempt.ts';
import { PluginFileError } from '../exit.ts';

export type PluginQuestion =
  /** Of the scheduler that runs there. */
  | { readonly why: WhyQuestion }
  /** Of a scheduler of the plugin that has placed nothing yet. */
  | { readonly decide: Scene };

export type PluginAnswer = WhyAnswer | FreshDecision;

/** To the plugin's process. */
export interface Asked {
  readonly type: 'question';
  readonly number: number;
  readonly about: PluginQuestion;
}

/** From it: an answer, or why there is none. */
export interface Answered {
  readonly type: 'answer';
  readonly number: number;
  readonly answer?: PluginAnswer;
  readonly message?: string;
}

interface Waiting {
  resolve(answer: PluginAnswer): void;
  reject(error: Error): void;
}

export class Questions {
  readonly #send: (question: Asked) => void;
  readonly #open = new Map<number, Waiting>();
  #asked = 0;

  /** @param send throws when nobody is there to hear */
  constructor(send: (question: Asked) => void) {
    this.#send = send;
  }

  ask(about: PluginQuestion): Promise<PluginAnswer> {
    this.#asked += 1;
    const number = this.#asked;
    return new Promise((resolve, reject) => {
      this.#open.set(number, { resolve, reject });
      try {
        this.#send({ type: 'question', number, about });
      } catch (error) {
        this.#open.delete(number);
        reject(error as Error);
      }
    });
  }

  hear({ number, answer, message = 'no answer' }: Answered): void {
    const waiting = this.#open.get(number);
    this.#open.delete(number);
    if (answer) waiting?.resolve(answer);
    else waiting?.reject(new PluginFileError(message));
  }

  /** The process is gone: nobody will answer any more. */
  end(why: string): void {
    for (const { reject } of this.#open.values()) reject(new PluginFileError(why));
    this.#open.clear();
  }
}
