// Summary: what a comparison says, before anybody draws it. Table, page and Markdown all read this, so that they agree.
//   summarise(comparison).workloads[0].measures[0].standings[0]    one variant on one measure
// Always true: every variant that was run has a standing on every measure, in the order asked for, also when all its runs
// failed; runs that failed count nowhere but in `failures`.

import type { Comparison, Failure, Level, Measure, Run, Subject, WorkloadResult } from '../comparison.ts';
import { judgedOf, reaches } from '../verdict.ts';
import { type Interval, median, medianInterval, pairs, wonAll } from './statistics.ts';

/** How a variant stands on one measure of one workload. */
export interface Standing {
  readonly variant: string;
  /** By round. */
  readonly values: ReadonlyMap<number, number>;
  /** Whether a run came through. */
  readonly ran: boolean;
  /** NaN where there is none: no run came through, or it could not be measured. */
  readonly median: number;
  readonly interval: Interval | undefined;
  /** 1 is the best median; half as good is 0.5. Undefined where nothing is better or worse. */
  readonly score: { readonly value: number; readonly low: number; readonly high: number } | undefined;
  /** `tied`: the best one did not beat it in every round. Undefined also where all are alike. */
  readonly mark: 'best' | 'tied' | undefined;
  readonly floor: 'reached' | 'missed' | undefined;
}

export interface MeasureSummary {
  readonly measure: Measure;
  readonly standings: readonly Standing[];
  /** `binpack is ahead in all 5 rounds`; empty where there is nothing to say. */
  readonly verdict: string;
  /** Every variant had the same number in every round: there is nothing to see. */
  readonly alike: boolean;
}

export interface WorkloadSummary {
  readonly workload: WorkloadResult;
  /** `SchedulingBasic/500Nodes · scheduler alone` */
  readonly title: string;
  readonly measures: readonly MeasureSummary[];
  readonly failures: readonly (Pick<Run, 'variant' | 'repeat'> & { readonly failure: Failure })[];
}

export interface Summary {
  readonly comparison: Comparison;
  readonly workloads: readonly WorkloadSummary[];
  /** The most runs that a variant had on a workload. */
  readonly rounds: number;
}

export function summarise(comparison: Comparison): Summary {
  const rounds = comparison.workloads.flatMap(({ runs }) => runs.map(({ repeat }) => repeat));
  return {
    comparison,
    workloads: comparison.workloads.map((workload) => summariseWorkload(workload, comparison.variants)),
    rounds: Math.max(0, ...rounds),
  };
}

/** What a run goes through, for people. */
export function levelText(subject: Subject, level: Level): string {
  if (level === 'alone') return `${subject} alone`;
  return level === 'api' ? 'through the API server' : 'through the API server over HTTPS';
}

function summariseWorkload(workload: WorkloadResult, all: readonly string[]): WorkloadSummary {
  // A comparison of several slots: schedulers are not run on the workloads of stores.
  const variants = all.filter((variant) => workload.runs.some((run) => run.variant === variant));
  return {
    workload,
    title: `${workload.name} · ${levelText(workload.subject, workload.level)}`,
    measures: workload.measures.map((measure) => summariseMeasure(measure, workload.runs, variants)),
    failures: workload.runs.flatMap(({ variant, repeat, failure }) => (failure ? [{ variant, repeat, failure }] : [])),
  };
}

function summariseMeasure(measure: Measure, runs: readonly Run[], variants: readonly string[]): MeasureSummary {
  const bare = variants.map((variant) => {
    const values = new Map<number, number>();
    for (const run of runs) {
      const value = run.values[measure.name];
      if (run.variant === variant && !run.failure && value !== undefined) values.set(run.repeat, value);
    }
    const ran = runs.some((run) => run.variant === variant && !run.failure);
    const list = [...values.values()];
    return { variant, ran, values, median: median(list), interval: medianInterval(list) };
  });
  const best = bestOf(bare, measure.better);
  const marks = marksOf(bare, best, measure.better);
  const standings = bare.map((one) => ({
    ...one,
    score: best && Number.isFinite(one.median) ? scoreOf(one, best.median, measure.better) : undefined,
    mark: marks.get(one.variant),
    floor: floorOf(measure, runs, one.variant),
  }));
  const verdict = verdictOf(bare, best, marks, measure.better);
  return { measure, standings, verdict, alike: verdict === allAlike };
}

const allAlike = 'all alike';

type Bare = Pick<Standing, 'variant' | 'ran' | 'values' | 'median' | 'interval'>;

