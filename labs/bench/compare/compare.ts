// Compare: variants on workloads, run after run, and what came of it. Each run has a process of its own; the variants take
// turns (A B C, A B C, ...), so that a busy minute of the machine falls on all of them.
// Always true: whatever a variant does, the others are run; one that failed on a workload is not run on it again, on the same
// level, since the same would be waited for once more.

import type { Role } from '../../../core/cluster/composition.ts';
import { machine } from '../measure.ts';
import type { Comparison, Level, Run, WorkloadResult } from './comparison.ts';
import type { Progress } from './report/progress.ts';
import { subjects } from './subjects/index.ts';
import type { Size, Trial } from './trial.ts';
import type { TrialRequest } from './trial-messages.ts';
import { runTrial, type TrialEnding } from './trial-process.ts';
import { builtInVariants, checkVariant, parseVariant, type VariantChoice, withSampled } from './variant.ts';

export interface CompareOptions {
  /** What the trials were found by. */
  readonly source: string;
  readonly trials: readonly Trial[];
  readonly size: Size;
  /** All that come with Kubelab unless told. */
  readonly variants?: readonly string[];
  /** Those of each trial but `https` unless told. */
  readonly levels?: readonly Level[];
  /** Runs of each variant. */
  readonly repeat: number;
  readonly seed: string;
  /** Variants that can sample nodes are run doing so too. */
  readonly sample?: boolean;
  /** Seconds for a run. */
  readonly limit: number;
  /** So many times the floors are demanded. */
  readonly timesFloor?: number;
  /** For people. */
  readonly command: string;
  readonly progress?: Progress;
  /** Ends it early: what there is so far is given back. */
  readonly signal?: AbortSignal;
  /** Runs a trial, unless it is run in a process. */
  readonly run?: (request: TrialRequest) => Promise<TrialEnding>;
}

/** Longest that one call of a variant may take, in milliseconds. */
const longestCall = 10_000;

interface Plan {
  readonly trial: Trial;
  readonly level: Level;
  readonly variants: readonly VariantChoice[];
}

/** @throws ConfigurationError when there is no such variant, EnvironmentError when no process can be started */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const began = new Date().toISOString();
  const plans = options.trials.flatMap((trial) => plansOf(trial, options));
  const checks = new Map<string, Run['failure']>();
  const { progress, repeat, signal } = options;
  progress?.begin(plans.reduce((runs, { variants }) => runs + variants.length * repeat, 0));
  const workloads: WorkloadResult[] = [];
  try {
    for (const plan of plans) {
      if (signal?.aborted) break;
      workloads.push(await runPlan(plan, options, checks));
    }
  } finally {
    progress?.end();
  }
  const variants = [...new Set(plans.flatMap((plan) => plan.variants.map(({ text }) => text)))];
  const { command, seed } = options;
  return { format: 'kubelab.dev/bench/v1', command, machine: machine(), began, seed, variants, workloads };
}

function plansOf(trial: Trial, { variants, levels, sample }: CompareOptions): Plan[] {
  const { role } = subjects.find(({ subject }) => subject === trial.subject)!;
  const wanted = levels ?? trial.levels.filter((level) => level !== 'https');
  const chosen = choose(variants, role, sample === true);
  return trial.levels.filter((level) => wanted.includes(level)).map((level) => ({ trial, level, variants: chosen }));
}

function choose(names: readonly string[] | undefined, role: Role, sample: boolean): readonly VariantChoice[] {
  const chosen = (names ?? builtInVariants(role)).map((name) => parseVariant(name));
  for (const variant of chosen) checkVariant(variant, role);
  const all = sample ? withSampled(chosen, role) : chosen;
  return all.filter(({ text }, at) => all.findIndex((other) => other.text === text) === at);
}

async function runPlan(
  { trial, level, variants }: Plan,
  options: CompareOptions,
  checks: Map<string, Run['failure']>,
): Promise<WorkloadResult> {
  const { source, size, seed, repeat, limit, progress, signal, timesFloor = 1 } = options;
  const run = options.run ?? ((request) => runTrial(request, { limit, ...(signal && { signal }) }));
  const runs: Run[] = [];
  const failed = new Set<string>();
  const patience = Math.min(longestCall, limit * 1000);
  const request = { source: trial.file ?? source, trial: trial.name, size, level, seed, patience };
  const note = ({ variant, repeat: round, failure }: Run) => {
    if (failure) progress?.note(`${variant}, run ${round}: ${failure.reason}: ${failure.message}`);
  };
  for (let round = 1; round <= repeat; round += 1) {
    for (const variant of variants) {
      if (signal?.aborted) break;
      progress?.run(`${trial.name}  ${level}  ${variant.text}, run ${round}`);
      if (failed.has(variant.text)) continue;
      const found = round === 1 ? await check(variant) : undefined;
      const ending: TrialEnding = found ? { failure: found } : await run({ ...request, mode: 'run', variant });
      if ('stopped' in ending) break;
      const one = runOf(variant.text, round, ending, !runs.some((other) => other.variant === variant.text));
      runs.push(one);
      note(one);
      if (one.failure) failed.add(variant.text);
    }
  }
  return {
    name: trial.name,
    description: trial.description,
    subject: trial.subject,
    level,
    measures: trial
      .measures(level)
      .map((one) => (one.floor === undefined ? one : { ...one, floor: one.floor * timesFloor })),
    runs,
  };

  /** Once a variant and workload, whatever the level; of those that come with Kubelab, its own tests have looked. */
  async function check(variant: VariantChoice): Promise<Run['failure']> {
    if (!trial.check || variant.file === undefined) return undefined;
    const key = `${trial.name} ${variant.text}`;
    if (!checks.has(key)) {
      const ending = await run({ ...request, mode: 'check', variant });
      checks.set(key, 'failure' in ending ? ending.failure : undefined);
    }
    return checks.get(key);
  }
}

function runOf(
  variant: string,
  repeat: number,
  ending: Exclude<TrialEnding, { stopped: true }>,
  isFirst: boolean,
): Run {
  if ('failure' in ending) return { variant, repeat, values: {}, failure: ending.failure };
  const { values = {}, series, nodes } = ending.outcome ?? {};
  // The nodes of one run are enough to draw: placements repeat, and there are thousands of nodes.
  return { variant, repeat, values, ...(series && { series }), ...(nodes && isFirst && { nodes }) };
}
