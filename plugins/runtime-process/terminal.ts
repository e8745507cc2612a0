// Terminal: runs a program in a terminal of its own (`tty: true`, `kubectl exec -t`). Node.js has none to give, so
// script(1) of util-linux does: it makes one, and passes on what is read and written.
//   inTerminal(program, find)            the program, run by script; undefined where there is no such script
//   new TerminalSizes('/dev/pts/3')      tells the terminal its size, by stty(1)
// In real Kubernetes: the container runtime opens a pseudo terminal by itself.

import { spawn } from 'node:child_process';
import type { TerminalSize } from '../../core/contracts/kubelet-connection.ts';
import type { Program } from './process-group.ts';

/** What the user is told where there is none. */
export const noTerminal = {
  type: 'Warning',
  reason: 'NoTerminal',
  message:
    'This machine has no script(1) of util-linux, which gives programs a terminal: this one runs without (line by line, no colours, no cursor keys)',
} as const;

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** @param find full path of a program of the machine */
export function inTerminal(program: Program, find: (name: string) => string | undefined): Program | undefined {
  const script = process.platform === 'linux' ? find('script') : undefined;
  if (script === undefined) return undefined;
  const words = [program.file, ...program.args].map(quote).join(' ');
  // The shell says who and where it is, then becomes the program. `exec` keeps the process id.
  const text = `echo "$$ $(tty)" >&3; exec 3>&-; exec ${words}`;
  const { calledAs, ...rest } = program;
  return {
    ...rest,
    file: script,
    args: ['-q', '-e', '-f', '-c', text, '/dev/null'],
    environment: { TERM: 'xterm', ...program.environment, SHELL: '/bin/sh' },
    stdin: true,
    terminal: true,
  };
}

/** Sets sizes one after the other; of several that come at once only the last counts. */
export class TerminalSizes {
  readonly #device: Promise<string | undefined>;
  #wanted: TerminalSize | undefined;
  #busy = false;

  constructor(device: Promise<string | undefined>) {
    this.#device = device;
  }

  async set(size: TerminalSize): Promise<void> {
    this.#wanted = size;
    if (this.#busy) return;
    this.#busy = true;
    const device = await this.#device;
    while (this.#wanted) {
      const { width, height } = this.#wanted;
      this.#wanted = undefined;
      if (device !== undefined) await stty(['-F', device, 'rows', String(height), 'cols', String(width)]);
    }
    this.#busy = false;
  }
}

/** A terminal that has gone meanwhile needs no size. */
const stty = (args: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    const child = spawn('stty', args, { stdio: 'ignore' });
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
