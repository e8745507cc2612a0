// A student for tests: a machine of their own below a temporary folder (home, clone with three small labs, no real checks),
// and what the commands said. A file passes the checks that stand in it: `// passes 2.1 2.2`.

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PluginFileError } from '../../plugins/cli/exit.ts';
import type { Lab } from '../kit/lab.ts';
import type { CheckRequest, CheckResult } from './check-messages.ts';
import type { Checker, Here } from './here.ts';
import { labFolder } from './which-lab.ts';

const lab = (number: number, name: string, checks: number): Lab => ({
  number,
  name,
  hours: number,
  file: `${name}.ts`,
  slot: 'Scheduler',
  checks: Array.from({ length: checks }, (_, at) => ({ id: `${number}.${at + 1}`, run: async () => {} })),
});

export const labs: readonly Lab[] = [lab(1, 'look-around', 1), lab(2, 'round-robin', 3), lab(3, 'replication', 2)];

export class Machine implements Here {
  readonly root = realpathSync(mkdtempSync(path.join(tmpdir(), 'kubelab student ')));
  readonly labs = labs;
  readonly clone = path.join(this.root, 'kubelab');
  cwd = this.root;
  env: Record<string, string | undefined> = { KUBELAB_HOME: path.join(this.root, 'home'), NO_COLOR: '1' };
  readonly isTerminal = false;
  readonly width = 80;
  /** What was said since it was taken last. */
  said = '';
  complained = '';
  /** Runs of checks that began. */
  runs = 0;
  #heard: () => void = () => {};

  constructor() {
    for (const lab of labs) {
      const folder = labFolder(this.clone, lab);
      mkdirSync(path.join(folder, 'right'), { recursive: true });
      const give = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
      give(
        'README.md',
        `# Lab ${lab.number}: The ${lab.name} lab\n\nHours: ${lab.hours}\n\n## The idea\n\nTurns.\n\n${tryIt}`,
      );
      give('idea.svg', '<svg/>');
      give('starter.ts', `// the starter of ${lab.name}\n`);
      give('solution.ts', `// the solution of ${lab.name}\n`);
      give('right/other.ts', '');
      give('hints.md', `# Hints\n\n${lab.checks.map(({ id }) => hintsOf(id)).join('\n')}`);
    }
    mkdirSync(path.join(this.clone, 'plugins/cli/bin'), { recursive: true });
    writeFileSync(path.join(this.clone, 'plugins/cli/bin/kubelab.mjs'), '');
    writeFileSync(
      path.join(this.clone, 'package.json'),
      '{ "name": "kubelab", "exports": { "./tsconfig": "./t.json" } }',
    );
  }

  out(text: string): void {
    this.said += text;
    this.#heard();
  }

  err(text: string): void {
    this.complained += text;
  }

  /** All that was said, once; both kinds. */
  take(): string {
    const all = this.complained + this.said;
    this.said = '';
    this.complained = '';
    return all;
  }

  /** Waits until it was said, and takes all up to there. */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.said);
      if (match) {
        const end = match.index + match[0].length;
        const until = this.said.slice(0, end);
        this.said = this.said.slice(end);
        return until;
      }
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  async checker(): Promise<Checker> {
    return { run: (request) => this.#check(request), stop: async () => {} };
  }

  #check(request: CheckRequest) {
    this.runs += 1;
    let isStopped = false;
    const results = async function* (): AsyncGenerator<CheckResult> {
      const text = readFileSync(request.file, 'utf8');
      if (text.includes('does not compile'))
        throw new PluginFileError(`${path.basename(request.file)}:1: it does not compile`);
      for (const { id } of labs.find(({ name }) => name === request.lab)!.checks) {
        await new Promise(setImmediate);
        if (isStopped) return;
        yield resultOf(request.lab, id, new RegExp(`passes .*\\b${id}\\b`).test(text));
      }
    };
    return {
      results: results(),
      stop: async () => {
        isStopped = true;
      },
    };
  }

  /** A file below the root. */
  at = (...names: readonly string[]): string => path.join(this.root, ...names);
  read = (...names: readonly string[]): string => readFileSync(this.at(...names), 'utf8');
  write = (text: string, ...names: readonly string[]): void => writeFileSync(this.at(...names), text);

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

const tryIt = '## Try it\n\n```sh\nnpx kubelab up --scheduler ./round-robin.ts --watch\n```\n\n## Questions\n';

const hintsOf = (id: string): string =>
  `## ${id} turn ${id}\n\n### Hint 1\nlook at ${id}\n### Hint 2\nidea of ${id}\n### Hint 3\ncode of ${id}\n`;

const resultOf = (lab: string, check: string, passed: boolean): CheckResult => ({
  lab,
  check,
  title: `turn ${check}`,
  passed,
  seeds: 1,
  milliseconds: 1,
  printed: { lines: [], more: 0 },
  ...(!passed && {
    finding: {
      check,
      message: 'wrong',
      seed: 1,
      instant: 1,
      at: 1,
      happened: `the turn of ${check} was skipped`,
      expected: 'each in its turn',
      why: 'it counts too far',
      timeline: [],
    },
  }),
});
