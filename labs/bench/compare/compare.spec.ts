import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { allTests } from '../../../core/testing/runs.ts';
import { build, isStale } from '../../../plugins/cli/bin/build.mjs';
import { findTrials } from './catalogue.ts';
import { compare } from './compare.ts';
import type { Comparison, Run } from './comparison.ts';
import { FaultyFiles } from './faulty.fixture.ts';
import { summarise } from './report/summary.ts';
import { runTrial } from './trial-process.ts';
import { exitCodeOf, missed } from './verdict.ts';

const program = fileURLToPath(new URL('../../../dist/trial-child.js', import.meta.url));
const files = new FaultyFiles();

interface Wanted {
  readonly source?: string;
  readonly variants: readonly string[];
  readonly levels?: readonly ('alone' | 'api' | 'https')[];
  readonly repeat?: number;
  readonly nodes?: number;
  /** Milliseconds that a call may take. */
  readonly patience?: number;
}

async function compared({
  source = 'SchedulingBasic',
  variants,
  levels = ['alone'],
  repeat = 1,
  nodes = 20,
  patience = 10_000,
}: Wanted) {
  const size = { nodes };
  const trials = await findTrials(source, size);
  const run = (request: Parameters<typeof runTrial>[0]) => runTrial({ ...request, patience }, { limit: 60, program });
  return compare({
    source,
    trials,
    size,
    variants,
    levels,
    repeat,
    seed: '7',
    limit: 60,
    command: 'kubelab bench',
    run,
  });
}

const runsOf = ({ workloads }: Comparison, variant: string): readonly Run[] =>
  workloads.flatMap(({ runs }) => runs.filter((run) => run.variant === variant));

const failureOf = (comparison: Comparison, name: Parameters<FaultyFiles['path']>[0]) =>
  runsOf(comparison, files.path(name))[0]?.failure;

describe('kubelab bench: runs', function () {
  this.timeout(120_000);
  before(async () => {
    if (isStale()) await build();
  });
  after(() => files.remove());

  it('runs the variants in turn, each measured on every measure', async () => {
    const comparison = await compared({ variants: ['default', 'binpack'], repeat: 2, levels: ['alone', 'api'] });
    expect(comparison.workloads.map(({ level }) => level)).to.deep.equal(['alone', 'api']);
    for (const { runs, measures } of comparison.workloads) {
      const order = runs.map(({ variant, repeat }) => `${variant} ${repeat}`);
      expect(order).to.deep.equal(['default 1', 'binpack 1', 'default 2', 'binpack 2']);
      for (const { values } of runs) expect(values).to.include.keys(measures.map(({ name }) => name));
      expect(runs.map(({ nodes }) => nodes?.length)).to.deep.equal([20, 20, undefined, undefined]);
      expect(runs[0]!.values.leftOver).to.equal(0);
    }
    expect(exitCodeOf(comparison)).to.equal(0);
  });

  it('places alike with the same seed, on both levels', async () => {
    const variants = ['random'];
    const comparison = await compared({ source: 'TopologySpreading', variants, repeat: 2, levels: ['alone', 'api'] });
    const quality = [
      'utilisation.cpu',
      'fragmentation',
      'imbalance',
      'nodesInUse',
      'leftOver',
      'brokenRules',
      'preemptions',
    ];
    for (const variant of variants) {
      const [first, ...others] = runsOf(comparison, variant).map(({ values }) => quality.map((name) => values[name]));
      for (const other of others) expect(other).to.deep.equal(first);
    }
  });

  // A variant that never returns is waited for: with all tests.
  (allTests ? it : () => {})('tells what each faulty variant did, and runs the others to the end', async () => {
    const names = [
      'throws.ts',
      'unknown-node.ts',
      'wrong-shape.ts',
      'marks-pod.ts',
      'writes-columns.ts',
      'exits.ts',
      'does-not-compile.ts',
      'no-plugin.ts',
      'a-store.ts',
      'first.ts',
    ] as const;
    const comparison = await compared({
      variants: [...names.map((name) => files.path(name)), 'round-robin'],
      repeat: 2,
    });
    const told = Object.fromEntries(names.map((name) => [name, failureOf(comparison, name)]));
    expect(told['throws.ts']).to.deep.equal({
      reason: 'threw',
      message: 'place(namespace-1/pod-0): throws.ts:7: no idea where to put pod-0 among 20',
    });
    expect(told['unknown-node.ts']?.reason).to.equal('nonsense');
    expect(told['unknown-node.ts']?.message).to.contain('"node-0-pod-0", which is no node of the cluster');
    expect(told['wrong-shape.ts']).to.deep.include({ reason: 'nonsense' });
    expect(told['marks-pod.ts']).to.deep.include({ reason: 'changed its snapshot' });
    expect(told['marks-pod.ts']?.message).to.match(/marks-pod\.ts:7: TypeError: Cannot (add property|assign)/);
    expect(told['writes-columns.ts']).to.deep.equal({
      reason: 'changed its snapshot',
      message:
        'place(namespace-1/pod-0): it changed columns.requestedCpu of node-0: it was "0" and is "100"; the view is to be read only',
    });
    expect(told['exits.ts']).to.deep.include({ reason: 'threw' });
    expect(told['exits.ts']?.message).to.contain('exits.ts:7').and.contain('process.exit(7)');
    expect(told['does-not-compile.ts']?.reason).to.equal('does not load');
    expect(told['does-not-compile.ts']?.message).to.contain('does-not-compile.ts:1');
    expect(told['no-plugin.ts']?.message).to.contain('no-plugin.ts has no default export');
    expect(told['a-store.ts']?.message).to.contain('provides Store, not Scheduler');
    expect(told['first.ts']).to.equal(undefined);
    // Failed variants are not run again; the others are, to the end.
    expect(runsOf(comparison, files.path('throws.ts'))).to.have.length(1);
    expect(runsOf(comparison, 'round-robin')).to.have.length(2);
    expect(exitCodeOf(comparison)).to.equal(1);
  });

  it('ends a variant that never returns, with the limit and the line', async () => {
    const comparison = await compared({ variants: [files.path('hangs.ts'), 'random'], patience: 2000 });
    expect(failureOf(comparison, 'hangs.ts')).to.deep.equal({
      reason: 'never returned',
      message: 'place(namespace-1/pod-0) did not return within 2 s, hangs.ts:7',
    });
    expect(runsOf(comparison, 'random')[0]?.failure).to.equal(undefined);
  });

  it('tells through the API too what a variant did', async () => {
    const trials = await findTrials('SchedulingBasic', { nodes: 20 });
    const variant = { text: 'mine', plugin: './throws.ts', file: files.path('throws.ts'), options: {} };
    const request = {
      mode: 'run',
      source: 'SchedulingBasic',
      trial: trials[0]!.name,
      size: { nodes: 20 },
      level: 'api',
      variant,
      seed: '1',
      patience: 5000,
    } as const;
    const ending = await runTrial(request, { limit: 20, program });
    expect(ending).to.deep.include({
      failure: {
        reason: 'threw',
        message: 'place(namespace-1/pod-0): throws.ts:7: no idea where to put pod-0 among 20',
      },
    });
  });

  it('runs over HTTPS, and leaves no process', async () => {
    const comparison = await compared({ variants: ['round-robin'], levels: ['https'], nodes: 10 });
    const [{ values, failure } = {} as Run] = runsOf(comparison, 'round-robin');
    expect(failure).to.equal(undefined);
    expect(values).to.include({ leftOver: 0, nodesInUse: 10 });
  });

  it('preempts alone as it does through the API', async () => {
    const comparison = await compared({
      source: 'PreemptionBasic',
      variants: ['default'],
      levels: ['alone', 'api'],
      nodes: 5,
    });
    for (const { values } of runsOf(comparison, 'default')) {
      expect(values).to.include({ leftOver: 0, preemptions: 15, brokenRules: 0 });
    }
  });
});

