// `kubelab simulate scenario.yaml`: lives through a scenario in virtual time; prints what happened, figures over time and the hash of
// the history, and writes a record for `kubelab replay`.
// Exit codes: 0 done; 1 the scenario, or a plugin file of it, could not do all that it says; 2 the file is wrong; 3 Kubelab failed.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import type { Scenario } from '../../../core/simulation/scenario.ts';
import { parseScenario } from '../../../core/simulation/scenario-file.ts';
import { simulate as liveThrough } from '../../../core/simulation/simulation.ts';
import { span } from '../../../core/simulation/time-text.ts';
import { parseTrace, type Trace } from '../../../core/simulation/trace.ts';
import { colors } from '../simulation/colors.ts';
import { figuresJson, figuresText } from '../simulation/figures-text.ts';
import { isGuarded, OwnFiles, runGuarded } from '../simulation/own-files.ts';
import { progressOf } from '../simulation/progress.ts';
import { RecordFile } from '../simulation/record-file.ts';
import { filesOf, scenarioPlugins } from '../simulation/scenario-plugins.ts';
import { onlyJson } from '../text.ts';

export interface SimulateOptions {
  readonly seed?: string;
  readonly scheduler?: string;
  /** A file; false: none is wanted. */
  readonly record?: string | boolean;
  readonly output?: string;
  readonly plain?: boolean;
  /** Seconds. */
  readonly timeLimit?: string;
}

/** Seconds that a call of a plugin file may take, as in `kubelab bench`. */
const longestCall = 10;

export async function simulate(file: string, options: SimulateOptions): Promise<void> {
  onlyJson('simulate', options.output);
  const plain = options.plain === true;
  const text = read(file);
  const { scenario, at } = parseScenario(text, path.basename(file));
  const { spec } = scenario;
  const folder = path.dirname(path.resolve(file));
  const traces = readTraces(scenario, folder);
  const where = { folder, scheduler: options.scheduler };
  const files = filesOf(spec.cluster ?? {}, where);
  const limit = limitOf(options.timeLimit);
  if (files.length > 0 && !isGuarded()) return runGuarded(files, limit);
  const own = new OwnFiles(files, limit);
  const { plugins, schedulers } = await scenarioPlugins(spec.cluster ?? {}, where, own);
  const name = scenario.metadata?.name ?? 'scenario';
  const seed = options.seed ?? spec.seed ?? 1;
  const record = options.record === false ? undefined : new RecordFile();
  const written = record && recordName(options, name, seed);
  // Not after a long run.
  if (written !== undefined) mkdirSync(path.dirname(path.resolve(written)), { recursive: true });
  for (const [trace, { broken, ignored }] of traces) tellTrace(trace, broken, ignored);

  const progress = progressOf(name, span(spec.length), plain);
  const begun = performance.now();
  const outcome = await liveThrough({
    ...{ scenario, at, text, plugins, schedulers, traces, seed },
    digest: () => createHash('sha256'),
    troubles: (tell) => own.tellTo(tell),
    ...(record && { record: record.add }),
    onSample: ({ at: time, running, pending }, part) =>
      progress.show(part, time, `${running} pods running, ${pending} waiting`),
  }).finally(() => progress.end());

  const bytes = written === undefined ? 0 : record!.write(written);
  if (outcome.troubleCount > 0) process.exitCode = 1;
  if (options.output === 'json') {
    const told = [...traces].map(([trace, { rows, ...rest }]) => ({ file: trace, rows: rows.length, ...rest }));
    process.stdout.write(figuresJson(outcome, { traces: told, ...(written && { record: written }) }));
    return;
  }
  const { bold } = colors(plain);
  const nodes = spec.nodes.reduce((sum, { count = 1 }) => sum + count, 0);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const head = `${bold(name)}: ${spec.length} of ${nodes} nodes, seed ${seed}, lived through in ${seconds} s`;
  const tail =
    written === undefined
      ? ''
      : `  ${'record'.padEnd(16)}  ${written}, ${sizeText(bytes)}; play it again with: npx kubelab replay ${written}\n`;
  process.stdout.write(`${head}\n\n${figuresText(outcome, plain).trimEnd()}\n${tail}`);
}

const sizeText = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`cannot read ${file}: ${(error as Error).message}`);
  }
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return longestCall;
  if (Number(text) > 0) return Number(text);
  throw new ConfigurationError(`--time-limit ${text}: give the seconds that a call of a plugin file may take: 10`);
}

/** By the path that the scenario says. */
function readTraces({ spec }: Scenario, folder: string): Map<string, Trace> {
  const names = new Set((spec.workloads ?? []).flatMap(({ arrivals }) => arrivals?.trace ?? []));
  return new Map(
    [...names].map((name) => [name, parseTrace(read(path.resolve(folder, name)), name, span(spec.length))]),
  );
}

/** Broken lines that are shown; all are counted. */
const mostBroken = 5;

function tellTrace(name: string, broken: Trace['broken'], ignored: readonly string[]): void {
  if (ignored.length > 0) console.error(`${name}: columns that mean nothing here: ${ignored.join(', ')}`);
  if (broken.length === 0) return;
  console.error(`${name}: ${broken.length} broken ${broken.length === 1 ? 'line is' : 'lines are'} left out`);
  for (const { line, why } of broken.slice(0, mostBroken)) console.error(`  ${name}:${line}: ${why}`);
  if (broken.length > mostBroken) console.error(`  ... and ${broken.length - mostBroken} more`);
}

/** Where the command runs, unless told. */
const recordName = ({ record }: SimulateOptions, name: string, seed: string | number): string =>
  typeof record === 'string' ? record : `${name}-${String(seed).replace(/[^\w.-]/g, '_')}.record.gz`;
