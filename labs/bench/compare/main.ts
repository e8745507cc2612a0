// The command `kubelab bench`: variants of a plugin on the same workloads, side by side.
//   kubelab bench SchedulingBasic                                    every scheduler, on a small cluster
//   kubelab bench NodeAffinity --variants default,./mine.ts          two of them
//   kubelab bench schedulers/performance --level alone --sample      the sizes of Kubernetes' own benchmark
//   kubelab bench list                                               which workloads there are
//   kubelab bench report FILE.json --html FILE                       what was measured once, drawn again
// Exit codes: 0; 1 a variant failed, or is below a floor; 2 wrong use; 3 the environment.

import { Command, InvalidArgumentError, Option } from 'commander';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { allTrials, findTrials } from './catalogue.ts';
import type { Level } from './comparison.ts';

interface Options {
  readonly variants?: string[];
  readonly nodes?: number;
  readonly pods?: number;
  readonly level?: string;
  readonly repeat: number;
  readonly seed: string;
  readonly sample?: boolean;
  readonly json?: string;
  readonly html?: string;
  readonly markdown?: string;
  readonly timeLimit: number;
  readonly timesFloor?: number;
  readonly plain?: boolean;
  readonly output?: string;
}

const levels: readonly Level[] = ['alone', 'api', 'https'];

/** @param args what stood behind `kubelab bench` */
export async function main(args: readonly string[]): Promise<void> {
  const program = new Command('kubelab bench')
    .description('variants of a plugin on the same workloads, side by side')
    .exitOverride()
    .showHelpAfterError('(kubelab bench --help shows all options)')
    .argument('<name>', 'a workload (kubelab bench list), several with commas, or a file.yaml')
    .argument('[file]', 'of bench report: what --json has written')
    .option('--variants <list>', 'names or ./files.ts, with commas; all of that slot unless told', list)
    .option('--nodes <n>', 'so many nodes, and pods in proportion', whole(0, 5000))
    .option('--pods <n>', 'so many pods are measured', whole(1, 150_000))
    .addOption(
      new Option('--level <level>', 'how much of a cluster; alone and api unless told').choices([...levels, 'all']),
    )
    .option('--repeat <n>', 'runs of each variant', whole(1, 1000), 5)
    .option('--seed <s>', 'where chance begins', '1')
    .option('--sample', 'also with a sample of the nodes, as Kubernetes in large clusters, where a variant can')
    .option('--time-limit <s>', 'seconds for one run', seconds, 300)
    .option('--times-floor <n>', 'demand so many times the floors', seconds)
    .option('--json <file>', 'write the whole result here too; - : to standard output, and no table')
    .option('--html <file>', 'write a page with plots here too')
    .option('--markdown <file>', 'of bench report: fill the marks of this page, or make it')
    .option('--plain', 'no colours, no redrawing')
    .option('-o, --output <format>', 'of bench list: json')
    .action(async (name: string, file: string | undefined, options: Options) => {
      if (name === 'report' && file === undefined) throw new ConfigurationError('bench report: wanted a FILE.json');
      if (name !== 'report' && file !== undefined)
        throw new ConfigurationError(
          `bench ${name}: ${file} is one argument too many; several workloads are separated by commas`,
        );
      if (name === 'list') await list_(options);
      else if (name === 'report') await (await import('./report/draw-again.ts')).drawAgain(file!, options);
      else await bench(name, options, ['kubelab bench', ...args].join(' '));
    });
  await program.parseAsync([...args], { from: 'user' });
}

async function list_({ output }: Options): Promise<void> {
  const trials = await allTrials();
  const shown = trials.map((trial) => {
    const { name, subject, labels, levels: on, description } = trial;
    const floor = trial.measures(on[0]!).find((measure) => measure.floor !== undefined)?.floor;
    return { name, subject, labels, levels: on, description, ...(floor !== undefined && { floor }) };
  });
  if (output === 'json') return void process.stdout.write(`${JSON.stringify(shown, undefined, 2)}\n`);
  const width = Math.max(...shown.map(({ name }) => name.length));
  let group = '';
  for (const { name, description, labels, floor } of shown) {
    const heading = name.slice(0, name.indexOf('/'));
    if (heading !== group) process.stdout.write(`${group === '' ? '' : '\n'}${heading}: ${description}\n`);
    group = heading;
    const demanded = floor === undefined ? '' : `Kubernetes' CI demands ${floor} pods/s`;
    process.stdout.write(`${`  ${name.padEnd(width)}  ${labels.join(', ').padEnd(18)}  ${demanded}`.trimEnd()}\n`);
  }
}

async function bench(name: string, options: Options, command: string): Promise<void> {
  const { compare } = await import('./compare.ts');
  const { showProgress } = await import('./report/progress.ts');
  const { exitCodeOf, missed } = await import('./verdict.ts');
  const { nodes, pods, level, variants, repeat, seed, timeLimit, timesFloor, plain, json, html } = options;
  const size = { ...(nodes !== undefined && { nodes }), ...(pods !== undefined && { pods }) };
  const { checkWritable, writeComparison, writePage } = await import('./report/files.ts');
  for (const file of [json, html]) if (file !== undefined && file !== '-') checkWritable(file);
  const trials = await findTrials(name, size);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    const comparison = await compare({
      source: name,
      trials,
      size,
      ...(variants && { variants }),
      ...(level !== undefined && { levels: level === 'all' ? levels : [level as Level] }),
      repeat,
      seed,
      sample: options.sample === true,
      limit: timeLimit,
      ...(timesFloor !== undefined && { timesFloor }),
      command,
      progress: showProgress(process.stderr, { plain: plain === true }),
      signal: stop.signal,
    });
    if (!comparison.workloads.some(({ runs }) => runs.length > 0)) {
      process.stderr.write('stopped before a run was through\n');
      process.exitCode = 130;
      return;
    }
    if (json !== undefined && json !== '-') writeComparison(json, comparison);
    if (html !== undefined) await writePage(html, comparison);
    if (json === '-') process.stdout.write(`${JSON.stringify(comparison)}\n`);
    else {
      const { comparisonTable } = await import('./report/table.ts');
      const isPlain = plain === true || !process.stdout.isTTY || (process.env.NO_COLOR ?? '') !== '';
      process.stdout.write(comparisonTable(comparison, { width: process.stdout.columns ?? 100, plain: isPlain }));
    }
    for (const { workload, variant, measure, wanted, found } of missed(comparison)) {
      const value = Number.isNaN(found) ? 'has no value, as when nothing is done' : found.toPrecision(4);
      process.stderr.write(`floor missed: ${variant} on ${workload}: ${measure} ${value}, wanted ${wanted}\n`);
    }
    process.exitCode = stop.signal.aborted ? 130 : exitCodeOf(comparison);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

function list(text: string): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('wanted names of plugins, or ./files.ts, separated by commas');
  return names;
}

const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`wanted a whole number from ${least} to ${most}`);
  };

function seconds(text: string): number {
  const number = Number(text);
  if (number > 0 && number <= 86_400) return number;
  throw new InvalidArgumentError('wanted a number above 0');
}
