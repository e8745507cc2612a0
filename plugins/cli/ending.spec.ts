// What ends the kubelab command, and that nothing stays behind: no process, no folder.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { CommandRoom } from './command.fixture.ts';

describe('the end of kubelab up', function () {
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
