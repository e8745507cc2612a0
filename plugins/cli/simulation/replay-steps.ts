// Replay steps: moves in a record as a person says: single keys at a terminal, words line by line elsewhere.
//   n  the next moment     p  the one before     s  the cluster as it stands     q  enough
//   a time (2h, 10:30) goes there; only where lines are read
// Always true: whatever ends it, the terminal is as it was.

import { createInterface, emitKeypressEvents } from 'node:readline';
import type { Playback } from '../../../core/simulation/playback.ts';
import { timeOf } from '../../../core/simulation/time-text.ts';
import type { ReplayText } from './replay-text.ts';

export interface Terminal {
  readonly input: NodeJS.ReadStream;
  out(text: string): void;
  readonly plain: boolean;
}

/** Comes back when enough was seen. */
export async function replaySteps(playback: Playback, text: ReplayText, terminal: Terminal): Promise<void> {
  const { input, out, plain } = terminal;
  const hasKeys = input.isTTY === true && !plain;
  out(
    `${text.state()}${hasKeys ? 'n next, p back, s the cluster as it stands, q enough' : 'n, p, s, q, or a time such as 2h, a line each'}\n`,
  );
  const say = (word: string) => answer(word, playback, text);
  return hasKeys ? byKeys(input, out, say) : byLines(input, out, say);
}

/** Undefined: enough. */
function answer(word: string, playback: Playback, text: ReplayText): string | undefined {
  if (word === 'q') return undefined;
  if (word === 'n' || word === '') return text.next()?.text ?? 'this is the end of the record\n';
  if (word === 'p') return text.back() ?? 'this is the beginning of the record\n';
  if (word === 's') return text.state();
  const time = timeOf(word);
  if (time === undefined) return `n, p, s, q, or a time such as 2h or 10:30; found ${JSON.stringify(word)}\n`;
  playback.goTo(time);
  return text.state();
}

async function byLines(
  input: NodeJS.ReadStream,
  out: (text: string) => void,
  say: (word: string) => string | undefined,
): Promise<void> {
  for await (const line of createInterface({ input })) {
    const said = say(line.trim());
    if (said === undefined) break;
    out(said);
  }
}

function byKeys(
  input: NodeJS.ReadStream,
  out: (text: string) => void,
  say: (word: string) => string | undefined,
): Promise<void> {
  return new Promise((resolve) => {
    const restore = () => {
      input.off('keypress', pressed);
      input.setRawMode(false);
      input.pause();
    };
    const end = () => {
      process.off('exit', restore);
      restore();
      resolve();
    };
    const pressed = (_: string | undefined, key: { readonly name?: string; readonly ctrl?: boolean }) => {
      if (key.ctrl === true && (key.name === 'c' || key.name === 'd')) return end();
      const word = (
        { space: 'n', return: 'n', right: 'n', down: 'n', left: 'p', up: 'p' } as Readonly<Record<string, string>>
      )[key.name ?? ''];
      const said = say(word ?? (/^[npsq]$/.test(key.name ?? '') ? key.name! : '?'));
      if (said === undefined) return end();
      out(said);
    };
    emitKeypressEvents(input);
    process.once('exit', restore);
    input.setRawMode(true);
    input.on('keypress', pressed);
    input.resume();
  });
}
