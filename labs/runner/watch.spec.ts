// Watch mode, driven as a person drives it: by saving a file and pressing keys; what it says is waited for.

import { renameSync, rmSync } from 'node:fs';
import { expect } from 'chai';
import { start } from './commands/start.ts';
import { WatchSession } from './commands/watch.ts';
import { type KeyInput, Keys } from './keys.ts';
import { labs, Machine } from './student.fixture.ts';
import { Student } from './student.ts';
import { BarScreen } from './watch-screen.ts';

const roundRobin = labs[1]!;
const all = '// passes 2.1 2.2 2.3';

describe('watch mode', () => {
  let machine: Machine;
  let session: WatchSession;
  let quits: number;
  const folder = ['kubelab-labs', '02-round-robin'] as const;
  const save = (text: string) => machine.write(text, ...folder, 'round-robin.ts');

  beforeEach(async () => {
    machine = new Machine();
    await start('round-robin', {}, machine);
    machine.take();
    quits = 0;
    const checker = await machine.checker();
    session = new WatchSession(new Student(machine), checker, machine, true, () => {
      quits += 1;
    });
    session.begin(roundRobin, true);
    await machine.says(/0 of 3 checks pass\.\n/);
  });
  afterEach(async () => {
    await session.stop();
    machine.remove();
  });

  it('checks at once, and again at each save; the first failure is told in full', async () => {
    save('// passes 2.1');
    const said = await machine.says(/1 of 3 checks pass\.\n/);
    expect(said).to.include('round-robin.ts: saved\nPASS 2.1 turn 2.1\n');
    expect(said).to.include('FAIL 2.2 turn 2.2 (seed 1)\nHappened: the turn of 2.2 was skipped\n');
    expect(said).to.match(/^FAIL 2\.3 turn 2\.3 \(seed 1\): the turn of 2\.3 was skipped$/m);
    expect(new Student(machine).progress(roundRobin).passed).to.deep.equal(['2.1']);
  });

  it('sees a save by an editor that puts a new file in the old one’s place', async () => {
    machine.write(all, ...folder, 'new.tmp');
    rmSync(machine.at(...folder, 'round-robin.ts'));
    renameSync(machine.at(...folder, 'new.tmp'), machine.at(...folder, 'round-robin.ts'));
    await machine.says(/All 3 checks pass\./);
    save('// passes 2.1');
    await machine.says(/1 of 3 checks pass\./);
  });

  it('does nothing about a save that changes nothing, or about other files', async () => {
    const { runs } = machine;
    save('// the starter of round-robin\n');
    machine.write('x', ...folder, 'notes.txt');
    save('// passes 2.1');
    await machine.says(/1 of 3 checks pass\./);
    expect(machine.runs).to.equal(runs + 1);
  });

  it('says what to do next when all is right', async () => {
    save(all);
    const said = await machine.says(/Then go on .*\n/);
    expect(said).to.include('All 3 checks pass.\nNow see it work in a live cluster:\n  npx kubelab up --scheduler');
    expect(said).to.include('Then go on with lab 3, The replication lab: n\n');
    expect(new Student(machine).progress(roundRobin).done).to.equal(true);
  });

  it('goes on after a file that cannot be checked, or is gone', async () => {
    save('// does not compile');
    await machine.says(/FAIL round-robin\.ts:1: it does not compile\n/);
    rmSync(machine.at(...folder, 'round-robin.ts'));
    await session.press('c');
    await machine.says(/ERROR there is no .*round-robin\.ts/);
    save(all);
    await machine.says(/All 3 checks pass\./);
  });

  it('ends the run under way when something newer is saved', async () => {
    await session.press('c');
    await session.press('c');
    const said = await machine.says(/0 of 3 checks pass\.\n/);
    expect(said.match(/checks pass/g)).to.have.length(1);
  });

  it('h: a hint, plainer each time; l: the list', async () => {
    await session.press('h');
    await machine.says(/look at 2\.1/);
    await session.press('h');
    await machine.says(/idea of 2\.1/);
    await session.press('l');
    expect(await machine.says(/WHAT YOU BUILD[\s\S]*replication lab/)).to.include('you are here');
  });

  it('x: asks, then begins again, and keeps the text', async () => {
    save('// passes 2.1');
    await machine.says(/1 of 3 checks pass\./);
    await session.press('x');
    await machine.says(/y \(yes\) or n \(no\)/);
    await session.press('n');
    await machine.says(/Nothing is changed/);
    await session.press('x');
    await session.press('y');
    await machine.says(/kept in round-robin\.ts\.1/);
    await machine.says(/0 of 3 checks pass\./);
    expect(machine.read(...folder, 'round-robin.ts.1')).to.equal('// passes 2.1');
  });

  it('n: the next lab, whose file is watched from then on', async () => {
    await session.press('n');
    await machine.says(/Watching .*replication\.ts/);
    await machine.says(/0 of 2 checks pass\./);
    machine.write('// passes 3.1', 'kubelab-labs/03-replication/replication.ts');
    await machine.says(/1 of 2 checks pass\./);
    expect(new Student(machine).current?.name).to.equal('replication');
  });

  it('q ends; any other key does nothing', async () => {
    await session.press('z');
    expect(quits).to.equal(0);
    await session.press('q');
    expect(quits).to.equal(1);
  });
});

describe('keys', () => {
  class Terminal implements KeyInput {
    isTTY = true;
    readonly modes: boolean[] = [];
    listener: ((data: string) => void) | undefined;
    setRawMode = (mode: boolean) => this.modes.push(mode);
    on = (_: 'data', listener: (data: string) => void) => {
      this.listener = listener;
    };
    off = () => {
      this.listener = undefined;
    };
    resume = () => {};
    pause = () => {};
  }

  it('come one by one, Ctrl-C as q; the terminal is put back', () => {
    const terminal = new Terminal();
    const pressed: string[] = [];
    const keys = new Keys((key) => pressed.push(key), terminal);
    expect(keys.open()).to.equal(true);
    terminal.listener?.('Hn\u0003');
    expect(pressed).to.deep.equal(['h', 'n', 'q']);
    keys.close();
    keys.close();
    expect(terminal.modes).to.deep.equal([true, false]);
    expect(terminal.listener).to.equal(undefined);
  });

  it('are none where standard input is no terminal', () => {
    const terminal = Object.assign(new Terminal(), { isTTY: false });
    expect(new Keys(() => {}, terminal).open()).to.equal(false);
    expect(terminal.modes).to.deep.equal([]);
  });
});

describe('the bar of watch mode', () => {
  it('counts all checks, and leaves nothing of itself', () => {
    let drawn = '';
    const stream = { isTTY: true, columns: 80, write: (text: string) => (drawn += text), on: () => {} };
    const screen = new BarScreen(stream as unknown as NodeJS.WritableStream);
    screen.begin(roundRobin, 'saved');
    const right = { lab: 'round-robin', passed: true, seeds: 1, milliseconds: 1, printed: { lines: [], more: 0 } };
    for (const { id } of roundRobin.checks) screen.result({ ...right, check: id, title: 'turns' });
    screen.end(roundRobin.checks.map(({ id }) => ({ ...right, check: id, title: 'turns' })));
    expect(drawn).to.include('0 of 3').and.to.include('All 3 checks pass.');
    const hidden = drawn.lastIndexOf('\u001b[?25l');
    expect(drawn.lastIndexOf('\u001b[?25h'), 'the cursor is back').to.be.greaterThan(hidden);
  });
});
