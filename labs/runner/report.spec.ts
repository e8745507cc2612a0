// Reports: what a check says, word by word.

import { expect } from 'chai';
import { convert } from 'xmlbuilder2';
import type { Finding } from '../kit/lab.ts';
import type { CheckResult } from './check-messages.ts';
import type { Report } from './report.ts';
import { jsonReport } from './report-json.ts';
import { junitReport } from './report-junit.ts';
import { failureText, printedText, resultLine, summaryText, timelineText } from './report-text.ts';

const finding: Finding = {
  check: '3.4',
  message: 'surplus',
  seed: 7,
  instant: 41,
  at: 2.01,
  happened: 'you created web-4 at 2.010 s; 3 of 3 existed',
  expected: 'no pod is created while 3 exist',
  why: 'watch cut at 2.000 s; your cache lacked web-3',
  look: { file: 'replication.ts', line: 31 },
  object: 'Pod default/web-4',
  timeline: [
    { at: 2, what: 'fault', object: 'watch of pods cut', by: 'the check' },
    { at: 2.01, what: 'created', object: 'Pod default/web-4', by: 'you', line: { file: 'replication.ts', line: 31 } },
    { at: 10.2, what: 'bound', object: 'Pod default/web-4', by: 'scheduler' },
  ],
};
const common = { lab: 'replication', seeds: 5, milliseconds: 120, printed: { lines: [], more: 0 } };
const passed: CheckResult = { ...common, check: '3.1', title: 'makes the pods', passed: true };
const failed: CheckResult = { ...common, check: '3.4', title: 'never more pods than asked', passed: false, finding };
const skipped: CheckResult = { ...common, check: '3.5', title: 'adopts', passed: false, skipped: true, seeds: 0 };
const report: Report = {
  lab: { number: 3, name: 'replication' },
  file: '/home/ann/labs/03-replication/replication.ts',
  results: [passed, failed, skipped],
  milliseconds: 1234,
};
const unfit: Report = {
  ...report,
  results: [],
  unfit: { message: 'replication.ts:3:7: Expected ";"', look: { file: 'replication.ts', line: 3 } },
};
const plain = { plain: true };

describe('reports', () => {
  it('say what happened, what was expected, why, where to look and how to see it, with the history', () => {
    expect(failureText(failed, plain)).to.equal(`FAIL 3.4 never more pods than asked (seed 7)
Happened: you created web-4 at 2.010 s; 3 of 3 existed
Expected: no pod is created while 3 exist
Why:      watch cut at 2.000 s; your cache lacked web-3
Look:     replication.ts:31
Visit:    npx kubelab lab visit replication --seed 7

History of Pod default/web-4:
   2.000 s  fault    watch of pods cut  the check
   2.010 s  created  Pod default/web-4  you        replication.ts:31
  10.200 s  bound    Pod default/web-4  scheduler
`);
  });

  it('name the check to visit where another one failed before it', () => {
    const text = failureText(failed, { plain: true, isFirst: false });
    expect(text).to.include('Visit:    npx kubelab lab visit replication --check 3.4 --seed 7\n');
  });

  it('offer no visit where no cluster was at fault', () => {
    expect(failureText({ ...failed, finding: { ...finding, instant: 0, timeline: [] } }, plain)).not.to.include('isit');
  });

  it('take a line for each of the others', () => {
    expect([passed, failed, skipped].map((result) => resultLine(result, plain)).join('')).to.equal(
      `PASS 3.1 makes the pods (5 seeds)
FAIL 3.4 never more pods than asked (seed 7): you created web-4 at 2.010 s; 3 of 3 existed, replication.ts:31
SKIP 3.5 adopts (not run)
`,
    );
  });

  it('show the end of a long history, and how much is missing', () => {
    const row = { at: 1, what: 'updated', object: 'Pod default/web-4', by: 'you' };
    const lines = timelineText({ ...finding, timeline: Array.from({ length: 42 }, () => row) }, plain).split('\n');
    expect(lines[2]).to.equal('  ... 12 earlier');
    expect(lines.filter((line) => line.includes('updated'))).to.have.length(30);
  });

  it('show the first of what was printed, and how much there was', () => {
    expect(printedText({ lines: ['hello'], more: 0 })).to.equal('\nPrinted:\n  hello\n');
    expect(printedText({ lines: ['hello'], more: 999_000_000 })).to.include('  ... and 999 MB more\n');
    expect(printedText({ lines: [], more: 0 })).to.equal('');
  });

  it('end with counts and what to do next', () => {
    expect(summaryText(report, ['npx kubelab lab hint', 'npx kubelab lab watch'], plain)).to.equal(
      `1 of 3 checks passed in 1.2 s
Next:     npx kubelab lab hint
          npx kubelab lab watch
`,
    );
    expect(summaryText(unfit, [], plain)).to.equal('FAIL replication.ts:3:7: Expected ";"\n');
  });

  it('have colours only where they are wanted, and lose nothing without', () => {
    const coloured = failureText(failed, { plain: false });
    expect(coloured).to.include('\u001b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those of colours
    expect(coloured.replace(/\u001b\[\d+m/g, '')).to.equal(failureText(failed, plain));
  });

  it('are one JSON document', () => {
    const document = JSON.parse(jsonReport(report));
    expect(document).to.deep.include({ lab: 'replication', number: 3, passed: false, milliseconds: 1234 });
    expect(document.counts).to.deep.equal({ checks: 3, passed: 1, failed: 1, skipped: 1 });
    expect(document.checks).to.deep.equal(report.results);
    expect(JSON.parse(jsonReport(unfit))).to.deep.include({ passed: false, unfit: unfit.unfit });
  });

  it('are JUnit’s XML, whatever was printed', () => {
    const talkative = { ...passed, printed: { lines: ['<b> & \u0000 \u001b[31m'], more: 0 } };
    const xml = junitReport([{ ...report, results: [talkative, failed, skipped] }, unfit]);
    const { testsuites } = convert(xml, { format: 'object' }) as unknown as {
      readonly testsuites: { readonly testsuite: readonly Record<string, unknown>[] };
    };
    const [first, second] = testsuites.testsuite as [Record<string, unknown>, Record<string, unknown>];
    expect(first).to.include({
      '@name': 'replication',
      '@tests': '3',
      '@failures': '1',
      '@skipped': '1',
      '@errors': '0',
    });
    const [right, wrong, left] = first.testcase as [Record<string, unknown>, Record<string, unknown>, object];
    expect(right).to.include({ '@classname': 'replication', '@name': '3.1 makes the pods', '@time': '0.12' });
    expect(xml).to.include('<system-out>&lt;b&gt; &amp; \uFFFD \uFFFD[31m</system-out>');
    expect(wrong.failure).to.include({ '@message': finding.happened });
    expect((wrong.failure as Record<string, string>)['#']).to.include('Look: replication.ts:31');
    expect(left).to.have.property('skipped');
    expect(second).to.include({ '@tests': '1', '@errors': '1' });
  });
});
