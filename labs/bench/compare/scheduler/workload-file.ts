// Workload file: test cases as Kubernetes' scheduler_perf writes them, read, checked, and made into workloads.
//   - name: SchedulingBasic
//     defaultPodTemplatePath: templates/pod-default.yaml
//     workloadTemplate:
//       - { opcode: createNodes, countParam: $initNodes }
//       - { opcode: createPods, countParam: $measurePods, collectMetrics: true }
//     workloads:
//       - { name: 500Nodes, labels: [fast], params: { initNodes: 500, measurePods: 1000 } }
// Always true: what is wrong is told all at once, each with its line, before anything runs.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isRecord } from '../../../../core/cluster/checked-yaml.ts';
import { ConfigurationError } from '../../../../core/cluster/configuration-error.ts';
import { nearest } from '../../../../core/cluster/nearest.ts';
import type { Locate, YamlPath } from '../../../../core/cluster/yaml-lines.ts';
import type { Size } from '../trial.ts';
import { readList, wrongIn } from './checked-list.ts';
import { endlessWaits } from './endless-waits.ts';
import { Templates } from './templates.ts';
import type { Workload } from './workload.ts';
import { Operation, operations, TestCase, type WorkloadEntry } from './workload-rules.ts';
import { type Amounts, stepsOf } from './workload-steps.ts';

/**
 * @param file path of the file
 * @param own folder of Kubelab's own workloads, where templates are looked for too
 * @throws ConfigurationError, a line each: `mine.yaml:7: ...`
 */
export function readWorkloads(file: string, own: string, size: Size = {}): readonly Workload[] {
  return parseWorkloads(readFileSync(file, 'utf8'), path.basename(file), new Templates(path.dirname(file), own), size);
}

/** @param name of the file, for messages */
export function parseWorkloads(text: string, name: string, templates: Templates, size: Size): readonly Workload[] {
  const { plain, at } = readList(text, name);
  if (!Array.isArray(plain) || plain.length === 0) {
    throw new ConfigurationError(
      `${name}:1: wanted a list of test cases, each with name, workloadTemplate and workloads`,
    );
  }
  const problems = plain.flatMap((entry, index) => wrongTestCase(entry, [index], at));
  if (problems.length > 0) throw new ConfigurationError([...new Set(problems)]);
  const cases = plain as TestCase[];
  problems.push(...doubles(cases, at));
  const workloads = cases.flatMap((testCase, index) =>
    testCase.workloads.map((_, which) => workloadOf(testCase, index, which, { templates, size, at, problems })),
  );
  if (problems.length > 0) throw new ConfigurationError([...new Set(problems)]);
  return workloads;
}

function wrongTestCase(entry: unknown, where: YamlPath, at: Locate): string[] {
  const what = isRecord(entry) && typeof entry.name === 'string' ? entry.name : 'a test case';
  const problems = wrongIn(TestCase, entry, where, at, what);
  if (!isRecord(entry) || !Array.isArray(entry.workloadTemplate)) return problems;
  return [
    ...problems,
    ...entry.workloadTemplate.flatMap((operation, index) =>
      wrongOperation(operation, [...where, 'workloadTemplate', index], at, what),
    ),
  ];
}

function wrongOperation(operation: unknown, where: YamlPath, at: Locate, what: string): string[] {
  const opcode = isRecord(operation) ? operation.opcode : undefined;
  if (typeof opcode !== 'string') return wrongIn(Operation, operation, where, at, `${what}: an operation`);
  const type = Object.hasOwn(operations, opcode) ? operations[opcode] : undefined;
  if (type) return wrongIn(type, operation, where, at, `${what}: ${opcode}`);
  const known = Object.keys(operations);
  return [
    `${at(where)}: ${what}: there is no operation ${opcode}${nearest(opcode, known)}; there are: ${known.join(', ')}`,
  ];
}

function doubles(cases: readonly TestCase[], at: Locate): string[] {
  const names = cases.map(({ name }) => name);
  return cases.flatMap(({ name, workloads }, index) => [
    ...(names.indexOf(name) < index
      ? [`${at([index])}: there is a test case ${name} above; give this one another name`]
      : []),
    ...workloads.flatMap((workload, which) =>
      workloads.findIndex((other) => other.name === workload.name) < which
        ? [
            `${at([index, 'workloads', which])}: ${name} has a workload ${workload.name} above; give this one another name`,
          ]
        : [],
    ),
  ]);
}

interface Reading {
  readonly templates: Templates;
  readonly size: Size;
  readonly at: Locate;
  readonly problems: string[];
}

function workloadOf(testCase: TestCase, index: number, which: number, reading: Reading): Workload {
  const entry = testCase.workloads[which] as WorkloadEntry;
  const { at, problems, size } = reading;
  const amounts = resized(entry, size);
  const steps = stepsOf(testCase, amounts, {
    ...reading,
    line: (...rest) => at([index, ...rest]),
    what: `${testCase.name}/${entry.name}`,
  });
  problems.push(
    ...endlessWaits(steps, (step) => at([index, 'workloadTemplate', step]), `${testCase.name}/${entry.name}`),
  );
  const labels = [...new Set([...(testCase.labels ?? []), ...(entry.labels ?? [])])];
  const isResized = Object.entries(entry.params ?? {}).some(([name, value]) => amounts.get(name) !== value);
  return {
    name: `${testCase.name}/${entry.name}${isResized ? sizeText(size) : ''}`,
    description: testCase.description ?? '',
    labels,
    // Of a size that nobody demands anything of.
    ...(entry.floor !== undefined && !isResized && { floor: entry.floor }),
    steps: steps.map(({ step }) => step),
  };
}

/** The parameters for the size wanted: other nodes bring as many fewer pods, unless told. */
function resized(entry: WorkloadEntry, { nodes, pods }: Size): Amounts {
  const amounts = new Map<string, unknown>(Object.entries(entry.params ?? {}));
  const before = amounts.get('initNodes');
  if (nodes !== undefined && typeof before === 'number' && before > 0) {
    for (const [name, value] of amounts) {
      if (typeof value === 'number')
        amounts.set(name, Math.max(Math.min(1, value), Math.round((value * nodes) / before)));
    }
    amounts.set('initNodes', nodes);
  }
  if (pods !== undefined && amounts.has('measurePods')) amounts.set('measurePods', pods);
  return amounts;
}

const sizeText = ({ nodes, pods }: Size): string =>
  ` (${[nodes !== undefined && `${nodes} nodes`, pods !== undefined && `${pods} pods`].filter(Boolean).join(', ')})`;
