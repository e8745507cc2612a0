// `kubelab lab visit [LAB] [--seed N] [--check 3.4] [--at SECONDS] [-- PROGRAM ...]`: the cluster of a failed check, frozen at
// the instant at which it failed, for kubectl. At a terminal it opens a shell; a program given is run there, and its exit
// code is the answer; with neither it says where the kubeconfig is, and stays until it is ended.
// Inside, `kubelab lab step [--back] [N]` moves in time.
// Always true: whatever ends it, no process, port or folder of it is left.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { ControlServer } from '../../../plugins/cli/control.ts';
import { PluginFileError } from '../../../plugins/cli/exit.ts';
import type { Finding, Lab } from '../../kit/lab.ts';
import type { CheckRequest, CheckResult } from '../check-messages.ts';
import { CheckRun } from '../check-run.ts';
import { type Here, isPlain, here as real } from '../here.ts';
import { failureText } from '../report-text.ts';
import { Student } from '../student.ts';
import type { VisitRequest } from '../visit/messages.ts';
import { Visit } from '../visit/visit.ts';
import { VisitProcess } from '../visit/visit-process.ts';
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
  const ending = endingOf();
  const ready = new VisitProcess();
  let opened: Visit | undefined;
  let door: ControlServer | undefined;
  try {
    const found = await whatFailed(lab, file, options);
    if (ending.aborted) return;
    if (found.result && !found.request) {
      here.out(failureText(found.result, { plain: isPlain(options, here) }));
      throw new PluginFileError('this failure is at no instant of the cluster’s time, so there is nothing to visit');
    }
    opened = await Visit.open(found.request!, { ready });
    if (ending.aborted) return;
    const socket = path.join(opened.folder, 'door');
    const within = opened;
    door = new ControlServer(socket, { '/step': ({ instants }) => within.step(Number(instants)) });
    await door.start();
    if (found.result) here.out(`${failureText(found.result, { plain: isPlain(options, here) })}\n`);
    here.out(`The cluster stands still ${placeText(opened.place)}\n`);
    const { folder, kubeconfig } = opened;
    const env = environmentOf({ folder, kubeconfig, door: socket }, here.env);
    if (words.length > 0) process.exitCode = await runIn(env, words, ending);
    else if (here.isTerminal && process.stdin.isTTY) {
      here.out(`${greeting}\n`);
      process.exitCode = await runIn(env, [shellOf(here.env)], ending);
    } else {
      here.out(`KUBECONFIG=${kubeconfig}\n${doorVariable}=${socket}\nIt stays until this command is ended (Ctrl-C)\n`);
      await new Promise((resolve) => ending.addEventListener('abort', resolve, { once: true }));
    }
  } finally {
    await door?.stop();
    await (opened ? opened.close() : ready.stop());
  }
}

const greeting = `
kubectl get pods                   what there is; describe, get -o yaml, get events work too
npx kubelab lab step               the next instant; step 5 for five
npx kubelab lab step --back        the instant before
exit                               ends the visit`;

/** Aborted by Ctrl-C, SIGTERM or a terminal that goes away. A program that is run inside gets Ctrl-C too, and decides. */
function endingOf(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  return ending.signal;
}

/** @throws ConfigurationError when nothing fails, and no time was named */
async function whatFailed(
  lab: Lab,
  file: string,
  { check, seed, at }: VisitOptions,
): Promise<{ readonly result?: CheckResult; readonly request?: Omit<VisitRequest, 'folder' | 'port'> }> {
  const ids = lab.checks.map(({ id }) => id);
  if (check !== undefined && !ids.includes(check)) {
    throw new ConfigurationError(`lab ${lab.name} has no check ${check}; it has ${ids.join(', ')}`);
  }
  const seconds = at === undefined ? undefined : number('--at', at, /^\d+(\.\d+)?s?$/);
  const wanted = seed === undefined ? undefined : number('--seed', seed, /^\d+$/);
  const about = { lab: lab.name, file };
  const request: CheckRequest = {
    ...about,
    ...(check !== undefined && { checks: [check] }),
    ...(wanted !== undefined && { seed: wanted }),
  };
  const result = await firstFailed(request);
  const finding: Finding | undefined = result?.finding;
  if (result && finding) {
    const { instant } = finding;
    if (instant === 0) return { result };
    const stop = seconds === undefined ? { instant } : { seconds };
    return { result, request: { ...about, check: result.check, seed: finding.seed, stop } };
  }
  if (seconds !== undefined)
    return { request: { ...about, check: check ?? ids[0]!, seed: wanted ?? 1, stop: { seconds } } };
  const what = check === undefined ? `every check of lab ${lab.name} passes` : `check ${check} passes`;
  const under = wanted === undefined ? 'under all its seeds' : `under seed ${wanted}`;
  throw new ConfigurationError(
    `${what} ${under}: there is no failing instant to visit. Any other one: --at SECONDS, with --check ${check ?? ids[0]}`,
  );
}

async function firstFailed(request: CheckRequest): Promise<CheckResult | undefined> {
  const run = new CheckRun(request);
  try {
    for await (const result of run.results) if (result.finding) return result;
    return undefined;
  } finally {
    await run.stop();
  }
}

function number(option: string, given: string, form: RegExp): number {
  if (form.test(given)) return Number.parseFloat(given);
  throw new ConfigurationError(`${option} ${given}: give a number${option === '--at' ? ' of seconds: 2.01' : ''}`);
}
