import { expect } from 'chai';
import { sampleComparison } from './sample.fixture.ts';
import { comparisonTable } from './table.ts';

const small = sampleComparison({ workloads: 1, nodes: 2 });
const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('the table of a comparison', () => {
  it('shows medians with their intervals, the best marked, floors judged', () => {
    const text = comparisonTable(small, { plain: true });
    expect(text).to.match(/^SchedulingBasic\/2Nodes_1000Pods · scheduler alone\n/);
    expect(text).to.match(/default +[\d,]+ \(best\)/);
    expect(text).to.match(/\n +[\d,]+–[\d,]+ +0\.\d+–0\.\d+/);
    expect(text).to.contain('wanted >= 680').and.not.to.contain('MISSED');
    expect(text).to.contain('pods bound, average: default is ahead in all');
    expect(text).to.contain('seed 1');
  });

  it('says where a floor is missed', () => {
    const [workload] = small.workloads;
    const measures = [{ ...workload!.measures[0]!, floor: 3000 }];
    const text = comparisonTable({ ...small, workloads: [{ ...workload!, measures }] }, { plain: true });
    expect(text).to.match(/random +[\d,]+ MISSED/);
    expect(text).not.to.match(/default +[\d,]+ MISSED/);
  });

  it('names failures with variant, run and reason', () => {
    expect(comparisonTable(small, { plain: true })).to.contain('random, run 2: never returned: place() took over 10 s');
  });

  it('is no wider than the terminal, whatever it shows', () => {
    for (const width of [80, 120]) {
      const text = comparisonTable(sampleComparison({ variants: 8, workloads: 1 }), { plain: true, width });
      const table = text.slice(text.indexOf('variant'), text.indexOf('\n\npods bound'));
      expect(widest(table)).to.be.at.most(width);
    }
  });

  it('says that one run each proves nothing', () => {
    expect(comparisonTable(sampleComparison({ workloads: 1, rounds: 1 }), { plain: true })).to.contain('--repeat');
  });

  it('has neither colours nor signs when plain', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    expect(comparisonTable(small, { plain: true })).not.to.match(/\u001b|★|≈/);
  });
});
