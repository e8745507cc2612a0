// The commands of `kubelab lab` that are about a student's progress: what they say, what they keep.

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { expect } from 'chai';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';
import { goOn } from './commands/go-on.ts';
import { grade } from './commands/grade.ts';
import { hint } from './commands/hint.ts';
import { list } from './commands/list.ts';
import { read, rendered } from './commands/read.ts';
import { reset } from './commands/reset.ts';
import { solution } from './commands/solution.ts';
import { next, start } from './commands/start.ts';
import { labs, Machine } from './student.fixture.ts';
import { Student } from './student.ts';
import { findLab } from './which-lab.ts';

const roundRobin = labs[1]!;

describe('a student’s commands', () => {
  let machine: Machine;
  const file = ['kubelab-labs', '02-round-robin', 'round-robin.ts'] as const;
  const exitCode = process.exitCode;

  beforeEach(() => {
    machine = new Machine();
  });
  afterEach(() => {
    machine.remove();
    process.exitCode = exitCode;
  });

  /** What the command said. */
  const said = async (work: Promise<void>): Promise<string> => {
    await work;
    return machine.take();
  };
  const started = async (text = '// passes 2.1') => {
    await start('round-robin', {}, machine);
    machine.write(text, ...file);
    machine.take();
  };
  const refused = async (work: Promise<void>) => {
    const error = await work.then(
      () => undefined,
      (error) => error,
    );
    expect(error).to.be.instanceOf(ConfigurationError);
    return (error as Error).message;
  };

  it('find a lab by name, number, folder or file, and name the nearest', () => {
    for (const given of [
      'round-robin',
      '2',
      '02',
      '02-round-robin',
      '02-round-robin/',
      'round-robin.ts',
      'Round-Robin',
    ]) {
      expect(findLab(labs, given)).to.equal(roundRobin);
    }
    expect(() => findLab(labs, 'round-robbin')).to.throw(
      ConfigurationError,
      'no lab is called round-robbin (did you mean round-robin?); there are: 1 look-around, 2 round-robin, 3 replication',
    );
    expect(() => findLab(labs, 'robin')).to.throw('did you mean round-robin?');
    expect(() => findLab(labs, '9')).to.throw('no lab is called 9; there are');
  });

  describe('kubelab lab', () => {
    it('shows a newcomer all labs and the first command', async () => {
      expect(await said(goOn({}, machine)))
        .to.include('3     replication')
        .and.to.include('Begin with:  npx kubelab lab start look-around');
    });

    it('goes on where they were', async () => {
      await started();
      new Student(machine).recordCheck(roundRobin, ['2.1']);
      expect(await said(goOn({}, machine)))
        .to.include('Lab 2: The round-robin lab: 1 of 3 checks')
        .and.to.include(machine.at(...file))
        .and.to.include('To do:   2.2 turn 2.2')
        .and.to.include('npx kubelab lab watch');
    });

    it('says what comes after a lab that is done', async () => {
      await started();
      new Student(machine).recordCheck(roundRobin, ['2.1', '2.2', '2.3']);
      expect(await said(goOn({}, machine)))
        .to.include('  npx kubelab up --scheduler ./round-robin.ts --watch\n')
        .and.to.include('npx kubelab lab start replication');
      expect(await said(next(machine))).to.include('Lab 3: The replication lab');
    });
  });

  it('list: hours and progress, as a table and as JSON', async () => {
    await started();
    new Student(machine).recordCheck(roundRobin, ['2.1']);
    expect(await said(list({}, machine))).to.match(
      /^2 +round-robin +2 h +1 of 3 checks, you are here +The round-robin lab$/m,
    );
    const { labs: listed, current } = JSON.parse(await said(list({ output: 'json' }, machine)));
    expect(current).to.equal('round-robin');
    expect(listed[1]).to.deep.include({ name: 'round-robin', hours: 2, standing: 'started', passed: 1, checks: 3 });
    expect(await refused(list({ output: 'yaml' }, machine))).to.include('-o yaml');
  });

  describe('hint', () => {
    it('is about the first check that fails now, and gets plainer each time', async () => {
      await started();
      const first = await said(hint(undefined, {}, machine));
      expect(first).to.include('Hint 1 of 3 for 2.2 turn 2.2 (where to look)\n\nlook at 2.2\n');
      expect(await said(hint(undefined, {}, machine)))
        .to.include('Hint 2 of 3')
        .and.to.include('idea of 2.2');
      expect(await said(hint(undefined, {}, machine)))
        .to.include('code of 2.2')
        .and.to.include('That was the last hint');
      expect(await said(hint(undefined, {}, machine))).to.include('Hint 3 of 3');
      expect(machine.runs, 'checked once: nothing was saved since').to.equal(1);
      machine.write('// passes 2.1 2.2', ...file);
      expect(await said(hint(undefined, {}, machine))).to.include('Hint 1 of 3 for 2.3');
    });

    it('has levels, and none when all is right', async () => {
      await started();
      expect(await said(hint('2', { level: '3' }, machine))).to.include('code of 2.2');
      expect(await refused(hint('2', { level: '4' }, machine))).to.include('there are three');
      machine.write('// passes 2.1 2.2 2.3', ...file);
      expect(await said(hint('2', {}, machine))).to.include('there is nothing to hint at');
      expect(await refused(hint('3', {}, machine))).to.include('get it with: npx kubelab lab start replication');
    });
  });

  it('read: the README as it is, or drawn for a terminal', async () => {
    expect(await said(read('2', {}, machine))).to.include('# Lab 2: The round-robin lab\n');
    expect(await said(read(undefined, {}, machine))).to.include('# Lab 1: ');
    const drawn = await rendered('# A title\n\n![three nodes](idea.svg)\n\n- `one`', machine.root, 200);
    expect(drawn).to.include('A title').and.to.include('Picture: three nodes (file://').and.not.to.include('`');
  });

  it('solution: after passing, or with --give-up, which is noted', async () => {
    await started();
    expect(await refused(solution('2', {}, machine)))
      .to.include('is not passed yet')
      .and.to.include('--give-up');
    expect(await said(solution('2', { giveUp: true }, machine))).to.include('// the solution of round-robin');
    expect(await said(solution('2', {}, machine))).to.include('other.ts');
    expect(await said(list({}, machine))).to.include('0 of 3 checks, solution seen');
    new Student(machine).recordCheck(labs[2]!, ['3.1', '3.2']);
    expect(await said(solution('3', {}, machine))).to.include('// the solution of replication');
    expect(new Student(machine).progress(labs[2]!).gaveUp).to.equal(undefined);
    expect(machine.read(...file)).to.equal('// passes 2.1');
  });

  it('reset: begins again, and loses nothing, as often as one likes', async () => {
    await started('// my first');
    expect(await said(reset('2', machine))).to.include('kept in round-robin.ts.1');
    expect(await said(reset('2', machine))).to.include('is the starter already');
    machine.write('// my second', ...file);
    await reset(undefined, machine);
    expect(machine.read(...file)).to.equal('// the starter of round-robin\n');
    expect(machine.read(...file.slice(0, 2), 'round-robin.ts.1')).to.equal('// my first');
    expect(machine.read(...file.slice(0, 2), 'round-robin.ts.2')).to.equal('// my second');
  });

  describe('grade', () => {
    const handIn = (who: string, name: string, text: string) => {
      mkdirSync(machine.at('in', who), { recursive: true });
      machine.write(text, 'in', who, name);
    };

    it('gives the points of all labs in one’s own folder, and notes them', async () => {
      await started('// passes 2.1 2.3');
      await start('replication', {}, machine);
      machine.take();
      machine.write('// passes 3.1 3.2', 'kubelab-labs/03-replication/replication.ts');
      const text = await said(grade([], {}, machine));
      expect(text).to.match(/2 round-robin +1 +0 +1 +2\/3 +2\.2: the turn of 2\.2 was skipped/);
      expect(text)
        .to.match(/3 replication +1 +1 +2\/2/)
        .and.to.include('Points: 4');
      expect(process.exitCode).to.equal(1);
      expect(new Student(machine).progress(roundRobin).passed).to.deep.equal(['2.1', '2.3']);
      expect(new Student(machine).current?.name).to.equal('replication');
    });

    it('goes through many folders, whatever is in them', async () => {
      handIn('ann', 'round-robin.ts', '// passes 2.1 2.2 2.3');
      handIn('bob', 'round-robin.ts', '// does not compile');
      handIn('bob', 'replication.ts', '// passes 3.1');
      mkdirSync(machine.at('in', 'cid'));
      machine.cwd = machine.at('in');
      const text = await said(grade(['ann', 'nobody', 'bob', 'cid'], { junit: 'all.xml' }, machine));
      expect(text).to.match(/^ann +2 round-robin +1 +1 +1 +3\/3$/m);
      expect(text).to.match(/^bob +2 round-robin +0 +0 +0 +0\/3 +round-robin\.ts:1: it does not compile$/m);
      expect(text).to.match(/^bob +3 replication +1 +0 +1\/2/m);
      expect(text)
        .to.match(/^nobody .*ENOENT/m)
        .and.to.match(/^cid .*no file of a lab is in it$/m);
      expect(process.exitCode).to.equal(3);
      expect(machine.read('in', 'all.xml')).to.include('<testsuite name="ann round-robin" tests="3" failures="0"');
      const [ann, bob] = JSON.parse(
        await said(grade(['ann', 'bob/replication.ts'], { json: true }, machine)).then((text) =>
          text.slice(text.indexOf('[')),
        ),
      );
      expect(ann).to.deep.include({ folder: 'ann', points: 3 });
      expect(bob.labs[0]).to.deep.include({ lab: 'replication', points: 1, of: 2 });
      expect(existsSync(machine.at('home'))).to.equal(false);
      expect(readdirSync(machine.at('in', 'ann'))).to.deep.equal(['round-robin.ts']);
    });
  });
});
