// Report as JSON: one document, for programs. What it is made of stays: fields are added, none is renamed.

import { hasPassed, type Report } from './report.ts';

/** `look` and lines of the timeline are { file, line }; times are seconds of virtual time, but for `milliseconds`. */
export function jsonReport(report: Report): string {
  const { lab, file, results, unfit, milliseconds } = report;
  const passed = results.filter((result) => result.passed).length;
  const skipped = results.filter((result) => result.skipped).length;
  const document = {
    lab: lab.name,
    number: lab.number,
    file,
    passed: hasPassed(report),
    counts: { checks: results.length, passed, failed: results.length - passed - skipped, skipped },
    milliseconds,
    ...(unfit && { unfit }),
    checks: results,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
