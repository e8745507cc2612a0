// `kubelab lab visit [LAB] [--seed N] [--check 3.4] [--at SECONDS] [-- PROGRAM ...]`: the cluster of a failed check, frozen at
// the instant at which it failed, for kubectl. At a terminal it opens a shell; a program given is run there, and its exit
// code is the answer; with neither it says where the kubeconfig is, and stays until it is ended.
// Inside, `kubelab lab step [--back] [N]` moves in time.
// Always true: whatever ends it, no process, port or folder of it is left.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { ControlServer } from '../../../plugins/cli/control.ts';
import type { Lab } from '../../kit/lab.ts';
import { type Here, isPlain, here as real } from '../here.ts';
import { failureText } from '../report-text.ts';
import { Student } from '../student.ts';
import type { Opened } from '../visit/messages.ts';
import type { Place } from '../visit/replay.ts';
import { Visit, type Wish } from '../visit/visit.ts';
import { doorVariable, environmentOf, runIn, shellOf } from '../visit/visit-shell.ts';
import { placeText } from '../visit/visit-text.ts';

export interface VisitOptions {
  readonly seed?: string;
  readonly check?: string;
  readonly at?: string;
  readonly file?: string;
  readonly plain?: boolean;
}

/** @param words of a program to run inside */
export async function visit(
  given: string | undefined,
  words: readonly string[],
  options: VisitOptions,
  here?: Here,
): Promise<void> {
  here ??= await real();
  if (here.env[doorVariable]) throw new ConfigurationError('this is a visit already; leave it first, with: exit');
  const student = new Student(here);
  const lab = student.lab(given);
  const file = options.file === undefined ? student.fileOf(lab) : path.resolve(here.cwd, options.file);
  if (!existsSync(file)) throw new ConfigurationError(`there is no file ${file}`);
  const wish = wishOf(lab, file, options);
  const ending = endingOf();
  let opened: Visit;
  try {
    opened = await Visit.open(wish, { signal: ending });
  } catch (error) {
    if (ending.aborted) return;
    throw error;
  }
  const { folder, kubeconfig } = opened;
  const door = path.join(folder, 'door');
  const server = new ControlServer(door, { '/step': ({ instants }) => opened.step(Number(instants)) });
  try {
    await server.start();
    if (ending.aborted) return;
    here.out(
      `${found(lab, opened.opened, isPlain(options, here), options.file)}The cluster stands still ${placeText(opened.place)}\n${early(options, opened.place)}`,
    );
    const env = environmentOf({ folder, kubeconfig, door }, here.env);
    const isShell = words.length === 0 && here.isTerminal && process.stdin.isTTY;
    if (isShell) here.out(`${greeting}\n`);
    if (isShell || words.length > 0) {
      // Ctrl-C is for what runs inside.
      process.removeAllListeners('SIGINT').on('SIGINT', () => {});
      process.exitCode = await runIn(env, isShell ? [shellOf(here.env)] : words, ending);
    } else {
      here.out(`KUBECONFIG=${kubeconfig}\n${doorVariable}=${door}\nIt stays until this command is ended (Ctrl-C)\n`);
      await new Promise((resolve) => ending.addEventListener('abort', resolve, { once: true }));
    }
  } finally {
    await server.stop();
    await opened.close();
  }
}

const greeting = `
kubectl get pods                   what there is; describe, get -o yaml, get events work too
npx kubelab lab step               the next instant; step 5 for five
npx kubelab lab step --back        the instant before
exit                               ends the visit`;

/** Said when the check began later than the time that was asked for. */
const early = ({ at }: VisitOptions, place: Place): string =>
  at !== undefined && Number.parseFloat(at) < place.at
    ? `That is its first instant: up to it, the scene was set (nodes, and what the check begins with); ${at} s cannot be visited\n`
    : '';

/** The failed check in full, as when it was checked. */
function found({ name }: Lab, { check, title, finding }: Opened, plain: boolean, file?: string): string {
  if (!finding) return '';
  const result = { lab: name, check, title, passed: false, finding, seeds: 1, milliseconds: 0 };
  return `${failureText({ ...result, printed: { lines: [], more: 0 } }, { plain, isFirst: false, file })}\n`;
}

/** Aborted by Ctrl-C, SIGTERM or a terminal that goes away. */
function endingOf(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  return ending.signal;
}

/** @throws ConfigurationError for what no visit could be made of */
function wishOf(lab: Lab, file: string, { check, seed, at }: VisitOptions): Wish {
  const ids = lab.checks.map(({ id }) => id);
  if (check !== undefined && !ids.includes(check)) {
    throw new ConfigurationError(`lab ${lab.name} has no check ${check}; it has ${ids.join(', ')}`);
  }
  return {
    lab: lab.name,
    file,
    checks: check === undefined ? ids : [check],
    ...(seed !== undefined && { seed: number('--seed', seed, /^\d+$/, 'a whole number') }),
    stop: at === undefined ? 'failure' : { seconds: number('--at', at, /^\d+(\.\d+)?s?$/, 'seconds: 2.01') },
  };
}

function number(option: string, given: string, form: RegExp, what: string): number {
  if (form.test(given)) return Number.parseFloat(given);
  throw new ConfigurationError(`${option} ${given}: give ${what}`);
}
