// Progress: how far a simulation is, on standard error: a bar on a terminal, elsewhere a line every tenth of the way.

import { SingleBar } from 'cli-progress';
import { clockText } from '../../../core/simulation/time-text.ts';

export interface Progress {
  /** @param part 0 to 1 @param at milliseconds of the scenario */
  show(part: number, at: number, text?: string): void;
  end(): void;
}

export function progressOf(title: string, length: number, plain: boolean): Progress {
  return process.stderr.isTTY && !plain ? bar(title, length) : lines(title);
}

function bar(title: string, length: number): Progress {
  const shown = new SingleBar({
    format: `${title} {bar} {clock} of ${clockText(length)} {text}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    // Whatever ends the process, the terminal is as it was: nothing is switched off that would have to be switched on again.
    hideCursor: false,
    linewrap: true,
    barsize: 24,
    clearOnComplete: true,
    stream: process.stderr,
  });
  shown.start(1000, 0, { clock: clockText(0), text: '' });
  return {
    show: (part, at, text = '') => shown.update(Math.round(1000 * part), { clock: clockText(at), text }),
    end: () => shown.stop(),
  };
}

function lines(title: string): Progress {
  let tenths = 0;
  return {
    show: (part, at, text = '') => {
      if (Math.floor(part * 10) <= tenths) return;
      tenths = Math.floor(part * 10);
      console.error(`${title}: ${tenths * 10}%, ${clockText(at)}${text === '' ? '' : `, ${text}`}`);
    },
    end: () => {},
  };
}
