// The kubelab command as a person uses it: what it does and says.

import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { CommandRoom } from './command.fixture.ts';

describe('the kubelab command', function () {
  this.timeout(60_000);
  let room: CommandRoom;
  let home: string;
  let folder: string;

  beforeEach(() => {
    room = new CommandRoom();
    ({ home, folder } = room);
  });
  afterEach(() => room.close());

  const start = (...args: string[]) => room.start(...args);
  const kubelab = (...args: string[]) => room.kubelab(...args);
  const up = (...args: string[]) => room.up(...args);
  const isGone = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };

  it('up shows a newcomer what to do, in columns whatever the name', async () => {
    const { stdout } = await up('--name', 'a-cluster-with-a-long-name', '--nodes', '2');
    const [ready, second, first, lab, ...rest] = stdout.split('\n');
    expect(ready).to.match(
      /^Ready in \d\.\d s: 2 nodes, scheduler resource-fit, runtime mock, proxy userspace, store memory$/,
    );
    expect(second).to.equal(
      'Second terminal:  npx kubelab shell --name a-cluster-with-a-long-name  kubectl set up for this cluster; your own kubeconfig is untouched',
    );
    expect(first?.indexOf('kubectl create')).to.equal(second?.indexOf('kubectl set up'));
    expect(lab).to.match(/^First lab: {8}npx kubelab lab +Stop: Ctrl-C$/);
    expect(lab?.indexOf('Stop:')).to.equal(second?.indexOf('kubectl set up'));
    expect(rest).to.deep.equal(['']);
  });

  it('tells a file by its name, is found without its own, and says that memory keeps no objects', async () => {
    const data = path.join(folder, 'data');
    const run = await up('--name', 'only', '--data', data, '--store', 'memory');
    const said = /^store memory keeps no objects: they are gone when the cluster ends$/m;
    for (let tries = 0; !said.test(run.stderr) && tries < 100; tries += 1) await sleep(20);
    expect(run.stderr).to.match(said);
    const file = path.join(folder, 'mine.ts');
    writeFileSync(
      file,
      `import { plugin, Scheduler } from 'kubelab';
process.stdout.write('a line without an end');
const make = () => ({ name: 'mine', retryOn: [], place: () => ({ unschedulable: {} }) });
export default plugin({ name: 'scheduler-mine', description: 'mine', provides: [Scheduler],
  bind: ({ bind }) => { bind(Scheduler).toResolvedValue(make); } });`,
    );
    const swap = await kubelab('swap', 'scheduler', file);
    expect(swap.stdout).to.equal(
      `scheduler: scheduler-resource-fit -> ${file}: new pods follow mine.ts; 0 placed pods stay\n`,
    );
    const down = await kubelab('down');
    expect(down.stdout).to.equal('cluster only stopped\n');
    await run.ended;
    expect(run.stderr).to.match(/^\[mine\.ts\] a line without an end$/m);
  });

  it('up -o json prints one object; the kubeconfig is its owner’s alone', async () => {
    const copy = path.join(folder, 'kube', 'config');
    const { stdout, process: child } = await up('-o', 'json', '--kubeconfig', copy);
    const facts = JSON.parse(stdout);
    expect(Object.keys(facts)).to.deep.equal(['name', 'server', 'kubeconfig', 'pid']);
    expect(facts).to.include({ name: 'kubelab', pid: child.pid });
    expect(facts.server).to.match(/^https:\/\/127\.0\.0\.1:\d+$/);
    for (const file of [facts.kubeconfig, copy]) expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(statSync(path.join(home, 'kubelab')).mode & 0o777).to.equal(0o700);
  });

  it('takes another port when the one wanted is taken, and says so', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    try {
      const run = start('up', '--runtime', 'mock', '--port', String(port), '-o', 'json');
      await run.says(/\}\n/);
      expect(run.stderr).to.match(
        new RegExp(`^port ${port} is taken; the API listens at https://127\\.0\\.0\\.1:\\d+ instead$`, 'm'),
      );
      expect(JSON.parse(run.stdout).server).not.to.include(`:${port}`);
    } finally {
      taken.close();
    }
  });

  it('up refuses a name that runs, and goes on', async () => {
    const first = await up();
    const second = await kubelab('up');
    expect(second.stderr).to.match(
      /^error: a cluster called kubelab runs already \(pid \d+, https:.*\); stop it with: kubelab down/,
    );
    expect(second.code).to.equal(2);
    expect((await kubelab('status')).code).to.equal(0);
    expect(first.process.exitCode).to.equal(null);
  });

  it('node stop and node start', async () => {
    await up();
    const stop = await kubelab('node', 'stop', 'node-2');
    expect([stop.code, stop.stdout]).to.deep.equal([
      0,
      'node node-2 stopped: the API is told nothing; start it again with: kubelab node start node-2\n',
    ]);
    expect((await kubelab('status')).stdout).to.match(/^node-2 .* Stopped *$/m);
    const swap = await kubelab('swap', 'node-2', 'runtime-mock');
    expect([swap.code, swap.stderr]).to.deep.equal([
      2,
      'error: node-2 is stopped: start it first, then it can be swapped\n',
    ]);
    const begin = await kubelab('node', 'start', 'node-2');
    expect([begin.code, begin.stderr]).to.deep.equal([0, '']);
    expect((await kubelab('status')).stdout).to.match(/^node-2 .* Running *$/m);
    const wrong = await kubelab('node', 'stop', 'node-9');
    expect([wrong.code, wrong.stderr.split(' (')[0]]).to.deep.equal([2, 'error: no node is called node-9']);
  });

  it('status, plugins, swap and swap --undo', async () => {
    await up();
    const status = await kubelab('status');
    expect(status.stdout).to.match(/^scheduler +Scheduler +scheduler-resource-fit +Running$/m);
    const list = await kubelab('plugins', '-o', 'json');
    expect(JSON.parse(list.stdout).map(({ name }: { name: string }) => name)).to.include('scheduler-round-robin');
    const swap = await kubelab('swap', 'scheduler', 'round-robin');
    expect(swap.stdout).to.equal(
      'scheduler: scheduler-resource-fit -> scheduler-round-robin: new pods follow round-robin; 0 placed pods stay\n',
    );
    const undo = await kubelab('swap', '--undo', '-o', 'json');
    expect(JSON.parse(undo.stdout)).to.include({ from: 'scheduler-round-robin', to: 'scheduler-resource-fit' });
    const again = await kubelab('swap', '--undo');
    expect([again.code, again.stderr]).to.deep.equal([
      2,
      'error: no swap to undo: nothing was swapped since the cluster started\n',
    ]);
    const wrong = await kubelab('swap', 'schedule', 'round-robin');
    expect([wrong.code, wrong.stderr.split(';')[0]]).to.deep.equal([
      2,
      'error: no component is called schedule (did you mean scheduler?)',
    ]);
  });

  it('shell has KUBECONFIG and kubectl set', async () => {
    await up();
    const program = path.join(folder, 'print');
    writeFileSync(program, '#!/bin/sh\necho "$KUBELAB_CLUSTER $KUBECONFIG"\ncommand -v kubectl\nexit 7\n', {
      mode: 0o755,
    });
    const shell = process.env.SHELL;
    process.env.SHELL = program;
    try {
      const { stdout, code } = await kubelab('shell');
      expect(stdout)
        .to.include(`kubelab ${path.join(home, 'kubelab', 'kubeconfig')}\n`)
        .and.match(/kubectl$/m);
      expect(code).to.equal(7);
    } finally {
      if (shell === undefined) delete process.env.SHELL;
      else process.env.SHELL = shell;
    }
  });

  it('--detach comes back when the cluster is ready; down stops it', async () => {
    const { stdout, code } = await kubelab('up', '--detach', '--runtime', 'mock', '--port', '0', '--name', 'quiet');
    expect(code).to.equal(0);
    expect(stdout).to.match(/^Ready in .*\n.*\n.*\nFirst lab: .* Stop: npx kubelab down --name quiet\n$/);
    const { pid } = JSON.parse((await kubelab('status', '--name', 'quiet', '-o', 'json')).stdout);
    const down = await kubelab('down', '--name', 'quiet');
    expect([down.code, down.stdout]).to.deep.equal([0, 'cluster quiet stopped\n']);
    expect(existsSync(path.join(home, 'quiet'))).to.equal(false);
    for (let tries = 0; !isGone(pid) && tries < 100; tries += 1) await sleep(20);
    expect(isGone(pid)).to.equal(true);
  });

  it('--detach tells what is wrong as up does', async () => {
    const { stderr, code } = await kubelab('up', '--detach', '--scheduler', 'nope');
    expect([code, stderr.slice(0, 36)]).to.deep.equal([2, 'error: no plugin is called nope; for']);
  });
});
