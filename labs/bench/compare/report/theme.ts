// Theme: the colours of plots and page, each for a light and a dark screen. Plots name them (`var(--ink)`), so one drawing
// serves both, and the page's style says what they are; a plot in a file of its own gets the light ones.
// Variants: Okabe and Ito's palette, which people tell apart whatever their eyes, yellow made darker. Heat: one hue from
// nearly nothing to full, so that it reads in grey too.

const colours: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  page: ['#ffffff', '#14171c'],
  card: ['#f6f8fa', '#1c2128'],
  ink: ['#1b1f24', '#e8edf3'],
  soft: ['#57606a', '#a9b4c0'],
  line: ['#d0d7de', '#39424e'],
  good: ['#0b7a4b', '#4fd39a'],
  bad: ['#b3261e', '#ff8f85'],
  'variant-1': ['#0072b2', '#4aa8e8'],
  'variant-2': ['#d98200', '#f2b134'],
  'variant-3': ['#009e73', '#35cfa3'],
  'variant-4': ['#cc4b00', '#ff8442'],
  'variant-5': ['#b8588f', '#e8a0c8'],
  'variant-6': ['#3ba3dd', '#a5dbfa'],
  'variant-7': ['#6e7781', '#98a2ad'],
  'variant-8': ['#857a00', '#cdc145'],
  'heat-empty': ['#f7ead0', '#4a3b1c'],
  'heat-0': ['#dfe8f3', '#1d3247'],
  'heat-1': ['#c9daee', '#22405e'],
  'heat-2': ['#b3cde8', '#264a6b'],
  'heat-3': ['#93b9df', '#2a5d88'],
  'heat-4': ['#71a3d4', '#3171a5'],
  'heat-5': ['#518cc6', '#3f86bf'],
  'heat-6': ['#3674b3', '#579cd5'],
  'heat-7': ['#205c9a', '#79b3e6'],
  'heat-8': ['#12457c', '#a1cdf2'],
  'heat-9': ['#082e5a', '#d3e9fc'],
};

export type Colour = string;

/** How a drawing names a colour. */
export const colour = (name: string): Colour => `var(--${name})`;

/** Colours for variants, in order. */
export const variantColours = Array.from({ length: 8 }, (_, at) => colour(`variant-${at + 1}`));

/** Empty, which is another hue; then to full, in steps of a tenth. */
export const heatColours = [colour('heat-empty'), ...Array.from({ length: 10 }, (_, at) => colour(`heat-${at}`))];

/** Sign and dashes besides the colour, so that colour alone decides nothing. */
export const variantShapes = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'cross',
  'triangle-down',
  'triangle-left',
  'triangle-right',
];
export const variantDashes = [[], [7, 3], [2, 3], [10, 3, 2, 3], [5, 2], [12, 4], [1, 2], [8, 2, 2, 2, 2, 2]];

export const fonts = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", Helvetica, Arial, sans-serif';

/** The colours as style of a page. */
export function colourStyle(): string {
  const of = (which: 0 | 1) =>
    Object.entries(colours)
      .map(([name, pair]) => `--${name}:${pair[which]}`)
      .join(';');
  return `:root{color-scheme:light dark;${of(0)}}@media (prefers-color-scheme:dark){:root{${of(1)}}}@media print{:root{${of(0)}}}`;
}

/** A drawing that stands alone: with the light colours written out. */
export const withLightColours = (svg: string): string =>
  svg.replaceAll(/var\(--([a-z0-9-]+)\)/g, (_, name: string) => colours[name]?.[0] ?? 'black');
