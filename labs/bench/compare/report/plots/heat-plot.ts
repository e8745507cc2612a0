// Heat map: how full each node is, by variant. A variant is a band; nodes stand in it in the order in which they joined,
// column by column from the left. Many nodes share a cell then: its colour is their mean.
// Neighbours of one colour are drawn as one piece: a picture of 5,000 nodes stays small.

import type { NodeLoad } from '../../comparison.ts';
import type { Plot } from '../draw.ts';
import { count, number } from '../numbers.ts';
import { listed, shortNames, type WorkloadSummary } from '../summary.ts';
import { colour, heatColours } from '../theme.ts';
import { loadOf, nodesByVariant } from '../typical.ts';
import { nameBeside } from './name-beside.ts';

/** Cells of a band: as many as are told apart on a projector. */
const mostCells = 480;

export function heatPlot({ workload }: WorkloadSummary, variants: readonly string[]): Plot | undefined {
  const nodes = nodesByVariant(workload, variants);
  if (nodes.size === 0) return undefined;
  const names = shortNames(variants);
  const many = Math.max(...[...nodes.values()].map((list) => list.length));
  const each = Math.ceil(many / mostCells);
  const cells = Math.ceil(many / each);
  const lines = cells <= 40 ? 1 : cells <= 120 ? 2 : 4;
  const columns = Math.ceil(cells / lines);
  const height = Math.max(24, lines * 9);
  const values = [...nodes].flatMap(([variant, list]) =>
    pieces(heats(list, each), lines).map((piece) => ({ variant: names.get(variant), ...piece })),
  );
  const order = [...nodes.keys()].map((variant) => names.get(variant)!);
  return {
    title: headline(nodes),
    caption: `Load of each node at the end: what its pods ask for of CPU or memory, whichever is more. ${each > 1 ? `A cell is the mean of ${each} nodes.` : 'A cell is a node.'} Nodes in the order in which they joined, column by column from the left${lines > 1 ? `, ${lines} to a column` : ''}.`,
    alt: `Heat map of node load on ${workload.name}, a band for each variant. ${[...nodes].map(([variant, list]) => `${variant}: ${count(list.filter((node) => loadOf(node) === 0).length, 'node')} of ${number(list.length)} empty, ${number(list.filter((node) => loadOf(node) > 0.9).length)} over 90 % full.`).join(' ')}`,
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
      spacing: 8,
      spec: {
        width: 600,
        height,
        layer: [
          nameBeside(10, height),
          {
            mark: { type: 'rect', ...(columns <= 60 && { stroke: colour('page'), strokeWidth: 0.8 }) },
            encoding: {
              x: {
                field: 'x',
                type: 'quantitative',
                title: 'nodes in the order in which they joined',
                axis: {
                  values: ticks(many).map((node) => node / lines / each),
                  labelExpr: `format(round(datum.value * ${lines * each}), ',')`,
                  grid: false,
                  offset: 4,
                },
                scale: { domain: [0, columns], nice: false },
              },
              x2: { field: 'x2' },
              y: {
                field: 'y',
                type: 'quantitative',
                axis: null,
                scale: { domain: [0, lines], reverse: true, nice: false },
              },
              y2: { field: 'y2' },
              color: {
                field: 'heat',
                type: 'ordinal',
                scale: { domain: heatColours.map((_, at) => at - 1), range: heatColours },
                legend: {
                  orient: 'top',
                  direction: 'horizontal',
                  columns: 11,
                  symbolType: 'square',
                  symbolSize: 300,
                  symbolStrokeWidth: 0,
                  columnPadding: 4,
                  title: 'load, % from',
                  titleOrient: 'left',
                  labelExpr: "datum.value < 0 ? 'empty' : datum.value * 10",
                },
              },
            },
          },
        ],
      },
    },
  } as Plot;
}

/** About five round numbers up to so many. */
function ticks(many: number): number[] {
  const raw = many / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw)!);
  return Array.from({ length: Math.floor(many / step) + 1 }, (_, at) => at * step);
}

/** A tenth for each cell, 0 to 9; -1 where nothing runs. */
function heats(nodes: readonly NodeLoad[], each: number): number[] {
  return Array.from({ length: Math.ceil(nodes.length / each) }, (_, at) => {
    const group = nodes.slice(at * each, (at + 1) * each);
    const mean = group.reduce((sum, node) => sum + loadOf(node), 0) / group.length;
    return mean === 0 ? -1 : Math.min(9, Math.floor(mean * 10 + 1e-9));
  });
}

/** Rectangles of one colour each: cells go down a column first, pieces reach to the right. */
function pieces(cells: readonly number[], lines: number) {
  const all: { x: number; x2: number; y: number; y2: number; heat: number }[] = [];
  for (let line = 0; line < lines; line += 1) {
    let last: (typeof all)[number] | undefined;
    for (let at = line, column = 0; at < cells.length; at += lines, column += 1) {
      const heat = cells[at]!;
      if (last?.heat === heat) last.x2 = column + 1;
      else {
        last = { x: column, x2: column + 1, y: line, y2: line + 1, heat };
        all.push(last);
      }
    }
  }
  return all;
}

function headline(nodes: ReadonlyMap<string, readonly NodeLoad[]>): string {
  const empty = [...nodes].map(([variant, list]) => ({
    variant,
    empty: list.filter((node) => loadOf(node) === 0).length,
    of: list.length,
  }));
  empty.sort((a, b) => b.empty - a.empty);
  const [most] = empty;
  const least = empty.at(-1);
  if (!most || !least || most.empty === 0) return 'Every variant uses every node';
  if (most.empty === least.empty)
    return `Every variant leaves ${number(most.empty)} of ${count(most.of, 'node')} empty`;
  const level = empty.filter((one) => one.empty === least.empty).map(({ variant }) => variant);
  const few = least.empty === 0 ? 'none' : number(least.empty);
  return `${most.variant} leaves ${number(most.empty)} of ${number(most.of)} nodes empty, ${listed(level)} ${few}`;
}
