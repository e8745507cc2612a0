// Markdown: a comparison in a page that people write and a command fills. What is measured stands between marks, and is
// replaced when it is drawn again; what somebody wrote around it stays:
//   <!-- bench: facts -->                                command, machine, date
//   <!-- bench: overview -->                             the picture of all workloads
//   <!-- bench: SchedulingBasic/500Nodes alone table --> ... facts, scores, throughput, load, heat
//   ... <!-- /bench -->
// One page may be filled from several comparisons: marks of what this one has not measured stay as they are. A page that is
// not there yet is made with all of them. Pictures are SVG files in a folder of the page's name.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../../../core/cluster/configuration-error.ts';
import type { Comparison } from '../comparison.ts';
import { draw, type Plot, svgFile } from './draw.ts';
import { number, range } from './numbers.ts';
import { titleOf } from './page.ts';
import { heatPlot } from './plots/heat-plot.ts';
import { loadPlot } from './plots/load-plot.ts';
import { overviewPlot } from './plots/overview-plot.ts';
import { scorePlot } from './plots/score-plot.ts';
import { seriesPlots } from './plots/series-plot.ts';
import { type MeasureSummary, type Standing, type Summary, summarise, type WorkloadSummary } from './summary.ts';

interface Block {
  readonly text: string;
  readonly picture?: { readonly file: string; readonly plot: Plot };
}

/**
 * Fills the page, or makes it.
 * @returns the marks that stay as they are
 * @throws ConfigurationError when that would be all of them
 */
export async function writeMarkdown(file: string, comparison: Comparison): Promise<readonly string[]> {
  const folder = path.join(path.dirname(file), path.basename(file, '.md'));
  const blocks = blocksOf(summarise(comparison), path.basename(folder));
  const page = existing(file) ?? skeleton(comparison, [...blocks.keys()]);
  const used: string[] = [];
  const left: string[] = [];
  const filled = page.replaceAll(marks, (whole, open: string, name: string, close: string) => {
    const block = blocks.get(name);
    (block ? used : left).push(name);
    return block ? `${open}\n${block.text}\n${close}` : whole;
  });
  if (used.length === 0) {
    const known = [...blocks.keys()].map((name) => `<!-- bench: ${name} -->`).join('\n');
    throw new ConfigurationError(`${file} has no mark of what was measured; these are:\n${known}`);
  }
  mkdirSync(folder, { recursive: true });
  for (const name of used) {
    const picture = blocks.get(name)?.picture;
    if (picture) writeFileSync(path.join(folder, picture.file), svgFile(await draw(picture.plot)));
  }
  writeFileSync(file, filled);
  return left;
}

const marks = /(<!-- bench: (.+?) -->)[\s\S]*?(<!-- \/bench -->)/g;

function existing(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigurationError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

const skeleton = (comparison: Comparison, names: readonly string[]): string =>
  `# ${titleOf(comparison)}\n\n${names
    .filter((name) => !name.endsWith(' facts'))
    .map((name) => `<!-- bench: ${name} -->\n<!-- /bench -->\n`)
    .join('\n')}`;

function blocksOf(summary: Summary, folder: string): Map<string, Block> {
  const { variants } = summary.comparison;
  const blocks = new Map<string, Block>([['facts', { text: facts(summary) }]]);
  const add = (name: string, plot: Plot | undefined) => {
    if (!plot) return;
    const file = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.svg`;
    const alt = plot.title.replaceAll(/[[\]]/g, '');
    blocks.set(name, {
      text: `![${alt}](${folder}/${file})\n\n*${plot.title}.* ${plot.caption}`,
      picture: { file, plot },
    });
  };
  add('overview', overviewPlot(summary));
  for (const workload of summary.workloads) {
    const { name, level } = workload.workload;
    blocks.set(`${name} ${level} facts`, { text: facts(summary) });
    blocks.set(`${name} ${level} table`, { text: table(workload) });
    add(`${name} ${level} scores`, scorePlot(workload, variants));
    for (const [at, plot] of seriesPlots(workload, variants).entries())
      add(`${name} ${level} throughput${at === 0 ? '' : ` ${at + 1}`}`, plot);
    add(`${name} ${level} load`, loadPlot(workload, variants));
    add(`${name} ${level} heat`, heatPlot(workload, variants));
  }
  return blocks;
}

function facts({ comparison, rounds }: Summary): string {
  const { command, machine, began, seed } = comparison;
  return `\`\`\`\n${command}\n\`\`\`\n\n${machine}; ${began.slice(0, 10)}; seed ${seed}; ${rounds} rounds, variants in turn.`;
}

/** Percentiles of a throughput's samples are for the page: beside its average they would be most of the table. */
const percentiles = /^throughput\.p\d+$/;

/** Medians, intervals below; what is the same for all is said in a sentence. */
function table({ measures, failures }: WorkloadSummary): string {
  const told = measures.filter(({ measure }) => measure.better !== 'neither' && !percentiles.test(measure.name));
  const shown = told.filter(({ alike }) => !alike);
  const variants = measures[0]?.standings.map(({ variant }) => variant) ?? [];
  const rows = shown.map(({ measure, standings }) => {
    const wish = measure.better === 'higher' ? '↑' : '↓';
    return `| ${cell(`${measure.title}, ${measure.unit} ${wish}`)} | ${standings.map(medianText).join(' | ')} |`;
  });
  const alike = told.filter((one) => one.alike).map(alikeText);
  const broken = failures.map(
    ({ variant, repeat, failure }) =>
      `- ${variant}, run ${repeat}: ${failure.reason}: ${failure.message.split('\n', 1)[0]}`,
  );
  return [
    `| | ${variants.map(cell).join(' | ')} |\n|---|${variants.map(() => '---:|').join('')}\n${rows.join('\n')}`,
    ...(alike.length > 0 ? [`The same for all: ${alike.join('; ')}.`] : []),
    ...(broken.length > 0 ? [`Failed:\n${broken.join('\n')}`] : []),
  ].join('\n\n');
}

function medianText({ ran, median, interval, mark, floor }: Standing): string {
  if (!ran) return 'failed';
  const middle = mark === 'best' ? `**${number(median)}**` : mark === 'tied' ? `${number(median)} ≈` : number(median);
  const noise =
    interval && interval.low !== interval.high ? `<br><sub>${range(interval.low, interval.high)}</sub>` : '';
  return `${middle}${noise}${floor === 'missed' ? '<br>below its floor' : ''}`;
}

const alikeText = ({ measure, standings }: MeasureSummary): string =>
  `${measure.title} ${number(standings.find(({ ran }) => ran)?.median ?? Number.NaN)} ${measure.unit}`;

const cell = (text: string): string => text.replaceAll('|', '\\|');
