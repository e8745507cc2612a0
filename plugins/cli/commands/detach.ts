// `kubelab up --detach`: starts the same command in the background and comes back when it is ready.

import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { UpOptions } from '../cluster-config.ts';
import { ToldError } from '../exit.ts';
import type { ClusterFacts } from '../state.ts';

export async function detached(options: UpOptions): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-up-'));
  const log = path.join(folder, 'output');
  const out = openSync(log, 'a');
  const args = process.argv.slice(2).filter((arg) => arg !== '--detach');
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...args], {
    detached: true,
    stdio: ['ignore', out, out, 'ipc'],
    windowsHide: true,
  });
  closeSync(out);
  const ready = await new Promise<ClusterFacts | number>((resolve) => {
    child.once('message', (facts) => resolve(facts as ClusterFacts));
    child.once('exit', (code) => resolve(code ?? 3));
  });
  const said = readFileSync(log, 'utf8');
  rmSync(folder, { recursive: true, force: true });
  if (typeof ready === 'number') throw new ToldError(said.replace(/^error: /, '').trim(), ready);
  child.disconnect();
  child.unref();
  process.stdout.write(options.output === 'json' ? `${JSON.stringify(ready)}\n` : said);
}
