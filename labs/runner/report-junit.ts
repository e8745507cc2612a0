// Report as JUnit's XML: what continuous integration and learning platforms read.

import { create } from 'xmlbuilder2';
import type { CheckResult } from './check-messages.ts';
import { lineText, type Report } from './report.ts';

/** @param reports one a lab */
export function junitReport(reports: readonly Report[]): string {
  // What a student prints may hold characters that XML has no way to write.
  const root = create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\uFFFD' }).ele('testsuites', {
    name: 'kubelab',
  });
  for (const { lab, results, unfit, milliseconds } of reports) {
    const suite = root.ele('testsuite', {
      name: lab.name,
      tests: results.length + (unfit ? 1 : 0),
      failures: results.filter(({ finding }) => finding).length,
      errors: unfit ? 1 : 0,
      skipped: results.filter(({ skipped }) => skipped).length,
      time: milliseconds / 1000,
    });
    if (unfit) {
      const { message, look } = unfit;
      const told = suite.ele('testcase', { classname: lab.name, name: 'the file can be checked', time: 0 });
      told.ele('error', { message: message }).txt(look ? lineText(look) : '');
    }
    for (const result of results) {
      const time = result.milliseconds / 1000;
      const told = suite.ele('testcase', { classname: lab.name, name: `${result.check} ${result.title}`, time });
      if (result.skipped) told.ele('skipped');
      if (result.finding) told.ele('failure', { message: result.finding.happened }).txt(body(result));
      if (result.printed.lines.length > 0) told.ele('system-out').txt(result.printed.lines.join('\n'));
    }
  }
  return `${root.end({ prettyPrint: true })}\n`;
}

function body({ finding }: CheckResult): string {
  if (!finding) return '';
  const { happened, expected, why, look, seed } = finding;
  const lines = [`Happened: ${happened}`, `Expected: ${expected}`, `Why: ${why}`, `Seed: ${seed}`];
  if (look) lines.push(`Look: ${lineText(look)}`);
  return lines.join('\n');
}
