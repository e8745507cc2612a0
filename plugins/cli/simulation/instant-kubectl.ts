// Instant kubectl: a kubectl for the cluster of a record as it stood at one time: served over HTTPS on this machine for as long as
// the command runs, to be read and not to be written.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Api } from '../../../core/api/api.ts';
import { standardAuthorizers } from '../../../core/api/authorizers.ts';
import { ReadOnlyApi } from '../../../core/api/read-only-api.ts';
import { admin } from '../../../core/cluster/identities.ts';
import { builtinResources } from '../../../core/model/index.ts';
import type { Playback } from '../../../core/simulation/playback.ts';
import { FrozenClock } from '../../../core/time/frozen-clock.ts';
import { SeededRandom } from '../../../core/time/random.ts';
import { HttpApi } from '../../api-http/plugin.ts';
import { findKubectl } from '../kubectl/find-kubectl.ts';
import { InstantStore } from './instant-store.ts';

const refusal =
  'this is the record of a simulation, and cannot be changed: look at it with get and describe, and at another time with --at';

/** @param at milliseconds since the beginning @returns kubectl's exit code */
export async function instantKubectl(playback: Playback, at: number, words: readonly string[]): Promise<number> {
  const clock = new FrozenClock(() => playback.head.start + at);
  const api = new Api({
    store: new InstantStore(playback.objects, playback.revision),
    resources: [...builtinResources],
    admission: [],
    authorizers: standardAuthorizers(),
    clock,
    random: new SeededRandom(0),
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-replay-'));
  const face = new HttpApi({ api: new ReadOnlyApi(api, refusal), clock, name: 'kubelab-replay', port: 0 });
  try {
    await face.start();
    const kubeconfig = path.join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, await face.kubeconfig(admin), { mode: 0o600 });
    return await run(words, kubeconfig, path.join(folder, 'cache'));
  } finally {
    await face.stop();
    api.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function run(words: readonly string[], kubeconfig: string, cache: string): Promise<number> {
  const real = findKubectl();
  if (real === undefined) return (await import('../kubectl/built-in.ts')).builtInKubectl(words, kubeconfig);
  const child = spawn(real, ['--cache-dir', cache, ...words], {
    stdio: 'inherit',
    env: { ...process.env, KUBECONFIG: kubeconfig },
  });
  process.on('SIGINT', () => {}); // kubectl gets it too, and decides
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 3));
  });
}
