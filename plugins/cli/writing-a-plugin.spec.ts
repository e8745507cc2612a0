// docs/writing-a-plugin.md, tried exactly as written: every file is written, every command is run, in order, in an empty
// folder beside a folder `kubelab`.
//   ```ts mine.ts      a file
//   ```sh              commands; `kubelab up` without --detach stays, as in a terminal of its own
//   ``` (no word)      what a reader sees; not tried

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { allTests } from '../../core/testing/runs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
}

const blocks = (markdown: string): Block[] =>
  [...markdown.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(([, language = '', file, text = '']) => ({
    language,
    file,
    text,
  }));

/** What a reader is promised to see. */
const promises: Readonly<Record<string, RegExp>> = {
  'npx kubelab plugins': /^Scheduler +scheduler-round-robin/m,
  'npx kubelab kubectl get components': /^scheduler +Scheduler +\.\/mine\.ts +Running/m,
  'npx kubelab swap --undo': /-> scheduler-round-robin/,
  'npx kubelab status --name limited': /^scheduler +Scheduler +\.\/mine-with-options\.ts +Running/m,
  'npm test': /passing/,
  'npx kubelab kubectl --name labelled get pods -l node=node-1': /^web-/m,
};

// Half a minute: with all tests.
(allTests ? describe : () => {})('docs/writing-a-plugin.md', function () {
  this.timeout(180_000);
  let above: string;
  let folder: string;
  let terminal: ChildProcess | undefined;
  let env: NodeJS.ProcessEnv;

  before(() => {
    above = mkdtempSync(path.join(tmpdir(), 'kubelab docs '));
    folder = above;
    symlinkSync(root, path.join(above, 'kubelab'), 'junction');
    const { NODE_OPTIONS: _, ...own } = process.env;
    env = {
      ...own,
      KUBELAB_HOME: path.join(above, 'state'),
      NO_COLOR: '1',
      npm_config_offline: 'true', // nothing may be downloaded
      npm_config_cache: path.join(above, 'npm'),
      npm_config_update_notifier: 'false',
    };
  });

  after(async () => {
    if (terminal?.pid !== undefined && terminal.exitCode === null) {
      const ended = new Promise((resolve) => terminal?.once('close', resolve));
      process.kill(-terminal.pid, 'SIGINT');
      await ended;
    }
    await run('npx kubelab down --name limited; npx kubelab down --name labelled').catch(() => {});
    rmSync(above, { recursive: true, force: true, maxRetries: 3 });
  });

  const run = (line: string): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile('sh', ['-c', line], { cwd: folder, env }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${line}\n${stdout}${stderr}`));
        else resolve(stdout);
      });
    });

  /** A command that stays; comes back when it is ready. */
  const stay = (line: string): Promise<void> =>
    new Promise((resolve, reject) => {
      terminal = spawn('sh', ['-c', line], { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      for (const stream of [terminal.stdout, terminal.stderr]) {
        stream?.on('data', (data) => {
          said += data;
          if (/Stop: .*\n/.test(said)) resolve();
        });
      }
      terminal.once('exit', (code) => reject(new Error(`${line} ended with ${code}: ${said}`)));
    });

  it('works as written', async function () {
    if (process.platform === 'win32') this.skip(); // the commands are a Unix shell's
    const all = blocks(readFileSync(path.join(root, 'docs/writing-a-plugin.md'), 'utf8'));
    const kept = new Set(Object.keys(promises));
    for (const { language, file, text } of all) {
      if (file !== undefined) writeFileSync(path.join(folder, file), text);
      if (language !== 'sh') continue;
      for (const line of text.trim().split('\n')) {
        if (line.startsWith('cd ')) folder = path.join(folder, line.slice(3));
        else if (line.startsWith('npx kubelab up') && !line.includes('--detach')) await stay(line);
        else {
          const said = await run(line);
          if (promises[line]) expect(said, line).to.match(promises[line]);
          kept.delete(line);
        }
      }
    }
    expect([...kept], 'promised, but not in the text').to.deep.equal([]);
  });

  it('has right types', async () => {
    await run('node node_modules/kubelab/node_modules/typescript/bin/tsc -p .');
  });
});