describe('kubelab bench: verdict', () => {
  /** @param values of the runs; undefined: it came through without one */
  const comparison = (values: (number | undefined)[], floor?: number): Comparison => ({
    format: 'kubelab.dev/bench/v1',
    command: '',
    machine: '',
    began: '',
    seed: '',
    variants: ['a'],
    workloads: [
      {
        name: 'W/1',
        description: '',
        subject: 'scheduler',
        level: 'alone',
        measures: [{ name: 'm', title: 'm', unit: '', better: 'higher', ...(floor !== undefined && { floor }) }],
        runs: values.map((value, at) => ({
          variant: 'a',
          repeat: at + 1,
          values: value === undefined ? {} : { m: value },
        })),
      },
    ],
  });

  it('a median below its floor is a 1', () => {
    expect(exitCodeOf(comparison([1, 5, 9], 5))).to.equal(0);
    expect(missed(comparison([1, 4, 9], 5))).to.deep.equal([
      { workload: 'W/1 (alone)', variant: 'a', measure: 'm', wanted: 5, found: 4 },
    ]);
    expect(exitCodeOf(comparison([1, 4, 9], 5))).to.equal(1);
    expect(exitCodeOf(comparison([1]))).to.equal(0);
  });

  it('a variant that bound nothing, and so has no throughput, is below every floor', () => {
    const miss = { workload: 'W/1 (alone)', variant: 'a', measure: 'm', wanted: 5, found: Number.NaN };
    for (const values of [[undefined], [undefined, undefined, 9], [9, undefined]]) {
      expect(missed(comparison(values, 5)), String(values)).to.deep.equal([miss]);
      expect(exitCodeOf(comparison(values, 5))).to.equal(1);
      expect(summarise(comparison(values, 5)).workloads[0]?.measures[0]?.standings[0]?.floor).to.equal('missed');
    }
    expect(exitCodeOf(comparison([9, undefined, 7], 5))).to.equal(0);
    expect(missed(comparison([undefined]))).to.deep.equal([]);
  });
});

describe('kubelab bench: where its files are', () => {
  it('reads a file by its path', async () => {
    const file = path.join(path.dirname(fileURLToPath(import.meta.url)), '../workloads/scheduling-basic.yaml');
    expect((await findTrials(file)).map(({ name }) => name)).to.include('SchedulingBasic/500Nodes');
  });
});
