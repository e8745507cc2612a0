import { expect } from 'chai';
import type { Comparison, Measure, Run } from '../comparison.ts';
import { sampleComparison } from './sample.fixture.ts';
import { levelText, listed, shortNames, summarise } from './summary.ts';

const speed: Measure = { name: 'speed', title: 'speed', unit: 'pods/s', better: 'higher' };

/** One measure, one workload: variants with their values round by round. */
function of(measure: Measure, values: Record<string, readonly number[]>) {
  const runs: Run[] = Object.entries(values).flatMap(([variant, list]) =>
    list.map((value, at) => ({ variant, repeat: at + 1, values: { [measure.name]: value } })),
  );
  const comparison: Comparison = {
    ...sampleComparison(),
    variants: Object.keys(values),
    workloads: [{ name: 'Small', description: '', subject: 'scheduler', level: 'alone', measures: [measure], runs }],
  };
  return summarise(comparison).workloads[0]!.measures[0]!;
}
const marksOf = (measure: Measure, values: Record<string, readonly number[]>) =>
  of(measure, values).standings.map(({ mark }) => mark);

describe('the summary of a comparison', () => {
  it('scores the best median with 1, higher or lower as the measure says', () => {
    const scores = (better: 'higher' | 'lower') =>
      of({ ...speed, better }, { a: [10], b: [20] }).standings.map(({ score }) => score?.value);
    expect(scores('higher')).to.deep.equal([0.5, 1]);
    expect(scores('lower')).to.deep.equal([1, 0.5]);
  });

  it('carries intervals over into scores, the right way round', () => {
    const [first] = of({ ...speed, better: 'lower' }, { a: [20, 30, 40], b: [10, 10, 10] }).standings;
    expect(first?.score).to.deep.equal({ value: 1 / 3, low: 0.25, high: 0.5 });
  });

  it('does not divide by nothing: no pod left over is best, any is none of it', () => {
    const left: Measure = { ...speed, better: 'lower' };
    expect(of(left, { a: [0], b: [3] }).standings.map(({ score }) => score?.value)).to.deep.equal([1, 0]);
    expect(of(speed, { a: [0], b: [0] }).standings.map(({ score }) => score?.value)).to.deep.equal([1, 1]);
  });

  it('marks the best, and those that it did not beat in every round', () => {
    expect(marksOf(speed, { a: [9, 9, 9], b: [10, 8, 10], c: [1, 2, 3] })).to.deep.equal(['tied', 'best', undefined]);
    expect(of(speed, { a: [9, 9, 9], b: [10, 8, 10], c: [1, 2, 3] }).verdict).to.equal(
      'b is ahead, but not in every round of a',
    );
  });

  it('marks all that are alike and ahead as best', () => {
    expect(marksOf(speed, { a: [5, 5], b: [5, 5], c: [1, 2] })).to.deep.equal(['best', 'best', undefined]);
    expect(of(speed, { a: [5, 5], b: [5, 5], c: [1, 2] }).verdict).to.equal('a and b are alike and ahead');
  });

  it('marks nobody where all are alike or nobody is beaten', () => {
    expect(marksOf(speed, { a: [5, 5], b: [5, 5] })).to.deep.equal([undefined, undefined]);
    expect(of(speed, { a: [5, 5], b: [5, 5] }).verdict).to.equal('all alike');
    expect(of(speed, { a: [5, 7], b: [6, 5] }).verdict).to.equal('no clear winner');
    expect(marksOf({ ...speed, better: 'neither' }, { a: [5], b: [6] })).to.deep.equal([undefined, undefined]);
  });

  it('says in how many rounds the best was ahead of all', () => {
    expect(of(speed, { a: [5, 5, 5], b: [6, 6, 6] }).verdict).to.equal('b is ahead in all 3 rounds');
    expect(of(speed, { a: [5], b: [6] }).verdict).to.equal('b is ahead in the only round');
  });

  it('judges floors by the median', () => {
    const floors = (better: 'higher' | 'lower') =>
      of({ ...speed, better, floor: 5 }, { a: [1, 6, 6], b: [4, 4, 9] }).standings.map(({ floor }) => floor);
    expect(floors('higher')).to.deep.equal(['reached', 'missed']);
    expect(floors('lower')).to.deep.equal(['missed', 'reached']);
  });

  it('counts no failed run, and tells of each', () => {
    const { workloads, rounds } = summarise(sampleComparison({ workloads: 1, rounds: 3 }));
    expect(rounds).to.equal(3);
    expect(workloads[0]?.failures.map(({ variant, repeat }) => [variant, repeat])).to.deep.equal([['random', 2]]);
    const random = workloads[0]?.measures[0]?.standings.find(({ variant }) => variant === 'random');
    expect([...random!.values.keys()]).to.deep.equal([1, 3]);
  });

  it('keeps a variant of which every run failed, without a score; not one that was not run', () => {
    const failed = { reason: 'died', message: '' } as const;
    const runs: Run[] = [
      { variant: 'a', repeat: 1, values: { speed: 1 } },
      { variant: 'b', repeat: 1, values: {}, failure: failed },
    ];
    const sample = sampleComparison({ workloads: 1 });
    const workloads = [{ ...sample.workloads[0]!, measures: [{ ...speed, floor: 1 }], runs }];
    const [measure] = summarise({ ...sample, variants: ['a', 'b', 'c'], workloads }).workloads[0]!.measures;
    expect(measure?.standings.map(({ variant }) => variant)).to.deep.equal(['a', 'b']);
    expect(measure?.standings[1]).to.include({ ran: false, score: undefined, mark: undefined, floor: 'missed' });
    expect(measure?.standings[1]?.median).to.be.NaN;
  });

  it('says what a run goes through', () => {
    expect(levelText('proxy', 'alone')).to.equal('proxy alone');
    expect(levelText('scheduler', 'https')).to.equal('through the API server over HTTPS');
    expect(listed(['a', 'b', 'c'])).to.equal('a, b and c');
  });

  it('shortens names, and keeps what tells them apart', () => {
    const long = ['default', 'default:percentageOfNodesToScore=0', '/home/somebody/algorithms/mine.ts'];
    expect([...shortNames(long).values()]).to.deep.equal([
      'default',
      'default:…fNodesToScore=0',
      '…body/algorithms/mine.ts',
    ]);
  });
});
