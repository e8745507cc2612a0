// Trial: one seed of one check on a student's file. It ends, whatever the file does, with a finding or without.
//   const trials = new Trials(lab, file, activity);   ...   const { finding } = await trials.run(check, 7);
// Always true: each trial imports the file anew, so that nothing of an earlier one is left in its variables; what the file
// did to the process (a refused call, an error that nobody caught) fails the trial in which it did it.

import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Activity } from '../../plugins/cli/host/activity.ts';
import type { Check, Finding, Lab } from '../kit/lab.ts';
import { lookOf, runnerFinding, shown } from './check-findings.ts';
import { Guards } from './check-guards.ts';
import { loadFit, UnfitPart } from './check-load.ts';

/** Milliseconds for one trial; of work, since the machine may have had no time for it. */
const workLimit = 10_000;
/** Real milliseconds without any work after which none will come: somebody waits for what never happens. */
const longestRest = 2_000;
/** The same while the file is loaded: compilers work in threads of their own. */
const longestLoad = 8_000;
/** Real milliseconds for a check to come to its end by itself, after an error that nobody caught. */
const grace = 500;
const tick = 250;

export interface Outcome {
  /** Undefined: it passed. */
  readonly finding?: Finding;
  /** It is still under way, and cannot be ended but with its process. */
  readonly isUnderWay?: boolean;
}

export class Trials {
  readonly #lab: Lab;
  readonly #file: string;
  readonly #activity: Activity;
  readonly #guards: Guards;
  #uncaught: { readonly error: unknown } | undefined;

  /** Sets the guards, for the rest of the process' life. @param activity where it says what it is doing */
  constructor(lab: Lab, file: string, activity: Activity) {
    this.#lab = lab;
    this.#file = file;
    this.#activity = activity;
    this.#guards = new Guards(file);
    this.#guards.install();
  }

  /** To be told of each error that nobody caught. */
  uncaught(error: unknown): void {
    this.#uncaught ??= { error };
  }

  /** @throws UnfitPart when the file cannot be checked at all; what else it throws is the lab's mistake */
  async run(check: Check, seed: number): Promise<Outcome> {
    this.#guards.forget();
    this.#uncaught = undefined;
    const over = this.#activity.begin(`${check.id} ${seed}`);
    const { thrown, isUnderWay } = await this.#try(check, seed);
    over();
    const finding = this.#finding({ check: check.id, seed }, thrown, isUnderWay);
    return { ...(finding && { finding }), isUnderWay };
  }

  async #try(check: Check, seed: number): Promise<{ thrown?: { readonly error: unknown }; isUnderWay: boolean }> {
    const patience = new Patience(() => this.#uncaught !== undefined);
    try {
      const part = await Promise.race([loadFit(this.#lab, this.#file), patience.over]);
      if (!part) return { isUnderWay: true };
      patience.expectWork();
      const isDone = await Promise.race([check.run(part, seed).then(() => true), patience.over]);
      // Promises that were rejected and left to themselves are told of after a turn.
      await new Promise(setImmediate);
      return { isUnderWay: isDone !== true };
    } catch (error) {
      await new Promise(setImmediate);
      return { thrown: { error }, isUnderWay: false };
    } finally {
      patience.stop();
    }
  }

  /** The first of what is wrong, most telling first. */
  #finding(
    at: { readonly check: string; readonly seed: number },
    thrown: { readonly error: unknown } | undefined,
    isUnderWay: boolean,
  ): Finding | undefined {
    const file = path.basename(this.#file);
    const { offence } = this.#guards;
    if (offence) {
      const { kind, call, instead } = offence;
      return runnerFinding(at, kind, { file, call, instead }, lookOf(offence, this.#file));
    }
    if (thrown) {
      const { error } = thrown;
      if (error instanceof UnfitPart) throw error;
      // By its form: the lab may have been loaded beside another instance of the class.
      if (error instanceof Error && error.name === 'FailedCheck')
        return (error as Error & { finding: Finding }).finding;
      const look = lookOf(error, this.#file);
      if (!look) throw error;
      return runnerFinding(at, 'thrown', { file, error: shown(error) }, look);
    }
    if (this.#uncaught) {
      const { error } = this.#uncaught;
      const look = lookOf(error, this.#file);
      // A call to the API that nobody awaited has lost the line; of any other error without one, the file may be innocent.
      if (!look && error instanceof Error && error.name !== 'ApiError') throw error;
      return runnerFinding(at, 'uncaught', { error: shown(error) }, look);
    }
    return isUnderWay ? runnerFinding(at, 'no-end', { file }) : undefined;
  }
}

/** Waits, in real time, until a trial will not come to its end by itself. */
class Patience {
  readonly over: Promise<undefined>;
  readonly #timer: NodeJS.Timeout;
  #isWorkExpected = false;

  /** @param isCrashed whether there was an error that nobody caught: what waits may wait for ever */
  constructor(isCrashed: () => boolean) {
    const began = process.cpuUsage();
    let last = performance.eventLoopUtilization();
    let rest = 0;
    let crashed = 0;
    let end: (nothing: undefined) => void = () => {};
    this.over = new Promise((resolve) => {
      end = resolve;
    });
    this.#timer = setInterval(() => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      rest = utilization < 0.05 ? rest + tick : 0;
      if (isCrashed()) crashed += tick;
      const { user, system } = process.cpuUsage(began); // microseconds
      const isWorking = user + system < workLimit * 1000 && rest < (this.#isWorkExpected ? longestRest : longestLoad);
      if (!isWorking || crashed > grace) end(undefined);
    }, tick);
  }

  /** The file is loaded: from now on nothing is waited for but work of this process. */
  expectWork(): void {
    this.#isWorkExpected = true;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
