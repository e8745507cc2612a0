// Workloads of schedulers: those of the files in labs/bench/workloads, and of any other file of that kind.

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Scheduler } from '../../../../core/contracts/scheduler.ts';
import { keyOf } from '../../../../core/model/meta.ts';
import { untouched, ViewChanged } from '../../../../plugins/cli/host/untouched.ts';
import type { Level } from '../comparison.ts';
import { workloadFolder } from '../places.ts';
import { Alone } from '../scheduler/alone.ts';
import { carryOut } from '../scheduler/carry-out.ts';
import { examined } from '../scheduler/examined-scheduler.ts';
import { peakMemory, schedulerMeasures } from '../scheduler/measures.ts';
import { Meter } from '../scheduler/meter.ts';
import { qualityOf } from '../scheduler/quality.ts';
import type { Workload } from '../scheduler/workload.ts';
import { readWorkloads } from '../scheduler/workload-file.ts';
import { type Round, type RunOutcome, type Size, type Trial, VariantFault } from '../trial.ts';

/** Those that come with Kubelab. */
export async function schedulerTrials(size: Size): Promise<readonly Trial[]> {
  const files = readdirSync(workloadFolder()).filter((name) => name.endsWith('.yaml'));
  return files.sort().flatMap((name) => trialsOfFile(path.join(workloadFolder(), name), size));
}

/** @throws ConfigurationError with all that is wrong in the file */
export function trialsOfFile(file: string, size: Size): readonly Trial[] {
  const own = workloadFolder();
  const small = { nodes: Math.min(size.nodes ?? nodesOfCheck, nodesOfCheck) };
  return readWorkloads(file, own, size).map(
    (workload, at) => new SchedulerTrial(file, workload, () => readWorkloads(file, own, small)[at]!),
  );
}

/** The check looks at every node before and after every pod. */
const nodesOfCheck = 20;

const mostWarmUps = 20;
/** Milliseconds. */
const longestWarmUp = 300;

/** `untouched`, in the words of a comparison. */
const looked: typeof untouched = (pod, ...rest) => {
  try {
    return untouched(pod, ...rest);
  } catch (error) {
    if (!(error instanceof ViewChanged)) throw error;
    throw new VariantFault('changed its snapshot', `place(${keyOf(pod)}): ${error.message}`);
  }
};

class SchedulerTrial implements Trial {
  readonly subject = 'scheduler';
  readonly levels: readonly Level[] = ['alone', 'api', 'https'];
  readonly file: string;
  readonly #workload: Workload;
  readonly #small: () => Workload;

  /** @param small gives the same of a size for the check */
  constructor(file: string, workload: Workload, small: () => Workload) {
    this.file = file;
    this.#workload = workload;
    this.#small = small;
  }

  get name(): string {
    return this.#workload.name;
  }

  get description(): string {
    return this.#workload.description;
  }

  get labels(): readonly string[] {
    return this.#workload.labels;
  }

  measures(level: Level) {
    return schedulerMeasures(level, this.#workload.floor);
  }

  async run(round: Round): Promise<RunOutcome> {
    if (round.level === 'alone') return this.#runAlone(round);
    const { runThroughApi } = await import('../scheduler/through-api.ts');
    return runThroughApi(this.#workload, round);
  }

  async check(round: Round): Promise<void> {
    const alone = new Alone(examined(round.build(Scheduler), round), new Meter(), looked);
    await carryOut(this.#small(), alone);
    alone.stop();
  }

  /** The engine compiles what it will compile: a run of a few thousand pods would else measure little more than that. */
  async #warmUp(round: Round): Promise<void> {
    const small = this.#small();
    const began = performance.now();
    for (let times = 0; times < mostWarmUps && performance.now() - began < longestWarmUp; times += 1) {
      const alone = new Alone(examined(round.build(Scheduler), round), new Meter());
      await carryOut(small, alone);
      alone.stop();
    }
  }

  async #runAlone(round: Round): Promise<RunOutcome> {
    await this.#warmUp(round);
    const meter = new Meter();
    const alone = new Alone(examined(round.build(Scheduler), round), meter);
    await carryOut(this.#workload, alone);
    alone.stop();
    const memory = peakMemory();
    const { values, nodes } = qualityOf(alone.view, this.#workload);
    const { leftOver, evicted: preemptions } = alone;
    const brokenRules = await alone.log.broken(alone.view);
    return {
      values: { ...meter.values(), ...values, leftOver, brokenRules, preemptions, memory },
      series: meter.series,
      nodes,
    };
  }
}
