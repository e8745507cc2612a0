// Check child: the process in which a student's file is checked. It loads everything but the file and says `ready`; told to
// run, it sets the watchdog, tries each check under its seeds, and tells each check's result as soon as there is one.
// Always true: it ends with its parent; what the file does to the process is that file's finding, not the end of the run.

import { writeSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { Activity } from '../../plugins/cli/host/activity.ts';
import { beside, pluginTsconfig, watchdogSource } from '../../plugins/cli/host/places.ts';
import type { Check, Lab } from '../kit/lab.ts';
import { loadPart } from '../kit/load-part.ts';
import { textsOf } from '../kit/texts.ts';
import { UnfitPart } from './check-load.ts';
import type { CheckRequest, CheckResult, FromChild, ToChild } from './check-messages.ts';
import { Output } from './check-output.ts';
import { memoryLimit } from './check-process.ts';
import { tellPrograms } from './check-programs.ts';
import { type Outcome, Trials } from './check-trial.ts';
import { cloneFolder } from './here.ts';
import { folderOf } from './which-lab.ts';

/** What the module of the labs gives: labs/index.ts, or what a test puts in its place. */
interface Labs {
  readonly labs: readonly Lab[];
  readonly titleOf?: (check: string) => string;
}

// Out of the reach of the student's file: nobody else speaks to the parent.
const send = process.send!.bind(process);
const end = process.exit.bind(process);
delete process.send;
const tell = (message: FromChild) => new Promise<void>((resolve) => send(message, () => resolve()));

process.on('disconnect', () => end(0));
// Ctrl-C in a terminal reaches the whole group; when this process ends is its parent's business.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

let trials: Trials | undefined;
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error) => {
    if (trials) trials.uncaught(error);
    else void tell({ type: 'broken', message: stackOf(error) });
  });
}

const given = process.argv[2];
let module: Labs = await import('../index.ts');
await compileTypeScript();
if (given !== undefined) module = await import(given);
const { labs, titleOf } = module;

process.on('message', async ({ request }: ToChild) => {
  try {
    await run(request);
    await tell({ type: 'done' });
  } catch (error) {
    if (!(error instanceof UnfitPart)) return tell({ type: 'broken', message: stackOf(error) });
    await tell({ type: 'unfit', message: error.message, ...(error.look && { look: error.look }) });
  }
});
// Compilers, and what such a file imports: what is loaded now is not waited for after a save.
await loadPart(path.join(cloneFolder, 'labs/runner/warm-up.ts'));
await tell({ type: 'ready' });

/**
 * From now on TypeScript is compiled as it is imported, and lines of it are told. Not from the start, where Kubelab is built:
 * all of its own modules would go through the compiler's hooks, and each error would be looked up in its large maps.
 */
async function compileTypeScript(): Promise<void> {
  if (import.meta.url.endsWith('.ts')) return;
  await import(beside('core'));
  const { register } = await import('tsx/esm/api');
  const tsconfig = pluginTsconfig();
  register(tsconfig === undefined ? {} : { tsconfig });
}

async function run(request: CheckRequest): Promise<void> {
  const lab = labs.find(({ name }) => name === request.lab);
  if (!lab) throw new Error(`there is no lab ${request.lab}`);
  const checks = lab.checks.filter(({ id }) => request.checks?.includes(id) ?? true);
  const titles = new Map(checks.map(({ id }) => [id, titleOf?.(id) ?? textsOf(folderOf(lab)).check(id).title]));
  const output = new Output(request.file);
  output.install();
  tellPrograms(request.file, (at) => writeSync(4, `${JSON.stringify({ type: 'at', at })}\n`));
  trials = new Trials(lab, request.file, watch(request.file));

  await tell({ type: 'plan', checks: [...titles].map(([check, title]) => ({ check, title })) });
  for (const check of checks) {
    const { outcome, ...told } = await tryOut(check, request, trials, output);
    const { finding, isUnderWay } = outcome;
    const title = titles.get(check.id)!;
    const passed = finding === undefined;
    const result = { lab: lab.name, check: check.id, title, passed, ...(finding && { finding }), ...told };
    await tell({ type: 'result', result });
    if (isUnderWay) return;
  }
}

/** One check under its seeds, up to the first under which it fails. */
async function tryOut(
  check: Check,
  request: CheckRequest,
  trials: Trials,
  output: Output,
): Promise<Pick<CheckResult, 'seeds' | 'milliseconds' | 'printed'> & { readonly outcome: Outcome }> {
  const began = performance.now();
  let seeds = 0;
  let outcome: Outcome = {};
  let printed = output.take();
  for (const seed of seedsOf(check, request)) {
    void tell({ type: 'begin', check: check.id, seed });
    outcome = await trials.run(check, seed);
    seeds += 1;
    const said = output.take();
    // Under the seed that failed, else the first under which it was far too much, else the first.
    if (seeds === 1 || outcome.finding || (said.tooMuch && !printed.tooMuch)) printed = said;
    if (outcome.finding) break;
  }
  return { outcome, seeds, milliseconds: Math.round(performance.now() - began), printed };
}

function seedsOf(check: Check, { seed, seeds }: CheckRequest): readonly number[] {
  if (seed !== undefined) return [seed];
  return Array.from({ length: seeds ?? check.seeds ?? 5 }, (_, index) => index + 1);
}

/** Begins to beat, and sets the watchdog on it. */
function watch(file: string): Activity {
  const activity = new Activity();
  setInterval(() => activity.beat(), 100).unref();
  const { memory } = activity;
  new Worker(watchdogSource(), { eval: true, workerData: { memory, file, limit: memoryLimit }, execArgv: [] }).unref();
  return activity;
}
