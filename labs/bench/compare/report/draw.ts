// Draw: a Vega-Lite specification becomes an SVG text, without a browser and without a canvas.
// Both libraries are loaded when the first plot is drawn: who only wants the table does not wait for them.

import type { Config, TopLevelSpec } from 'vega-lite';
import { textWidth } from './text-width.ts';
import { colour, fonts, withLightColours } from './theme.ts';

export interface Plot {
  readonly spec: TopLevelSpec;
  /** What is seen, as a sentence: the plot's headline. */
  readonly title: string;
  /** What is drawn, and how to read it. */
  readonly caption: string;
  /** For those who do not see it: the numbers that matter. */
  readonly alt: string;
}

/** An `svg` element that is as wide as its place allows, in the colours of the page around it. */
export async function draw({ spec, alt }: Plot): Promise<string> {
  const [{ compile }, { parse, View, textMetrics }] = await Promise.all([import('vega-lite'), vega()]);
  textMetrics.width = textWidth;
  const compiled = compile({ ...spec, config: { ...config } }, { logger: silent });
  const view = new View(parse(compiled.spec), { renderer: 'none' });
  try {
    return named(tight(await view.toSVG()), alt);
  } finally {
    view.finalize();
  }
}

/** What its types leave out: the place where it asks how wide a text is. Without a canvas it would take all letters for wide. */
const vega = async () =>
  (await import('vega')) as unknown as typeof import('vega') & { textMetrics: { width: typeof textWidth } };

/** The same as a file of its own, on a light ground. */
export function svgFile(svg: string): string {
  const [, width = '0', height = '0'] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  const ground = `<rect width="${width}" height="${height}" fill="${colour('page')}"/>`;
  return `${withLightColours(svg.replace(/^(<svg[^>]*>)/, (open) => `${open}${ground}`))}\n`;
}

/** Without what every drawing repeats and nobody sees. */
function tight(svg: string): string {
  return svg
    .replaceAll(/ (aria-hidden|aria-roledescription|pointer-events|class|stroke-miterlimit)="[^"]*"/g, '')
    .replaceAll(/ (role="graphics-object"|font-family="[^"]*")/g, '')
    .replaceAll(/ transform="translate\(0,0\)"/g, '')
    .replaceAll(/ (d|transform|[xy][12]?|width|height)="[^"]*"/g, (place) => place.replaceAll(/(\d\.\d\d)\d+/g, '$1'))
    .replaceAll('<g></g>', '')
    .replaceAll('<path d=""/>', '');
}

function named(svg: string, alt: string): string {
  const title = alt.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  const font = fonts.replaceAll('"', "'");
  return svg
    .replace(/^<svg /, `<svg role="img" aria-label="${title}" font-family="${font}" `)
    .replace(/ xmlns:xlink="[^"]*"/, '');
}

const text = { labelFontSize: 14, titleFontSize: 14, labelColor: colour('ink'), titleColor: colour('soft') };

const config: Config = {
  background: 'transparent',
  font: fonts,
  aria: false,
  padding: 8,
  view: { stroke: null },
  axis: {
    ...text,
    aria: false,
    titleFontWeight: 'normal',
    gridColor: colour('line'),
    domainColor: colour('line'),
    tickColor: colour('line'),
    labelPadding: 6,
    labelLimit: 420,
    titlePadding: 8,
  },
  legend: {
    ...text,
    aria: false,
    symbolSize: 140,
    symbolOpacity: 1,
    symbolStrokeWidth: 2.5,
    labelLimit: 260,
    titleLimit: 300,
  },
  header: { ...text, labelFontWeight: 600, labelPadding: 6 },
  title: { color: colour('ink'), fontSize: 15, fontWeight: 600, anchor: 'start' },
  text: { color: colour('ink'), fontSize: 14 },
};

const silent = {
  level: () => silent,
  error: () => silent,
  warn: () => silent,
  info: () => silent,
  debug: () => silent,
} as never;
