// The kubelab command as a person uses it, in processes of its own: what it says, its exit codes, and that nothing stays
// behind whatever ends it.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const command = fileURLToPath(new URL('./bin/kubelab.mjs', import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

class Run {
  readonly process: ChildProcess;
  readonly ended: Promise<Outcome>;
  stdout = '';
  stderr = '';

  constructor(home: string, args: readonly string[], cwd: string) {
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.process = spawn(process.execPath, [command, ...args], {
      cwd,
      env: { ...env, KUBELAB_HOME: home, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (data) => {
      this.stdout += data;
    });
    this.process.stderr?.on('data', (data) => {
      this.stderr += data;
    });
    this.ended = new Promise((resolve) =>
      this.process.once('close', (code, signal) => resolve({ code, signal, stdout: this.stdout, stderr: this.stderr })),
    );
  }

  /** Waits for a text on standard output. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match) return match;
      if (this.process.exitCode !== null) throw new Error(`it ended with ${this.process.exitCode}: ${this.stderr}`);
      await sleep(10);
    }
  }
}

describe('the kubelab command', function () {
  this.timeout(60_000);
  let home: string;
  let folder: string;
  const running = new Set<Run>();

  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'kubelab home '));
    folder = mkdtempSync(path.join(tmpdir(), 'kubelab work '));
  });

  afterEach(async () => {
    for (const run of running) {
      run.process.kill('SIGKILL');
      await run.ended;
    }
    running.clear();
    for (const name of [home, folder]) rmSync(name, { recursive: true, force: true });
  });

  const start = (...args: string[]): Run => {
    const run = new Run(home, args, folder);
    running.add(run);
    void run.ended.then(() => running.delete(run));
    return run;
  };
  const kubelab = (...args: string[]): Promise<Outcome> => start(...args).ended;
  /** `up` with simulated pods, ready. */
  const up = async (...args: string[]): Promise<Run & { facts?: never }> => {
    const run = start('up', '--runtime', 'mock', '--port', '0', ...args);
    await run.says(/Stop: .*\n|^\{.*\}\n/m);
    return run;
  };
  const isGone = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };

  describe('says what is wrong, and ends with', () => {
    const cases: readonly (readonly [code: number, args: string, message: RegExp])[] = [
      [2, 'up --bogus', /unknown option '--bogus'/],
      [2, 'up extra', /too many arguments for 'up'/],
      [2, 'up -o yaml', /^error: -o yaml: the only output format of kubelab up is json$/m],
      [2, 'up --nodes three', /^error: --nodes wants a whole number from 0 to 5000; found "three"$/m],
      [2, 'up --port 70000', /^error: --port wants a whole number from 0 to 65535; found "70000"$/m],
      [2, 'up --name Bad_Name', /^error: cluster name "Bad_Name": use small letters/m],
      [
        2,
        'up --scheduler roundrobin',
        /^error: no plugin is called roundrobin \(did you mean round-robin\?\); for Scheduler/m,
      ],
      [2, 'up --scheduler controller-node', /provides Controller, not Scheduler/],
      [2, 'up -f nowhere.yaml', /^error: cannot read nowhere\.yaml: ENOENT/m],
      [1, 'up --scheduler ./nowhere.ts', /^error: nowhere\.ts: ENOENT/m],
      [2, 'swap scheduler', /^error: swap wants a component and a plugin/m],
      [2, 'frobnicate', /unknown command 'frobnicate'/],
      [2, 'status -o yaml', /the only output format of kubelab status is json/],
      [3, 'status', /^error: no cluster called kubelab runs; start one with: kubelab up$/m],
      [3, 'down --name other', /^error: no cluster called other runs/m],
      [3, 'shell', /^error: no cluster called kubelab runs/m],
      [3, 'swap scheduler round-robin', /^error: no cluster called kubelab runs/m],
    ];
    for (const [code, args, message] of cases) {
      it(`${code}: kubelab ${args}`, async () => {
        const outcome = await kubelab(...args.split(' '));
        expect(outcome.stderr).to.match(message);
        expect(outcome.code).to.equal(code);
        expect(outcome.stdout).to.equal('');
        expect(readdirSync(home)).to.deep.equal([]);
      });
    }

    it('2: a wrong option in a cluster file, by file, line and plugin', async () => {
      writeFileSync(
        path.join(folder, 'cluster.yaml'),
        'apiVersion: kubelab.dev/v1\nkind: Cluster\nspec:\n  scheduler:\n    plugin: resource-fit\n    options: { strategy: sprad }\n',
      );
      const { code, stderr } = await kubelab('up', '-f', 'cluster.yaml');
      expect(stderr).to.equal(
        'error: plugin scheduler-resource-fit (cluster.yaml:4): option strategy must be one of the following values: spread, pack; found "sprad"\n',
      );
      expect(code).to.equal(2);
    });

    it('1: a student’s file that does not compile', async () => {
      writeFileSync(path.join(folder, 'mine.ts'), '\nexport default plugin(;');
      const { code, stderr } = await kubelab('up', '--scheduler', './mine.ts');
      expect(stderr).to.match(/^error: mine\.ts:2:\d+: /);
      expect(code).to.equal(1);
    });
  });

  it('up shows a newcomer what to do, in columns whatever the name', async () => {
    const { stdout } = await up('--name', 'a-cluster-with-a-long-name', '--nodes', '2');
    const [ready, second, first, stop, ...rest] = stdout.split('\n');
    expect(ready).to.match(
      /^Ready in \d\.\d s: 2 nodes, scheduler resource-fit, runtime mock, proxy userspace, store memory$/,
    );
    expect(second).to.equal(
      'Second terminal:  npx kubelab shell --name a-cluster-with-a-long-name kubectl set up for this cluster; your own kubeconfig is untouched',
    );
    expect(first?.indexOf('kubectl create')).to.equal(second?.indexOf('kubectl set up'));
    expect(stop).to.equal('Stop:             Ctrl-C');
    expect(rest).to.deep.equal(['']);
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
      expect(run.stderr).to.match(new RegExp(`^port ${port} is taken; the API listens at \\d+ instead$`, 'm'));
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
    expect(stdout).to.match(/^Ready in .*\n.*\n.*\nStop: {13}npx kubelab down --name quiet\n$/);
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

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`ends in order on ${signal}`, async () => {
      const run = await up();
      run.process.kill(signal);
      const { code, stderr } = await run.ended;
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(readdirSync(home)).to.deep.equal([]);
    });
  }

  it('ends in order when it is interrupted while it starts', async () => {
    for (const after of [150, 250, 350]) {
      const run = start('up', '--runtime', 'mock', '--port', '0');
      await sleep(after);
      run.process.kill('SIGTERM');
      const { code, signal } = await run.ended;
      // Before the command runs at all, the signal itself ends it.
      expect(code === 0 || signal === 'SIGTERM').to.equal(true);
      expect(readdirSync(home)).to.deep.equal([]);
    }
  });

  it('ends in order when nobody reads what it prints any more', async () => {
    const run = await up();
    run.process.stdout?.destroy();
    run.process.stderr?.destroy();
    run.process.kill('SIGHUP');
    expect((await run.ended).code).to.equal(0);
    expect(readdirSync(home)).to.deep.equal([]);
  });

  it('killed outright, leaves no process, and the next up takes over', async function () {
    if (process.platform !== 'linux') this.skip(); // processes are found by /proc
    writeFileSync(
      path.join(folder, 'mine.ts'),
      "import { plugin, Scheduler } from 'kubelab';\nexport default plugin({ name: 'scheduler-mine', description: '', provides: [Scheduler], bind: ({ bind }) => { bind(Scheduler).toResolvedValue(() => ({ name: 'mine', retryOn: [], place: () => ({ unschedulable: {} }) })); } });\n",
    );
    const run = await up('--scheduler', './mine.ts');
    const pid = run.process.pid as number;
    const children = () =>
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .filter((name) => {
          try {
            return readFileSync(`/proc/${name}/environ`, 'latin1').includes(`KUBELAB_HOME=${home}\0`);
          } catch {
            return false;
          }
        });
    expect(children().length).to.be.greaterThan(1);
    process.kill(pid, 'SIGKILL');
    await run.ended;
    for (let tries = 0; children().length > 0 && tries < 250; tries += 1) await sleep(20);
    expect(children()).to.deep.equal([]);
    expect(existsSync(path.join(home, 'kubelab', 'kubeconfig'))).to.equal(true);
    expect((await kubelab('status')).code).to.equal(3);
    const next = await up();
    next.process.kill('SIGINT');
    expect((await next.ended).code).to.equal(0);
  });
});
