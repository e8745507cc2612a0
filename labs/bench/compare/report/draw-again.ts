// Draw again: `kubelab bench report FILE.json`: what was measured once, as a table, a page, or a part of a Markdown page.

import { readComparison, writePage } from './files.ts';
import { comparisonTable } from './table.ts';

export interface DrawOptions {
  readonly html?: string;
  readonly markdown?: string;
  readonly plain?: boolean;
}

/** @throws ConfigurationError when the file is none, or one to write cannot be written */
export async function drawAgain(file: string, { html, markdown, plain = false }: DrawOptions): Promise<void> {
  const comparison = readComparison(file);
  if (html !== undefined) await writePage(html, comparison);
  if (markdown !== undefined) {
    const { writeMarkdown } = await import('./markdown.ts');
    const left = await writeMarkdown(markdown, comparison);
    if (left.length > 0) process.stderr.write(`${markdown}: left as it was: ${left.join('; ')}\n`);
  }
  const isPlain = plain || !process.stdout.isTTY || (process.env.NO_COLOR ?? '') !== '';
  process.stdout.write(comparisonTable(comparison, { width: process.stdout.columns ?? 100, plain: isPlain }));
}
