// Files: a comparison as JSON, and read again; a comparison as a page. Nothing is left half written: a report that was
// there stays until the new one is whole.

import { accessSync, constants, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../../../core/cluster/configuration-error.ts';
import type { Comparison, NodeLoad } from '../comparison.ts';

const format: Comparison['format'] = 'kubelab.dev/bench/v1';

/** What `--json FILE` writes. */
export function writeComparison(file: string, comparison: Comparison): void {
  writeWhole(file, `${JSON.stringify(comparison, rounded, 1).replaceAll(/\n {3,}/g, '')}\n`);
}

/** What `--html FILE` writes. */
export async function writePage(file: string, comparison: Comparison): Promise<void> {
  const { comparisonPage } = await import('./page.ts');
  writeWhole(file, await comparisonPage(comparison));
}

/** To be asked before minutes of measuring. @throws ConfigurationError when the file could not be written */
export function checkWritable(file: string): void {
  const folder = path.dirname(path.resolve(file));
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new ConfigurationError(
      `${file} cannot be written: there is no folder ${folder}, or none that may be written to`,
    );
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ConfigurationError(`${file} cannot be written: it is a folder`);
  }
}

/** @throws ConfigurationError when it is not what `kubelab bench --json` has written. */
export function readComparison(file: string): Comparison {
  const read = parsed(file);
  const found = (read as { format?: unknown } | null)?.format;
  if (found !== format) {
    throw new ConfigurationError(
      `${file}: wanted a comparison as kubelab bench --json writes it (format ${format}), found ${found === undefined ? 'no format' : `format ${JSON.stringify(found)}`}`,
    );
  }
  const problem = problemOf(read as Comparison);
  if (problem) throw new ConfigurationError(`${file}: ${problem}; write it anew with kubelab bench --json`);
  return read as Comparison;
}

function parsed(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(`${file} is not JSON: ${(error as Error).message}`);
  }
}

/** What a report would trip over. */
function problemOf({ command, machine, began, seed, variants, workloads }: Comparison): string | undefined {
  const texts = Object.entries({ command, machine, began, seed }).find(([, text]) => typeof text !== 'string');
  if (texts) return `${texts[0]} is no text`;
  if (!Array.isArray(variants) || !Array.isArray(workloads)) return 'variants and workloads must be lists';
  const broken = workloads.find(
    ({ name, measures, runs }) => typeof name !== 'string' || !Array.isArray(measures) || !Array.isArray(runs),
  );
  if (broken) return `workload ${JSON.stringify(broken.name)} lacks its measures or runs`;
  const run = workloads
    .flatMap(({ runs }) => runs)
    .find(({ variant, values }) => !variants.includes(variant) || typeof values !== 'object' || values === null);
  return run && `a run of ${JSON.stringify(run.variant)} has no values, or is of no variant`;
}

function writeWhole(file: string, text: string): void {
  const fresh = `${file}.${process.pid}.new`;
  try {
    writeFileSync(fresh, text);
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw new ConfigurationError(`${file} cannot be written: ${(error as Error).message}`);
  }
}

/** Loads of nodes to a hundredth of a percent: there may be a hundred thousand of them. */
function rounded(key: string, value: unknown): unknown {
  if (key !== 'nodes' || !Array.isArray(value)) return value;
  const four = (share: number) => Math.round(share * 10_000) / 10_000;
  return value.map((node: NodeLoad) => ({ ...node, cpu: four(node.cpu), memory: four(node.memory) }));
}
