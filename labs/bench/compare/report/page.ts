// Page: a comparison as one HTML file that needs nothing besides itself: no network, no script, opened from the disk.
// It follows the screen (light or dark, wide or narrow) and can be printed.
//   writeFileSync('report.html', await comparisonPage(comparison));

import type { Comparison } from '../comparison.ts';
import { draw, type Plot } from './draw.ts';
import { count, number, percent, range, withUnit } from './numbers.ts';
import { pageStyle } from './page-style.ts';
import { heatPlot } from './plots/heat-plot.ts';
import { loadPlot } from './plots/load-plot.ts';
import { overviewPlot } from './plots/overview-plot.ts';
import { scorePlot } from './plots/score-plot.ts';
import { seriesPlots } from './plots/series-plot.ts';
import {
  type MeasureSummary,
  type Standing,
  type Summary,
  shortNames,
  summarise,
  type WorkloadSummary,
} from './summary.ts';

export async function comparisonPage(comparison: Comparison): Promise<string> {
  const summary = summarise(comparison);
  const title = titleOf(comparison);
  const sections: string[] = [];
  for (const [at, workload] of summary.workloads.entries()) sections.push(await section(workload, at, summary));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${pageStyle()}</style>
</head>
<body>
<main>
<header>
<h1>${escaped(title)}</h1>
${facts(summary)}
</header>
${await overview(summary)}
${sections.join('\n')}
${reading(summary)}
</main>
</body>
</html>
`;
}

/** `5 schedulers on 4 workloads` */
export function titleOf({ variants, workloads }: Comparison): string {
  const subject = workloads[0]?.subject ?? 'scheduler';
  const of = workloads.every((workload) => workload.subject === subject) ? subject : 'variant';
  const plural = of === 'proxy' ? 'proxies' : `${of}s`;
  return `${variants.length === 1 ? `1 ${of}` : `${number(variants.length)} ${plural}`} on ${count(workloads.length, 'workload')}`;
}

function facts({ comparison, rounds }: Summary): string {
  const { command, machine, began, seed } = comparison;
  const rows = [
    ['Command', `<code>${escaped(command)}</code>`],
    ['Machine', escaped(machine)],
    ['Date', escaped(began.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC'))],
    [
      'Runs',
      `${count(rounds, 'round')}; in each, every variant runs once, one after the other. Seed ${escaped(seed)}.`,
    ],
  ];
  return `<dl>${rows.map(([name, text]) => `<div><dt>${name}</dt><dd>${text}</dd></div>`).join('')}</dl>`;
}

async function overview(summary: Summary): Promise<string> {
  const plot = overviewPlot(summary);
  const links = summary.workloads.map(
    ({ title }, at) => `<li><a href="#workload-${at + 1}">${escaped(title)}</a></li>`,
  );
  const contents = links.length > 1 ? `<nav aria-label="Workloads"><ol>${links.join('')}</ol></nav>` : '';
  if (!plot) return contents;
  return `<section><h2>At a glance</h2>${await figure(plot)}${contents}</section>`;
}

async function section(workload: WorkloadSummary, at: number, { comparison }: Summary): Promise<string> {
  const { variants } = comparison;
  const score = scorePlot(workload, variants);
  const plots = [
    ...seriesPlots(workload, variants),
    ...[loadPlot(workload, variants), heatPlot(workload, variants)].flatMap((plot) => plot ?? []),
  ];
  const figures: string[] = [];
  for (const plot of plots) figures.push(await figure(plot));
  return `<section id="workload-${at + 1}">
<h2>${escaped(workload.title)}</h2>
<p>${escaped(workload.workload.description)}</p>
${failures(workload)}
${score ? await figure(score) : ''}
${table(workload.measures)}
${figures.join('\n')}
</section>`;
}

async function figure(plot: Plot): Promise<string> {
  const title = escaped(plot.title);
  return `<figure><h3>${title}</h3><div class="plot" tabindex="0">${await draw(plot)}</div><figcaption>${escaped(plot.caption)}</figcaption></figure>`;
}

function failures({ failures: all }: WorkloadSummary): string {
  if (all.length === 0) return '';
  const items = all.map(
    ({ variant, repeat, failure }) =>
      `<li><strong>${escaped(variant)}</strong>, run ${repeat}: ${escaped(failure.reason)}<pre>${escaped(failure.message)}</pre></li>`,
  );
  return `<div class="failures"><h3>${count(all.length, 'run')} failed, and ${all.length === 1 ? 'counts' : 'count'} nowhere</h3><ul>${items.join('')}</ul></div>`;
}

/** Medians with intervals: a row for each measure, since what is compared stands beside each other. */
function table(measures: readonly MeasureSummary[]): string {
  const variants = measures[0]?.standings.map(({ variant }) => variant) ?? [];
  const names = [...shortNames(variants)];
  const head = names.map(([name, short]) => `<th scope="col" title="${escaped(name)}">${escaped(short)}</th>`).join('');
  const rows = measures.map(({ measure, standings, verdict }) => {
    const wish = measure.better === 'neither' ? '' : `, ${measure.better === 'higher' ? 'more' : 'less'} is better`;
    const floor =
      measure.floor === undefined
        ? ''
        : `<br>wanted ${measure.better === 'lower' ? 'at most' : 'at least'} ${escaped(withUnit(measure.floor, measure.unit))}`;
    const name = `<th scope="row">${escaped(measure.title)}<small>${escaped(measure.unit)}${wish}${floor}</small></th>`;
    return `<tr>${name}${standings.map(cell).join('')}<td class="verdict">${escaped(verdict)}</td></tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="Medians"><table><thead><tr><td></td>${head}<td></td></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function cell({ ran, median, interval, mark, floor }: Standing): string {
  if (!ran) return '<td class="missed">failed</td>';
  const sign =
    mark === 'best' ? ' <abbr title="best">★</abbr>' : mark === 'tied' ? ' <abbr title="level">≈</abbr>' : '';
  const judged = floor ? `<small class="${floor}">floor ${floor}</small>` : '';
  const noise = interval ? `<small>${range(interval.low, interval.high)}</small>` : '';
  return `<td${mark ? ` class="${mark}"` : ''}>${number(median)}${sign}${noise}${judged}</td>`;
}

function reading({ workloads }: Summary): string {
  const sure = workloads.flatMap(({ measures }) =>
    measures.flatMap(({ standings }) => standings.flatMap(({ interval }) => interval?.confidence ?? [])),
  );
  const confidence = [...new Set(sure)]
    .sort((a, b) => a - b)
    .map(percent)
    .join(' or ');
  const interval = confidence
    ? `The interval beside a median holds the true median with ${confidence}, whatever the noise looks like: it reaches from one of the ordered runs to another. With fewer than six runs it is all of them, from the lowest to the highest.`
    : 'Every variant ran once: nothing here tells a small difference from noise. Repeat it with <code>--repeat</code>.';
  return `<section><h2>How to read this</h2><ul>
<li>Numbers are <strong>medians</strong>. ${interval}</li>
<li><strong>★</strong> is the best median; <strong>≈</strong> one that the best did not beat in every round. A round runs all variants within a short time, so what disturbs the machine disturbs all of them.</li>
<li>A <strong>score</strong> is the share of the best median: 0.5 is half as fast, or twice as much of what there should be little of. Bars begin at 0.</li>
<li>The <strong>load</strong> of a node is what its pods ask for of CPU or memory, whichever is more, of what the node has.</li>
</ul></section>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
