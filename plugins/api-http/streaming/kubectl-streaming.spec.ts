// exec, attach, cp and port-forward as real kubectl does them, in containers that are processes of this machine. The
// releases speak different languages: 1.27 all SPDY, 1.30 WebSockets for commands, 1.31 and newer for ports as well.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync } from 'node:fs';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect } from 'chai';
import type { KubeletConnection } from '../../../core/contracts/kubelet-connection.ts';
import { Nodes, Pods as PodResource } from '../../../core/model/index.ts';
import { allTests } from '../../../core/testing/runs.ts';
import { Pods, type RunningPod } from '../../runtime-process/pods.fixture.ts';
import { writeKubeconfig } from '../kubeconfig.ts';
import { admin, TestFace } from '../test-face.ts';

/** kubectl, and with all tests the releases beside it, named by their file. */
async function kubectls(): Promise<string[]> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const found = join(folder, 'kubectl');
    try {
      accessSync(found);
    } catch {
      continue;
    }
    const home = dirname(await realpath(found));
    const others = (await readdir(home)).filter((file) => /^kubectl\.1\.\d+$/.test(file));
    return allTests ? [found, ...others.map((file) => join(home, file))] : [found];
  }
  return [];
}

describe('kubectl exec, attach, cp and port-forward', function () {
  if (process.platform === 'win32') return;
  this.timeout(120_000);
  let binaries: string[] = [];
  let world: TestFace;
  let pods: Pods;
  let folder: string;
  let own: string[];
  const running: ChildProcess[] = [];

  before(async function () {
    binaries = await kubectls();
    if (binaries.length === 0) {
      console.log('      skipped: there is no kubectl on the PATH (https://kubernetes.io/docs/tasks/tools/)');
      return this.skip();
    }
    pods = new Pods();
    const found = new Map<string, RunningPod>();
    const of = (name: string) => found.get(name) as RunningPod;
    const kubelet: KubeletConnection = {
      logs: () => Promise.reject(new Error('not asked for')),
      exec: (_, pod, options) => pods.runtime.exec(of(pod).id, options),
      attach: (_, pod) => pods.runtime.attach(of(pod).id),
      portForward: (_, pod, port) => pods.runtime.portForward(of(pod).sandboxId, port),
    };
    world = await new TestFace({ connections: { to: () => kubelet, enter: () => () => {} } }).start();
    await world.client.of(Nodes).create({ metadata: { name: 'node-1' }, spec: {} });
    found.set('web', await pods.run('web', 'nginx'));
    const reads = ['sh', '-c', 'while read line; do echo got $line; done'];
    found.set('reader', await pods.run('reader', 'busybox', { stdin: true, command: reads }));
    for (const name of found.keys()) {
      const containers = [{ name: 'main', image: 'nginx', stdin: true }];
      const api = world.client.of(PodResource).in('default');
      const pod = await api.create({ metadata: { name }, spec: { nodeName: 'node-1', containers } });
      await api.status.update({ ...pod, status: { phase: 'Running' } });
    }
    folder = await mkdtemp(join(tmpdir(), 'kubelab-kubectl-'));
    const config = join(folder, 'config');
    await writeKubeconfig(config, await world.face.kubeconfig(admin));
    own = ['--kubeconfig', config, '--cache-dir', join(folder, 'cache')];
  });

  after(async () => {
    for (const child of running) child.kill('SIGKILL');
    await pods?.close();
    await world?.stop();
    if (folder) await rm(folder, { recursive: true, maxRetries: 3 });
  });

  const run = (binary: string, args: readonly string[], input?: string) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const child = execFile(binary, [...own, ...args], { timeout: 60_000 }, (error, out, err) =>
        resolve({ code: error ? Number(error.code ?? -1) : 0, out, err }),
      );
      child.stdin?.end(input);
    });

  /** Begins one that goes on, and waits until it has printed this. */
  async function begin(binary: string, args: readonly string[], part: RegExp) {
    const child = spawn(binary, [...own, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    running.push(child);
    let all = '';
    const printed = (wanted: RegExp) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const look = () => {
          const found = wanted.exec(all);
          if (found) resolve(found);
        };
        for (const output of [child.stdout, child.stderr])
          output.on('data', (bytes) => {
            all += bytes;
            look();
          });
        child.once('exit', () => reject(new Error(`kubectl ended: ${all}`)));
        look();
      });
    return { child, found: await printed(part), printed };
  }

  it('work with every release that is asked for', async () => {
    await Promise.all(binaries.map(one));
  });

  async function one(binary: string, index: number): Promise<void> {
    const command = ['sh', '-c', 'cat; echo oh >&2; exit 7'];
    const exec = await run(binary, ['exec', '-i', 'web', '--', ...command], 'hello\n');
    expect([exec.code, exec.out], binary).to.deep.equal([7, 'hello\n']);
    expect(exec.err).to.equal('oh\ncommand terminated with exit code 7\n');

    const file = join(folder, `up-${index}`);
    const content = 'x'.repeat(300_000);
    await writeFile(file, content);
    expect((await run(binary, ['cp', file, `web:/tmp/copied-${index}`])).code).to.equal(0);
    expect((await run(binary, ['cp', `web:/tmp/copied-${index}`, `${file}.back`])).code).to.equal(0);
    expect(await readFile(`${file}.back`, 'utf8')).to.equal(content);

    const attach = await begin(binary, ['attach', '-i', 'reader'], /try pressing enter/);
    attach.child.stdin.write(`line ${index}\n`);
    await attach.printed(new RegExp(`got line ${index}`));
    attach.child.kill('SIGKILL');

    const forward = await begin(
      binary,
      ['port-forward', 'pod/web', ':80', ':81'],
      /127\.0\.0\.1:(\d+) -> 80.*127\.0\.0\.1:(\d+) -> 81/s,
    );
    expect(await ask(Number(forward.found[1]))).to.contain('Welcome to nginx');
    expect(await ask(Number(forward.found[2]))).to.equal('');
    await forward.printed(/failed to connect to localhost:81 inside pod default\/web: connection refused/);
    forward.child.kill('SIGKILL');
  }

  const ask = (port: number) =>
    new Promise<string>((resolve, reject) => {
      let all = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.0\r\nHost: x\r\n\r\n'));
      socket.on('data', (bytes) => {
        all += bytes;
      });
      socket.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' ? resolve(all) : reject(error),
      );
      socket.on('close', () => resolve(all));
    });
});
