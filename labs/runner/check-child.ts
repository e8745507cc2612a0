// Check child: the process in which a student's file is checked. It loads everything but the file and says `ready`; told to
// run, it sets the watchdog, imports the file anew for each seed, and tells each check's result as soon as there is one.
// Always true: it ends with its parent; no check outlives its time limit; what the file does to the process (exits, prints,
// rejects promises) is that file's finding.

import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { Activity } from '../../plugins/cli/host/activity.ts';
import { watchdogSource } from '../../plugins/cli/host/places.ts';
import type { Check, Finding, Lab } from '../kit/lab.ts';
import { lookOf, runnerFinding, shown } from './check-findings.ts';
import { Guards } from './check-guards.ts';
import { loadFit, UnfitPart } from './check-load.ts';
import type { CheckRequest, FromChild, ToChild } from './check-messages.ts';
import { Output } from './check-output.ts';
import { memoryLimit } from './check-process.ts';
import { folderOf } from './which-lab.ts';

/** What the module of the labs gives: labs/index.ts, or what a test stands in its place. */
interface Labs {
  readonly labs: readonly Lab[];
  readonly titleOf?: (check: string) => string;
}

/** Real milliseconds for one seed of one check. */
const timeLimit = 10_000;

// Out of the reach of the student's file: nobody else speaks to the parent.
const send = process.send!.bind(process);
const end = process.exit.bind(process);
delete process.send;
const tell = (message: FromChild) => new Promise<void>((resolve) => send(message, () => resolve()));

process.on('disconnect', () => end(0));
// Ctrl-C in a terminal reaches the whole group; when this process ends is its parent's business.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});

/** Called with what nobody caught. */
let onUncaught: (error: unknown) => void = (error) => void tell({ type: 'broken', message: stackOf(error) });
process.on('uncaughtException', (error) => onUncaught(error));
process.on('unhandledRejection', (error) => onUncaught(error));

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

const given = process.argv[2];
const { labs, titleOf }: Labs = given === undefined ? await import('../index.ts') : await import(given);
const { textsOf } = await import('../kit/texts.ts');

process.on('message', async ({ request }: ToChild) => {
  try {
    await run(request);
  } catch (error) {
    await tell({ type: 'broken', message: stackOf(error) });
  }
});
await tell({ type: 'ready' });

async function run(request: CheckRequest): Promise<void> {
  const lab = labs.find(({ name }) => name === request.lab);
  if (!lab) throw new Error(`there is no lab ${request.lab}`);
  const checks = lab.checks.filter(({ id }) => request.checks?.includes(id) ?? true);
  const title = (check: string) => titleOf?.(check) ?? textsOf(folderOf(lab)).check(check).title;
  const activity = watch(request.file);
  const guards = new Guards(request.file);
  const output = new Output();
  output.install();
  guards.install();

  /** One seed of one check; undefined when it passed. @throws UnfitPart; what else it throws is the lab's mistake */
  const once = async (
    check: Check,
    seed: number,
  ): Promise<{ readonly finding?: Finding; readonly isOver?: boolean }> => {
    const at = { check: check.id, seed };
    const file = path.basename(request.file);
    const over = activity.begin(`${check.id} ${seed}`);
    guards.forget();
    const timers = realTimers();
    let uncaught: { readonly error: unknown } | undefined;
    let timer: NodeJS.Timeout | undefined;
    let isHung = false;
    let thrown: { readonly error: unknown } | undefined;
    const interrupted = new Promise<void>((resolve) => {
      onUncaught = (error) => {
        uncaught ??= { error };
        resolve();
      };
      timer = setTimeout(() => {
        isHung = true;
        resolve();
      }, timeLimit);
    });
    try {
      const part = await Promise.race([loadFit(lab, request.file), interrupted]);
      if (part) await Promise.race([check.run(part, seed), interrupted]);
    } catch (error) {
      thrown = { error };
    } finally {
      clearTimeout(timer);
      over();
    }
    await new Promise(setImmediate); // promises that were rejected and left alone are told after a turn
    const { offence } = guards;
    if (offence) {
      const { kind, call, instead } = offence;
      return { finding: runnerFinding(at, kind, { file, call, instead }, lookOf(offence, request.file)) };
    }
    if (thrown?.error instanceof UnfitPart) throw thrown.error;
    const told = findingOf(thrown?.error);
    if (told) return { finding: told };
    if (thrown) {
      const look = lookOf(thrown.error, request.file);
      if (!look) throw thrown.error;
      return { finding: runnerFinding(at, 'thrown', { file, error: shown(thrown.error) }, look) };
    }
    if (uncaught) {
      const look = lookOf(uncaught.error, request.file);
      return { finding: runnerFinding(at, 'uncaught', { error: shown(uncaught.error) }, look), isOver: true };
    }
    if (isHung) return { finding: runnerFinding(at, 'no-end', { limit: timeLimit / 1000 }), isOver: true };
    const left = realTimers() - timers;
    return left > 0 ? { finding: runnerFinding(at, 'left-timers', { file, left }) } : {};
  };

  await tell({ type: 'plan', checks: checks.map(({ id }) => ({ check: id, title: title(id) })) });
  for (const check of checks) {
    const seeds = seedsOf(check, request);
    const began = performance.now();
    let tried = 0;
    let outcome: Awaited<ReturnType<typeof once>> = {};
    let printed = output.take();
    for (const seed of seeds) {
      void tell({ type: 'begin', check: check.id, seed });
      try {
        outcome = await once(check, seed);
      } catch (error) {
        if (!(error instanceof UnfitPart)) throw error;
        return tell({ type: 'unfit', message: error.message, ...(error.look && { look: error.look }) });
      }
      tried += 1;
      const said = output.take();
      if (tried === 1 || outcome.finding) printed = said;
      if (outcome.finding) break;
    }
    const { finding, isOver } = outcome;
    const milliseconds = Math.round(performance.now() - began);
    await tell({
      type: 'result',
      result: {
        lab: lab.name,
        check: check.id,
        title: title(check.id),
        passed: finding === undefined,
        ...(finding && { finding }),
        seeds: tried,
        milliseconds,
        printed,
      },
    });
    if (isOver) break;
  }
  await tell({ type: 'done' });
}

function seedsOf(check: Check, { seed, seeds }: CheckRequest): readonly number[] {
  if (seed !== undefined) return [seed];
  return Array.from({ length: seeds ?? check.seeds ?? 5 }, (_, index) => index + 1);
}

/** The finding in a FailedCheck. By its form: a lab may have been loaded beside another instance of the class. */
function findingOf(error: unknown): Finding | undefined {
  return error instanceof Error && error.name === 'FailedCheck'
    ? (error as Error & { finding: Finding }).finding
    : undefined;
}

/** Timers of the machine that keep a process alive. */
const realTimers = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'Immediate').length;

/** Begins to beat, and sets the watchdog on it. */
function watch(file: string): Activity {
  const activity = new Activity();
  setInterval(() => activity.beat(), 100).unref();
  const worker = new Worker(watchdogSource(), {
    eval: true,
    workerData: { memory: activity.memory, file, limit: memoryLimit },
    execArgv: [],
  });
  worker.unref();
  return activity;
}