function bestOf(standings: readonly Bare[], better: Measure['better']): Bare | undefined {
  if (better === 'neither') return undefined;
  const sign = better === 'higher' ? 1 : -1;
  const known = standings.filter((one) => Number.isFinite(one.median));
  return known.reduce<Bare | undefined>((a, b) => (a && sign * (a.median - b.median) >= 0 ? a : b), undefined);
}

function scoreOf({ median: middle, interval }: Bare, best: number, better: Measure['better']) {
  const score = (value: number) => {
    if (value === best) return 1;
    if (better === 'higher') return best > 0 ? value / best : 0;
    // Where the best is nothing at all (no pod left over), whatever is more has no part of it.
    return value > 0 ? best / value : 1;
  };
  const ends = [score(interval?.low ?? middle), score(interval?.high ?? middle)];
  return { value: score(middle), low: Math.min(...ends), high: Math.max(...ends) };
}

/** Marks for the best one and those that it did not beat in every round; none where nobody is beaten. */
function marksOf(standings: readonly Bare[], best: Bare | undefined, better: Measure['better']) {
  const marks = new Map<string, 'best' | 'tied'>();
  if (!best || better === 'neither') return marks;
  for (const one of standings) {
    if (one === best) marks.set(one.variant, 'best');
    else if (Number.isFinite(one.median) && !beats(best, one, better)) marks.set(one.variant, 'tied');
  }
  const known = standings.filter((one) => Number.isFinite(one.median)).length;
  if (marks.size === known) marks.clear();
  // The first of those with the same number in every round is no better than the others.
  else if ([...marks.values()].includes('tied')) {
    const alike = standings.filter((one) => marks.has(one.variant) && same(one, best));
    if (alike.length > 1) for (const one of alike) marks.set(one.variant, 'best');
  }
  return marks;
}

/** Equal in every round in which both came through. */
const same = (one: Bare, best: Bare) =>
  one.median === best.median && [...best.values].every(([round, value]) => (one.values.get(round) ?? value) === value);

function beats(best: Bare, other: Bare, better: 'higher' | 'lower'): boolean {
  const fight = pairs(best.values, other.values, better);
  // One round each cannot tell noise from difference; the report says so where it says how many rounds there were.
  return fight.rounds > 1 ? wonAll(fight) : best.median !== other.median;
}

function verdictOf(
  standings: readonly Bare[],
  best: Bare | undefined,
  marks: ReadonlyMap<string, 'best' | 'tied'>,
  better: Measure['better'],
): string {
  const others = standings.filter((one) => one !== best && Number.isFinite(one.median));
  if (!best || better === 'neither' || others.length === 0) return '';
  if (marks.size === 0) return others.every((one) => same(one, best)) ? allAlike : 'no clear winner';
  const first = [...marks].filter(([, mark]) => mark === 'best').map(([name]) => name);
  if (first.length > 1) return `${listed(first)} are alike and ahead`;
  const tied = [...marks].filter(([, mark]) => mark === 'tied').map(([name]) => name);
  if (tied.length > 0) return `${best.variant} is ahead, but not in every round of ${listed(tied)}`;
  const rounds = Math.min(...others.map((one) => pairs(best.values, one.values, better).rounds));
  const all = ['no', 'the only round', 'both rounds'][rounds] ?? `all ${rounds} rounds`;
  return `${best.variant} is ahead in ${all}`;
}

function floorOf(measure: Measure, runs: readonly Run[], variant: string): Standing['floor'] {
  const own = runs.filter((run) => run.variant === variant);
  const isReached = reaches(measure, judgedOf(measure, own));
  return isReached === undefined ? undefined : isReached ? 'reached' : 'missed';
}

/** `a, b and c`; of many, how many. */
export function listed(names: readonly string[]): string {
  if (names.length > 3) return `${names.length} variants`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Names short enough for an axis or a column, and still different: of a path the end, of two alike the number. */
export function shortNames(variants: readonly string[], longest = 24): ReadonlyMap<string, string> {
  const short = new Map<string, string>();
  for (const variant of variants) {
    const end = variant.length > longest ? shortened(variant, longest) : variant;
    const taken = [...short.values()].includes(end);
    short.set(variant, taken ? `${short.size + 1}${end}` : end);
  }
  return short;
}

/** Of a path the end says most; of a plugin with options its name, and the end of the options. */
function shortened(variant: string, longest: number): string {
  const [, name = ''] = /^([\w-]+:)/.exec(variant) ?? [];
  const kept = name.length <= longest / 2 ? name : '';
  return `${kept}…${variant.slice(1 + kept.length - longest)}`;
}
