// Load: how many nodes are how full at the end, a row for each variant with the same axis, so that shapes can be compared:
// one narrow peak is an even cluster; one heap at each end is a cluster that was packed.

import type { NodeLoad } from '../../comparison.ts';
import type { Plot } from '../draw.ts';
import { percent } from '../numbers.ts';
import { median } from '../statistics.ts';
import { listed, shortNames, type WorkloadSummary } from '../summary.ts';
import { colour, variantColours } from '../theme.ts';
import { loadOf, nodesByVariant } from '../typical.ts';
import { nameBeside } from './name-beside.ts';

/** Width of a step, in percent. */
const step = 5;

export function loadPlot({ workload }: WorkloadSummary, variants: readonly string[]): Plot | undefined {
  const nodes = nodesByVariant(workload, variants);
  if (nodes.size === 0) return undefined;
  const names = shortNames(variants);
  const shapes = [...nodes].map(([variant, list]) => ({ variant, ...shapeOf(list) }));
  const values = shapes.flatMap(({ variant, shares, middle }) =>
    shares.map((share, at) => ({
      variant: names.get(variant),
      from: at * step,
      to: (at + 1) * step,
      share,
      middle: middle * 100,
    })),
  );
  const order = [...nodes.keys()].map((variant) => names.get(variant)!);
  const colours = [...nodes.keys()].map(
    (variant) => variantColours[variants.indexOf(variant) % variantColours.length]!,
  );
  return {
    title: headline(shapes),
    caption: `Share of nodes (height) by load (in steps of ${step} %): what their pods ask for of CPU or memory, whichever is more, of what the node has. Each row has a height of its own. Dashed line: the median node.`,
    alt: `Histograms of node load on ${workload.name}. ${shapes.map(asText).join(' ')}`,
    spec: {
      data: { values },
      facet: {
        row: {
          field: 'variant',
          type: 'nominal',
          sort: order,
          title: null,
          header: null,
        },
      },
      spacing: 10,
      spec: {
        width: 560,
        height: 54,
        layer: [
          nameBeside(64, 54),
          {
            mark: { type: 'bar', binSpacing: 1 },
            encoding: {
              x: {
                field: 'from',
                type: 'quantitative',
                bin: { binned: true, step },
                title: 'load of the node (%)',
                scale: { domain: [0, 100] },
                axis: { values: [0, 20, 40, 60, 80, 100] },
              },
              x2: { field: 'to' },
              y: { field: 'share', type: 'quantitative', title: null, axis: { format: '.0%', tickCount: 2 } },
              color: { field: 'variant', type: 'nominal', legend: null, scale: { domain: order, range: colours } },
            },
          },
          {
            mark: { type: 'rule', strokeWidth: 2, strokeDash: [4, 3], color: colour('ink') },
            encoding: { x: { aggregate: 'max', field: 'middle', type: 'quantitative' } },
          },
        ],
      },
      resolve: { scale: { y: 'independent' } },
    },
  } as Plot;
}

interface Shape {
  readonly variant: string;
  readonly middle: number;
  readonly least: number;
  readonly most: number;
  /** Standard deviation. */
  readonly spread: number;
}

function shapeOf(nodes: readonly NodeLoad[]) {
  const loads = nodes.map(loadOf);
  const shares = Array.from({ length: 100 / step }, () => 0);
  for (const load of loads) {
    const at = Math.min(shares.length - 1, Math.floor((load * 100 + 1e-9) / step));
    shares[at] = shares[at]! + 1 / loads.length;
  }
  const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length;
  const spread = Math.sqrt(loads.reduce((sum, load) => sum + (load - mean) ** 2, 0) / loads.length);
  const [least, most] = loads.reduce(([low, high], load) => [Math.min(low, load), Math.max(high, load)], [1, 0]);
  return { shares, middle: median(loads), spread, least, most };
}

const asText = ({ variant, least, middle, most }: Shape) =>
  `${variant}: from ${percent(least)} to ${percent(most)}, median ${percent(middle)}.`;

/** `45 to 60 %` */
const span = ({ least, most }: Shape) =>
  percent(least) === percent(most) ? percent(most) : `${Math.round(least * 100)} to ${percent(most)}`;

function headline(shapes: readonly Shape[]): string {
  const sorted = [...shapes].sort((a, b) => a.spread - b.spread);
  const [even] = sorted;
  const uneven = sorted.at(-1);
  if (!even || !uneven || even === uneven) return even ? `Nodes of ${even.variant} are ${span(even)} full` : '';
  if (uneven.spread - even.spread < 0.01) return `All variants load the nodes alike: ${span(even)}`;
  const level = shapes.filter(({ spread }) => spread - even.spread < 0.001).map(({ variant }) => variant);
  return `${listed(level)} load${level.length > 1 ? '' : 's'} nodes most evenly (${span(even)}), ${uneven.variant} least (${span(uneven)})`;
}
