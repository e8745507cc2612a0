// Checks of files that do what no file should: each is survived, told in a sentence, and points at the line.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { allTests } from '../../core/testing/runs.ts';
import { build, isStale } from '../../plugins/cli/bin/build.mjs';
import { EnvironmentError, exitCodeOf } from '../../plugins/cli/exit.ts';
import { placeLine, scheduler } from './check.fixture.ts';
import type { CheckResult } from './check-messages.ts';
import { CheckProcess } from './check-process.ts';
import { BrokenLab, CheckRun, UnfitFile, WarmCheck } from './check-run.ts';

// Built, a child starts in a third of the time.
const options = {
  labs: new URL('./check.fixture.ts', import.meta.url).href,
  program: fileURLToPath(new URL('../../dist/check-child.js', import.meta.url)),
};

interface Told {
  readonly results: readonly CheckResult[];
  readonly error?: unknown;
}

async function told(run: CheckRun): Promise<Told> {
  const results: CheckResult[] = [];
  try {
    for await (const result of run.results) results.push(result);
    return { results };
  } catch (error) {
    return { results, error };
  }
}

describe('checks of a student’s file', function () {
  this.timeout(60_000);
  let folder: string;

  const fileOf = (name: string, text: string) => {
    const own = path.join(folder, name);
    mkdirSync(own);
    const file = path.join(own, 'mine.ts');
    writeFileSync(file, text);
    return file;
  };
  const check = (lab: string, file: string, how = {}, types = false) =>
    told(new CheckRun({ lab, file }, new CheckProcess({ ...options, folder: path.dirname(file), ...how }), { types }));
  /** Of a file in a folder of that name. */
  const checkText = (name: string, text: string) => check('place', fileOf(name, text));

  before(async () => {
    if (isStale()) await build();
    folder = mkdtempSync(path.join(tmpdir(), 'kubelab check '));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const says = ({ results, error }: Told, message: string, happened: RegExp, line?: number) => {
    expect(error).to.equal(undefined);
    const [{ passed, finding }] = results as [CheckResult];
    expect(passed).to.equal(false);
    expect(finding?.message).to.equal(message);
    expect(finding?.happened).to.match(happened);
    expect(finding?.look).to.deep.equal(line === undefined ? undefined : { file: 'mine.ts', line });
  };

  it('try each check under its seeds, up to the one that finds something, with a fresh file each time', async () => {
    const wrong = [
      `if (metadata.seed === 2 && metadata.name === '9.2') return { node: 'node-2' };`,
      `if (times++ > 0) return { node: 'node-3' };`,
    ];
    const { results } = await checkText('wrong', scheduler(wrong, 'let times = 0;'));
    expect(results.map(({ check, title, passed, seeds }) => ({ check, title, passed, seeds }))).to.deep.equal([
      { check: '9.1', title: 'pods are placed, 9.1', passed: true, seeds: 1 },
      { check: '9.2', title: 'pods are placed, 9.2', passed: false, seeds: 2 },
      { check: '9.3', title: 'pods are placed, 9.3', passed: true, seeds: 2 },
    ]);
    expect(results[1]?.finding).to.deep.include({ seed: 2, instant: 12, happened: 'you placed 9.2 on node-2' });
  });

  it('tell what a file does that it should not, and go on with the next check', async () => {
    const top = `import fs from 'node:fs'; import { setTimeout as sleep } from 'node:timers/promises'; import { interval } from 'rxjs';`;
    const wrong: [statement: string, message: string, happened: RegExp][] = [
      [`throw new TypeError('no pod');`, 'thrown', /^mine\.ts threw TypeError: no pod$/],
      [`void Promise.reject(new Error('left alone'));`, 'uncaught', /: Error: left alone$/],
      [`metadata.name = 'mine';`, 'thrown', /TypeError: Cannot assign to read only property 'name'/],
      ['setTimeout(() => {}, 10);', 'time', /called setTimeout\(\)$/],
      ['return sleep(10);', 'time', /called setTimeout\(\)$/],
      ['interval(1000).subscribe();', 'time', /called setInterval\(\)$/],
      ['new Date();', 'time', /called new Date\(\)$/],
      ['try { Date.now(); } catch {}', 'time', /called Date\.now\(\)$/],
      ['Math.random();', 'chance', /called Math\.random\(\)$/],
      ['process.exit(0);', 'process', /called process\.exit\(0\)$/],
      ['try { process.exit(0); } catch {}', 'process', /called process\.exit\(0\)$/],
      [`process.kill(process.pid, 'SIGKILL');`, 'process', /called process\.kill\(\d+, SIGKILL\)$/],
    ];
    const gigabyte = 'for (let i = 0; i < 1000; i++) console.log(i, "x".repeat(1e6));';
    const past = 'for (let i = 0; i < 50_000; i++) fs.writeSync(1, "line " + i + "\\n" + "x".repeat(49 * (i % 2)));';
    const statements = [...wrong.map(([statement]) => statement), gigabyte, past];
    const cases = statements.map((statement, index) => `if (metadata.name === '7.${index + 1}') { ${statement} }`);
    const { results, error } = await check('many', fileOf('survived', scheduler(cases, top)));
    expect(error).to.equal(undefined);
    for (const [index, [, message, happened]] of wrong.entries()) {
      says({ results: results.slice(index) }, message, happened, placeLine + index);
    }
    const { printed } = results[wrong.length]!;
    expect(printed.lines).to.have.length(12);
    expect(printed.lines[0]).to.match(/^0 x{198}$/);
    expect(printed.end?.at(-1)).to.match(/x{200}$/);
    expect(printed.more).to.be.within(0.99e9, 1.01e9);
    const { characters, look } = printed.tooMuch!;
    expect(characters).to.be.within(0.99e9, 1.01e9);
    expect(look).to.deep.equal({ file: 'mine.ts', line: placeLine + wrong.length });
    const { lines, end, tooMuch } = results[wrong.length + 1]!.printed;
    expect([lines[0], end?.at(-1)?.slice(0, 10), tooMuch?.look?.line]).to.deep.equal([
      'line 0',
      'x'.repeat(10),
      placeLine + wrong.length + 1,
    ]);
    expect(results.slice(wrong.length).every(({ passed }) => passed)).to.equal(true);
    expect(results).to.have.length(20);
    expect(results[8]?.finding?.expected).to.match(/^use next\(\) of the Random/);
  });

  it('end what does not come to an end by itself, and tell what was not run', async () => {
    const top = `import { execSync } from 'node:child_process';`;
    const [loop, killed] = await Promise.all([
      checkText('loop', scheduler(['for (;;) {}'])),
      checkText('killed', scheduler(['execSync("kill -9 " + process.pid);'], top)),
    ]);
    says(loop, 'no-return', /^mine\.ts did not return/, placeLine);
    says(killed, 'ended', /^the process in which mine\.ts was checked ended with SIGKILL$/, placeLine);
    for (const { results } of [loop, killed]) {
      expect(results.map(({ skipped = false }) => skipped)).to.deep.equal([false, true, true]);
    }
  });

  (allTests ? it : () => {})('end what waits for ever, and what takes all memory', async () => {
    const [never, memory] = await Promise.all([
      checkText('never', scheduler(['return new Promise(() => {});'])),
      checkText('memory', scheduler(['for (const all: Buffer[] = []; ; ) all.push(Buffer.alloc(2e7, 1));'])),
    ]);
    says(never, 'no-end', /^mine\.ts was waited for, and never came to an end$/);
    says(memory, 'too-large', /^mine\.ts took more than 512 MB of memory$/, placeLine);
    for (const { results } of [never, memory]) {
      expect(results.map(({ skipped = false }) => skipped)).to.deep.equal([false, true, true]);
    }
  });

  it('tell of a type that is wrong, behind the results', async () => {
    const file = fileOf('types', `${scheduler([])}\nexport const wrong: number = 'x';\n`);
    const { results, error } = await check('place', file, {}, true);
    expect(results.map(({ passed }) => passed)).to.deep.equal([true, true, true]);
    expect(error).to.be.instanceOf(UnfitFile);
    expect((error as UnfitFile).message).to.equal(
      `does not compile: mine.ts:26:14 Type 'string' is not assignable to type 'number'.`,
    );
    expect((error as UnfitFile).look).to.deep.equal({ file: 'mine.ts', line: 26 });
  });

  it('say in a sentence why a file cannot be checked at all', async () => {
    const other = `import { Controller, plugin } from 'kubelab';
      export default plugin({ name: 'controller-mine', description: 'mine', provides: [Controller], bind: () => {} });`;
    const unfit: [told: Told, message: RegExp, line?: number][] = await Promise.all([
      checkText('syntax', scheduler(['const = 5;'])).then((told): [Told, RegExp, number] => [
        told,
        /^mine\.ts:12:\d+: Expected identifier but found "="$/,
        placeLine,
      ]),
      checkText('throws', scheduler([], `throw new Error('at once');`)).then((told): [Told, RegExp, number] => [
        told,
        /^mine\.ts:1: at once$/,
        1,
      ]),
      checkText('slot', other).then((told): [Told, RegExp] => [
        told,
        /^mine\.ts provides Controller, and this lab is about a Scheduler: provides: \[Scheduler\]$/,
      ]),
    ]);
    for (const [{ results, error }, message, line] of unfit) {
      expect(results).to.deep.equal([]);
      expect(error).to.be.instanceOf(UnfitFile);
      expect((error as UnfitFile).message).to.match(message);
      expect((error as UnfitFile).look).to.deep.equal(line === undefined ? undefined : { file: 'mine.ts', line });
      expect(exitCodeOf(error)).to.equal(1);
    }
  });

  (allTests ? it : () => {})('end what does not even load', async () => {
    const [loop, never] = await Promise.all([
      checkText('import-loop', scheduler([], 'for (;;) {}')),
      checkText('import-never', scheduler([], 'await new Promise(() => {});')),
    ]);
    says(loop, 'no-return', /^mine\.ts did not return/, 1);
    says(never, 'no-end', /^mine\.ts was waited for, and never came to an end$/);
  });

  it('blame no file for a mistake of the lab or of the machine', async () => {
    const file = fileOf('right', scheduler([]));
    const [lab, program, place] = await Promise.all([
      check('broken', file),
      check('place', file, { program: '/no/such/program.js' }),
      check('place', file, { folder: path.join(folder, 'gone') }),
    ]);
    expect(lab.error).to.be.instanceOf(BrokenLab);
    expect((lab.error as Error).message).to.match(
      /^lab broken failed by itself, not by a line of mine\.ts: check 8\.1 \(seed 1\): Error: the lab has a mistake\n/,
    );
    for (const { error } of [program, place]) {
      expect(error).to.be.instanceOf(EnvironmentError);
      expect((error as Error).message).to.match(/^the process that checks your file did not start: /);
    }
    for (const { error } of [lab, program, place]) expect(exitCodeOf(error)).to.equal(3);
  });

  it('are begun again and again by a warm one, also before the last one has ended', async () => {
    const file = fileOf('warm', scheduler(['for (;;) {}']));
    const warm = new WarmCheck({ ...options, folder: path.dirname(file) });
    await warm.ready;
    const ended = told(warm.run({ lab: 'place', file }));
    writeFileSync(file, scheduler([]));
    const { results } = await told(warm.run({ lab: 'place', file }));
    expect(results.map(({ passed }) => passed)).to.deep.equal([true, true, true]);
    expect(await ended).to.deep.equal({ results: [] });
    await warm.stop();
  });
});
