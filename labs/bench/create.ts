// Creating pods through admission and validation: in process, and over HTTPS from another process.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
// Every class of the project, since class-validator's registry holds them all.
import '../../plugins/standard.ts';
import { Pods } from '../../core/model/pod.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { HttpApi } from '../../plugins/api-http/http-api.ts';
import { type Figure, rate } from './measure.ts';
import { benchPod } from './pods.ts';
import { benchServer } from './server.ts';

async function createInProcess(pods: number): Promise<number> {
  const { client, stop } = await benchServer();
  const drafts = Array.from({ length: pods }, (_, at) => benchPod(`pod-${at}`));
  const door = client.of(Pods).in('default');
  const speed = await rate(pods, async () => {
    for (const draft of drafts) await door.create(draft);
  });
  await stop();
  return speed;
}

/** The load comes from a child process over 16 kept connections; it says how fast it was. */
async function createOverHttps(pods: number): Promise<number> {
  const { api, stop } = await benchServer();
  const face = new HttpApi({ api, clock: new RealClock() });
  await face.start();
  const kubeconfig = await face.kubeconfig({ name: 'bench', groups: ['system:masters'] });
  const load = fork(fileURLToPath(new URL('./https-load.js', import.meta.url)));
  const speed = await new Promise<number>((resolve, reject) => {
    load.once('message', (answer) => resolve(answer as number));
    load.once('exit', (code) => reject(new Error(`the load ended with ${code} before it said how fast it was`)));
    load.send({ kubeconfig, pods, connections: 16 });
  });
  load.kill();
  await face.stop();
  await stop();
  return speed;
}

export const createFigures: readonly Figure[] = [
  {
    name: 'create Pod in process (admission, validation)',
    unit: 'pods/s',
    floor: { atLeast: 15_000 },
    run: () => createInProcess(20_000),
  },
  {
    name: 'create Pod over HTTPS, 16 kept connections',
    unit: 'pods/s',
    floor: { atLeast: 4000 },
    // Its way is the longest: it takes the engine 30,000 requests to compile all of it.
    warmUps: 3,
    run: () => createOverHttps(10_000),
  },
];
