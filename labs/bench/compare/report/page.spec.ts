import { expect } from 'chai';
import type { Comparison } from '../comparison.ts';
import { draw, svgFile } from './draw.ts';
import { comparisonPage, titleOf } from './page.ts';
import { heatPlot } from './plots/heat-plot.ts';
import { loadPlot } from './plots/load-plot.ts';
import { scorePlot } from './plots/score-plot.ts';
import { seriesPlots } from './plots/series-plot.ts';
import { sampleComparison } from './sample.fixture.ts';
import { summarise } from './summary.ts';
import { textWidth } from './text-width.ts';

describe('the page of a comparison', () => {
  it('needs nothing besides itself: no script, no address, no file', async () => {
    const page = await comparisonPage(sampleComparison({ variants: 3, workloads: 2, nodes: 10 }));
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.to.match(
      /https?:|<script|<link|<img|src=|@import|url\(/,
    );
    expect(page).to.contain('prefers-color-scheme:dark').and.contain('name="viewport"');
    // An overview, and for each workload scores, throughput, load and heat: each with words for who does not see it.
    expect(page.match(/<svg role="img" aria-label="[^"]{20,}"/g)).to.have.length(1 + 2 * 4);
    expect(page.match(/<svg/g)).to.have.length(1 + 2 * 4);
    for (const text of ['kubelab bench', '2026-01-02 03:04:05 UTC', '2 x A processor', 'Seed 1']) {
      expect(page).to.contain(text);
    }
  });

  it('shows names as they are, whatever is in them', async () => {
    const sample = sampleComparison({ variants: 2, workloads: 1, nodes: 2 });
    const text = JSON.stringify(sample).replaceAll('"binpack"', '"./<b>&my.ts"');
    const page = await comparisonPage(JSON.parse(text) as Comparison);
    expect(page).to.contain('./&lt;b&gt;&amp;my.ts').and.not.contain('<b>');
  });

  it('tells of failures, and of a variant of which nothing came through', async () => {
    const [workload] = sampleComparison({ variants: 2, workloads: 1 }).workloads;
    const failure = { reason: 'died', message: 'the process ended with 134' } as const;
    const runs = workload!.runs.map((run) =>
      run.variant === 'binpack' ? { variant: 'binpack', repeat: run.repeat, values: {}, failure } : run,
    );
    const page = await comparisonPage({ ...sampleComparison({ variants: 2 }), workloads: [{ ...workload!, runs }] });
    expect(page).to.contain('5 runs failed').and.contain('the process ended with 134').and.contain('failed</td>');
  });

  it('is made of nothing, too', async () => {
    const nothing = { ...sampleComparison(), workloads: [] };
    expect(await comparisonPage(nothing)).to.contain('5 schedulers on 0 workloads');
    const [workload] = sampleComparison({ variants: 1, workloads: 1 }).workloads;
    const bare = {
      ...workload!,
      runs: workload!.runs.map(({ variant, repeat, values }) => ({ variant, repeat, values })),
    };
    expect(await comparisonPage({ ...nothing, variants: ['default'], workloads: [bare] })).to.contain('1 scheduler on');
    expect(titleOf({ ...nothing, workloads: [{ ...bare, subject: 'proxy' }] })).to.equal('5 proxies on 1 workload');
  });
});

describe('plots of a comparison', () => {
  const { comparison, workloads } = summarise(sampleComparison({ workloads: 1, nodes: 60 }));
  const [workload] = workloads;

  it('have headlines that say what is seen', () => {
    expect(scorePlot(workload!, comparison.variants)?.title).to.equal(
      'default is best on 2 of 4 measures, round-robin on 1',
    );
    expect(seriesPlots(workload!, comparison.variants).map(({ title }) => title)[0]).to.match(
      /^default is done after 2\.\d+ s, random takes \d(\.\d)? times as long$/,
    );
    expect(loadPlot(workload!, comparison.variants)?.title).to.equal(
      'default loads nodes most evenly (45 %), binpack least (0 to 95 %)',
    );
    expect(heatPlot(workload!, comparison.variants)?.title).to.equal(
      'binpack leaves 30 of 60 nodes empty, 4 variants none',
    );
  });

  it('stay small for thousands of nodes', async () => {
    const large = summarise(sampleComparison({ variants: 3, workloads: 1, rounds: 1, nodes: 5000 }));
    const svg = await draw(heatPlot(large.workloads[0]!, large.comparison.variants)!);
    expect(svg.length).to.be.below(60_000);
  });

  it('stand alone as files, without the page’s colours', async () => {
    const svg = svgFile(await draw(scorePlot(workload!, comparison.variants)!));
    expect(svg)
      .to.match(/^<svg role="img"/)
      .and.not.contain('var(--');
  });

  it('leave room for text', () => {
    expect(textWidth({ fontSize: 10, text: 'resource-fit' })).to.be.within(50, 75);
    expect(textWidth({ fontSize: 10, fontWeight: 600 }, 'WWWW')).to.be.above(textWidth({ fontSize: 10 }, 'iiii'));
  });
});
