// Report as text: what a student reads. A line a check as it comes, the first failed one in full, and what to do next.
//   FAIL 3.4 never more pods than asked (seed 7)
//   Happened: you created web-4 at 2.010 s; 3 of 3 existed
//   Why:      watch cut at 2.000 s; your cache lacked web-3
// Always true: without colours nothing is lost: each line begins with a word that says what it is.

import pc from 'picocolors';
import type { Finding, TimelineRow } from '../kit/lab.ts';
import type { CheckResult, Printed } from './check-messages.ts';
import { hasPassed, lineText, type Report, visitCommand } from './report.ts';

export interface TextOptions {
  /** No colours. */
  readonly plain: boolean;
  /** What `--file` gave. */
  readonly file?: string | undefined;
}

/** Rows of an object's history that are shown: the last ones. */
const longestTimeline = 30;

/** One line: `PASS 3.1 ...`, `FAIL 3.4 ...: what happened`, `SKIP 3.5 ...`. Ends with a line feed, as all here do. */
export function resultLine(result: CheckResult, options: TextOptions): string {
  const { check, title, passed, seeds, finding } = result;
  const { bold, dim, green, red } = pc.createColors(!options.plain);
  const note = noteText(result, options);
  if (passed) return `${green('PASS')} ${check} ${title}${seeds > 1 ? dim(` (${seeds} seeds)`) : ''}\n${note}`;
  if (!finding) return `${dim('SKIP')} ${check} ${title}${dim(' (not run)')}\n`;
  const at = finding.look ? `, ${lineText(finding.look)}` : '';
  return `${bold(red('FAIL'))} ${check} ${title} (seed ${finding.seed}): ${finding.happened}${at}\n${note}`;
}

/**
 * All that a failed check says.
 * @param options.isFirst whether all checks were run and none before it failed: then `visit` finds it by the seed alone
 */
export function failureText(result: CheckResult, options: TextOptions & { readonly isFirst?: boolean }): string {
  const { finding } = result;
  if (!finding) return resultLine(result, options);
  const { bold, cyan, red } = pc.createColors(!options.plain);
  const { happened, expected, why, look, seed, instant } = finding;
  const rows: [string, string][] = [
    ['Happened:', happened],
    ['Expected:', expected],
    ['Why:', why],
  ];
  if (look) rows.push(['Look:', cyan(lineText(look))]);
  const check = options.isFirst === false ? result.check : undefined;
  if (instant > 0) rows.push(['Visit:', visitCommand(result.lab, seed, check, options.file)]);
  const head = `${bold(red('FAIL'))} ${bold(`${result.check} ${result.title}`)} (seed ${seed})\n`;
  const body = rows.map(([label, text]) => `${bold(label.padEnd(9))} ${text}\n`).join('');
  return head + body + timelineText(finding, options) + printedText(result.printed) + noteText(result, options);
}

/** The history of the object that it is about. */
export function timelineText({ object, timeline }: Finding, { plain }: TextOptions): string {
  if (timeline.length === 0) return '';
  const { bold, dim, yellow } = pc.createColors(!plain);
  const shown = timeline.slice(-longestTimeline);
  const cells = shown.map((row) => [row.what, row.object, row.by] as const);
  const width = (column: 0 | 1 | 2) => Math.max(...cells.map((texts) => texts[column].length));
  const widths = [width(0), width(1), width(2)] as const;
  const time = Math.max(...shown.map((row) => seconds(row).length));
  const lines = shown.map((row, index) => {
    const texts = cells[index]!.map((text, column) => text.padEnd(widths[column]!));
    const line =
      `  ${seconds(row).padStart(time)}  ${texts.join('  ')}  ${row.line ? lineText(row.line) : ''}`.trimEnd();
    if (row.by === 'you') return bold(line);
    return row.what === 'fault' ? yellow(line) : line;
  });
  const earlier = timeline.length - shown.length;
  if (earlier > 0) lines.unshift(dim(`  ... ${earlier} earlier`));
  return `\nHistory${object === undefined ? '' : ` of ${object}`}:\n${lines.join('\n')}\n`;
}

/** What the file printed; '' when that was nothing. */
export function printedText({ lines, more, end = [] }: Printed): string {
  if (lines.length === 0) return '';
  const left = more > 0 ? [end.length > 0 ? `... ${amount(more)} between` : `... and ${amount(more)} more`] : [];
  return `\nPrinted:\n${[...lines, ...left, ...end].map((line) => `  ${line}`).join('\n')}\n`;
}

/** What is no failure, and should be known; '' for nothing. */
function noteText({ check, printed: { tooMuch } }: CheckResult, { plain }: TextOptions): string {
  if (!tooMuch) return '';
  const { yellow } = pc.createColors(!plain);
  const first = tooMuch.look ? `, first at ${lineText(tooMuch.look)}` : '';
  return `${yellow('NOTE')} ${check} your file printed ${amount(tooMuch.characters)} in one run${first}; all but its beginning and its end was thrown away\n`;
}

/** The last lines: counts, and what to do next. @param next commands, each with what it is for */
export function summaryText(report: Report, next: readonly string[], { plain }: TextOptions): string {
  const { bold, green, red } = pc.createColors(!plain);
  const { results, unfit, milliseconds } = report;
  const passed = results.filter((result) => result.passed).length;
  const told = unfit
    ? bold(`${red('FAIL')} ${unfit.message}`)
    : `${bold((hasPassed(report) ? green : red)(`${passed} of ${results.length} checks passed`))} in ${(milliseconds / 1000).toFixed(1)} s`;
  return `${told}\n${next.map((line, index) => `${index === 0 ? 'Next:' : '     '}     ${line}\n`).join('')}`;
}

const seconds = ({ at }: TimelineRow): string => `${at.toFixed(3)} s`;

function amount(characters: number): string {
  if (characters < 10_000) return `${characters} characters`;
  return characters < 10_000_000 ? `${Math.round(characters / 1000)} KB` : `${Math.round(characters / 1_000_000)} MB`;
}
