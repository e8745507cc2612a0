// Histories: the sample scenarios have the same history on every machine, byte for byte: what was found on one is written down
// in scenarios/histories.json, and CI finds it again. A change of what components do or of what defaults say changes them; then
//   UPDATE_HISTORIES=1 npx mocha --no-config --node-option import=tsx --timeout 600000 labs/samples/histories.spec.ts
// writes them anew, and the commit says why they changed. One without a hash is left out until then. Under `npm test` each scenario is lived through to the middle of its
// faults; under `npm run test:all` to its end.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parseScenario } from '../../core/simulation/scenario-file.ts';
import { simulate } from '../../core/simulation/simulation.ts';
import { span } from '../../core/simulation/time-text.ts';
import { parseTrace } from '../../core/simulation/trace.ts';
import { allTests } from '../../core/testing/runs.ts';
import { scenarioPlugins } from '../../plugins/cli/simulation/scenario-plugins.ts';

interface Known {
  readonly scenario: string;
  readonly seed: number;
  /** How much of it; all of it takes long. */
  readonly length: string;
  readonly isLong?: boolean;
  readonly changes: number;
  readonly hash: string;
}

const folder = fileURLToPath(new URL('scenarios/', import.meta.url));
const file = path.join(folder, 'histories.json');
const histories = JSON.parse(readFileSync(file, 'utf8')) as Known[];
const isUpdate = process.env.UPDATE_HISTORIES === '1';

async function live({
  scenario: name,
  seed,
  length,
}: Known): Promise<{ readonly changes: number; readonly hash: string }> {
  const text = readFileSync(path.join(folder, name), 'utf8');
  const { scenario, at } = parseScenario(text, name);
  const whole = span(scenario.spec.length);
  scenario.spec.length = length;
  const traces = (scenario.spec.workloads ?? []).flatMap(({ arrivals }) => arrivals?.trace ?? []);
  const { changes, hash } = await simulate({
    ...{ scenario, at, text, seed, ...(await scenarioPlugins(scenario.spec.cluster ?? {}, { folder })) },
    traces: new Map(
      traces.map((trace) => [trace, parseTrace(readFileSync(path.join(folder, trace), 'utf8'), trace, whole)]),
    ),
    digest: () => createHash('sha256'),
  });
  return { changes, hash };
}

describe('the sample scenarios', function () {
  this.timeout(isUpdate ? 600_000 : 120_000);

  if (isUpdate) {
    it('are written down anew', async () => {
      const found: Known[] = [];
      for (const known of histories) found.push({ ...known, ...(await live(known)) });
      writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`);
    });
    return;
  }

  for (const known of histories.filter(({ isLong }) => allTests || isLong !== true)) {
    it(`${known.scenario} has the same history on every machine (seed ${known.seed}, ${known.length})`, async function () {
      if (known.hash === '') return this.skip(); // not written down yet
      const { changes, hash } = await live(known);
      const { changes: wanted, hash: expected } = known;
      const advice = 'if that was meant, write the histories down anew: see the head of this file';
      expect({ changes, hash }, advice).to.deep.equal({ changes: wanted, hash: expected });
    });
  }

  it('have other histories with other seeds', async () => {
    const known = histories.find(({ isLong }) => isLong !== true)!;
    expect((await live({ ...known, seed: known.seed + 1, length: '5m' })).hash).not.to.equal(
      (await live({ ...known, length: '5m' })).hash,
    );
  });
});
