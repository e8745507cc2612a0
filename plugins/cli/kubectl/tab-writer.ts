// Tab writer: columns by elastic tab stops, as Go's text/tabwriter makes them, which kubectl prints everything with.
//   tabbed('Name:\tweb\nNamespace:\tdefault\n', { padding: 2 })
// Always true: a cell ends with a tab; cells that stand under each other in lines that follow each other make a column; what
// follows the last tab of a line is no cell of a column and widens nothing.

export interface TabStops {
  /** Least width of a column, with its padding; 0 unless told. */
  readonly minWidth?: number;
  /** Blanks after the widest cell. */
  readonly padding: number;
  /** Widths of columns seen before, kept up to date here: tables that go on stay aligned. */
  readonly remembered?: number[];
}

export function tabbed(text: string, stops: TabStops): string {
  const ended = text.endsWith('\n');
  const lines = (ended ? text.slice(0, -1) : text).split('\n').map((line) => line.split('\t'));
  return layOut(lines, [], stops).join('\n') + (ended ? '\n' : '');
}

/** Lays out lines whose first columns have these widths: each run of lines with one more column is a block of its own. */
function layOut(lines: readonly (readonly string[])[], widths: readonly number[], stops: TabStops): string[] {
  const done: string[] = [];
  const column = widths.length;
  const hasColumn = (line: readonly string[] | undefined) => line !== undefined && column < line.length - 1;
  for (let at = 0; at < lines.length; ) {
    if (!hasColumn(lines[at])) {
      done.push(padded(lines[at]!, widths));
      at += 1;
      continue;
    }
    let end = at;
    while (hasColumn(lines[end])) end += 1;
    const block = lines.slice(at, end);
    done.push(...layOut(block, [...widths, widthOf(block, column, stops)], stops));
    at = end;
  }
  return done;
}

function widthOf(block: readonly (readonly string[])[], column: number, stops: TabStops): number {
  const { minWidth = 0, padding, remembered } = stops;
  const width = Math.max(minWidth, remembered?.[column] ?? 0, ...block.map((line) => length(line[column]!) + padding));
  if (remembered) remembered[column] = width;
  return width;
}

const padded = (line: readonly string[], widths: readonly number[]): string =>
  line.map((cell, i) => cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - length(cell)))).join('');

/** In characters, not in halves of them. */
const length = (text: string): number => [...text].length;
