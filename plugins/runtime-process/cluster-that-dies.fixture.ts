// A process of its own that runs pods and is then killed by a spec: prints the ids of its containers' processes, of its
// guard, and its folder.

import { Guard } from './guard.ts';
import { Pods } from './pods.fixture.ts';

const pods = new Pods();
const deaf = `process.on('SIGTERM', () => {}); console.log('pid ' + process.pid); for (;;);`;
const busy = await pods.run('busy', 'node', { command: ['node', '-e', deaf] });
const shell = await pods.run('shell', 'busybox', {
  command: ['sh', '-c', 'echo pid $$; sleep 1000 & echo pid $!; wait'],
});
const texts = [await pods.printed(busy.id, 'pid'), await pods.printed(shell.id, 'pid')];
const second = await pods.logs(shell.id);
const pids = [...`${texts.join('\n')}\n${second}`.matchAll(/pid (\d+)/g)].map((match) => Number(match[1]));
const guard = Guard.use(pods.runtime.folder ?? '');
console.log(JSON.stringify({ pids: [...new Set(pids), guard.pid], folder: pods.folder }));
