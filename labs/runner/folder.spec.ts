// A student's folder and progress: nothing of theirs is lost, whatever is started twice, moved, deleted, broken, upgraded.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { EnvironmentError } from '../../plugins/cli/exit.ts';
import { start } from './commands/start.ts';
import { labs, Machine } from './student.fixture.ts';
import { Student } from './student.ts';
import { labFolder } from './which-lab.ts';

const [, roundRobin, replication] = labs as [unknown, (typeof labs)[0], (typeof labs)[0]];
const hasGit = spawnSync('git', ['--version']).status === 0;

describe('a student’s folder', () => {
  let machine: Machine;
  const folder = 'kubelab-labs';
  const file = [folder, '02-round-robin', 'round-robin.ts'] as const;
  const state = () => JSON.parse(machine.read('home', 'labs.json'));
  const git = (...args: string[]) =>
    spawnSync('git', args, { cwd: machine.at(folder), encoding: 'utf8' })
      .stdout.trim()
      .split('\n');

  beforeEach(() => {
    machine = new Machine();
  });
  afterEach(() => machine.remove());

  it('lies beside the clone, with the lab’s files and a link to Kubelab', async () => {
    await start('round-robin', {}, machine);
    expect(readdirSync(machine.at(folder, '02-round-robin')).sort()).to.deep.equal([
      'README.md',
      'idea.svg',
      'round-robin.ts',
    ]);
    expect(machine.read(...file)).to.equal('// the starter of round-robin\n');
    const manifest = JSON.parse(machine.read(folder, 'package.json'));
    expect(manifest).to.deep.include({ private: true, type: 'module', dependencies: { kubelab: 'file:../kubelab' } });
    expect(JSON.parse(machine.read(folder, 'tsconfig.json')).extends).to.equal('kubelab/tsconfig');
    expect(realpathSync(machine.at(folder, 'node_modules/kubelab'))).to.equal(machine.clone);
    if (process.platform !== 'win32') {
      const command = realpathSync(machine.at(folder, 'node_modules/.bin/kubelab'));
      expect(command).to.equal(path.join(machine.clone, 'plugins/cli/bin/kubelab.mjs'));
    }
    expect(machine.take())
      .to.include('Lab 2: The round-robin lab (about 2 h)')
      .and.to.include('Made:    README.md, idea.svg, round-robin.ts')
      .and.to.include('cd kubelab-labs\n');
    expect(state()).to.deep.include({ folder: machine.at(folder), current: 'round-robin' });
  });

  it('lies where --folder or KUBELAB_LABS say, but never inside the clone', async () => {
    await start('2', { folder: 'of mine' }, machine);
    expect(existsSync(machine.at('of mine', '02-round-robin'))).to.equal(true);
    machine.env.KUBELAB_LABS = machine.at('env');
    await start('3', {}, machine);
    expect(existsSync(machine.at('env', '03-replication'))).to.equal(true);
    const inside = start('2', { folder: path.join(machine.clone, 'labs') }, machine);
    expect(await inside.catch(String)).to.include('is inside Kubelab itself');
  });

  it('leaves a project of another kind alone', async () => {
    mkdirSync(machine.at('project'));
    machine.write('{}', 'project', 'package.json');
    const refused = start('2', { folder: 'project' }, machine);
    expect(await refused.catch(String)).to.include('has a package.json that is not the one of the labs');
    expect(readdirSync(machine.at('project'))).to.deep.equal(['package.json']);
  });

  it('is not overwritten by a second start, which says so', async () => {
    await start('round-robin', {}, machine);
    machine.write('// mine', ...file);
    machine.write('{ "kubelab": { "labs": true } }', folder, 'package.json');
    machine.write('my notes', folder, '02-round-robin', 'README.md');
    machine.take();
    await start('round-robin', {}, machine);
    expect(machine.read(...file)).to.equal('// mine');
    expect(machine.read(folder, 'package.json')).to.equal('{ "kubelab": { "labs": true } }');
    expect(readdirSync(machine.at(folder, '02-round-robin'))).to.have.length(3);
    expect(machine.take()).to.include('Kept:    README.md, idea.svg, round-robin.ts: there already');
  });

  it('gets a newer README beside the old one', async () => {
    await start('round-robin', {}, machine);
    machine.write('// mine', ...file);
    const upgraded = path.relative(machine.root, labFolder(machine.clone, roundRobin));
    machine.write('# Lab 2: A better text\n', upgraded, 'README.md');
    machine.write('// a better starter\n', upgraded, 'starter.ts');
    machine.take();
    await start('round-robin', {}, machine);
    expect(machine.read(...file)).to.equal('// mine');
    expect(machine.read(folder, '02-round-robin', 'README.md')).to.include('The round-robin lab');
    expect(machine.read(folder, '02-round-robin', 'README.new.md')).to.include('A better text');
    expect(machine.take()).to.include('README.new.md').and.to.include('The starter of this lab has changed');
    await start('round-robin', {}, machine);
    expect(machine.take()).not.to.include('Note:');
  });

  it('has a commit for each start, of the files that it made', async function () {
    if (!hasGit) this.skip();
    await start('round-robin', {}, machine);
    machine.write('// mine', ...file);
    machine.write('staged', folder, 'notes.txt');
    git('add', 'notes.txt');
    await start('replication', {}, machine);
    expect(git('log', '--format=%s')).to.deep.equal(['Start lab 3: replication', 'Start lab 2: round-robin']);
    expect(git('show', '--format=', '--name-only').sort()).to.deep.equal(
      ['README.md', 'idea.svg', 'replication.ts'].map((name) => `03-replication/${name}`),
    );
    expect(git('status', '--short')).to.deep.equal(['M 02-round-robin/round-robin.ts', 'A  notes.txt']);
  });

  it('leaves commits to the student inside a repository of theirs', async function () {
    if (!hasGit) this.skip();
    spawnSync('git', ['init', '--quiet'], { cwd: machine.root });
    await start('round-robin', {}, machine);
    expect(existsSync(machine.at(folder, '.git'))).to.equal(false);
    expect(machine.take()).to.include(`inside the git repository ${machine.root}: commits are left to you`);
  });

  describe('moved', () => {
    beforeEach(async () => {
      await start('round-robin', {}, machine);
      machine.write('// mine', ...file);
      renameSync(machine.at(folder), machine.at('elsewhere'));
      machine.take();
    });

    it('is found by a command that runs inside it', () => {
      machine.cwd = machine.at('elsewhere', '02-round-robin');
      const student = new Student(machine);
      expect(student.folder.path).to.equal(machine.at('elsewhere'));
      expect(student.lab()).to.equal(roundRobin);
      expect(machine.take()).to.equal(`Your folder has moved to ${machine.at('elsewhere')}: noted\n`);
      machine.cwd = machine.root;
      expect(new Student(machine).fileOf(roundRobin)).to.equal(machine.at('elsewhere', ...file.slice(1)));
    });

    it('is said to be gone elsewhere, and not made anew where it was', async () => {
      expect(() => new Student(machine).folder).to.throw(EnvironmentError, /is not there any more\. Moved: go to/);
      expect(await start('replication', {}, machine).catch(String)).to.include('is not there any more');
      expect(existsSync(machine.at(folder))).to.equal(false);
    });

    it('is linked anew when the clone has moved too', () => {
      renameSync(machine.clone, machine.at('kubelab-2'));
      const later = Object.assign(Object.create(machine), {
        clone: machine.at('kubelab-2'),
        cwd: machine.at('elsewhere'),
      });
      new Student(later);
      expect(realpathSync(machine.at('elsewhere', 'node_modules/kubelab'))).to.equal(machine.at('kubelab-2'));
    });
  });

  it('keeps packages that were installed where links would be', async () => {
    mkdirSync(machine.at(folder, 'node_modules/kubelab'), { recursive: true });
    await start('round-robin', {}, machine);
    expect(lstatSync(machine.at(folder, 'node_modules/kubelab')).isDirectory()).to.equal(true);
  });

  describe('progress', () => {
    beforeEach(async () => {
      await start('round-robin', {}, machine);
      new Student(machine).recordCheck(roundRobin, ['2.1']);
      machine.take();
    });

    it('is kept from one command to the next', () => {
      new Student(machine).tookHint(roundRobin, '2.2', 2);
      new Student(machine).recordCheck(replication, ['3.1', '3.2']);
      const student = new Student(machine);
      expect(student.progress(roundRobin)).to.deep.include({ passed: ['2.1'], hints: { '2.2': 2 } });
      expect(student.progress(replication).done).to.equal(true);
    });

    it('that is deleted is made anew from the folder', () => {
      rmSync(machine.at('home', 'labs.json'));
      const student = new Student(machine);
      expect(student.lab()).to.equal(roundRobin);
      expect(machine.take()).to.match(
        /^There is no note of your progress\. Going by .*, you worked on round-robin last/,
      );
      new Student(machine);
      expect(machine.take()).to.equal('');
    });

    it('that is broken is put aside and made anew', () => {
      machine.write('{ "labs": ', 'home', 'labs.json');
      expect(new Student(machine).current).to.equal(roundRobin);
      expect(machine.take()).to.include('labs.json.broken');
      expect(machine.read('home', 'labs.json.broken')).to.equal('{ "labs": ');
    });

    it('with strange values is taken as far as it makes sense', () => {
      machine.write(
        '{ "current": 7, "labs": { "round-robin": { "passed": 3, "done": true }, "x": 1 } }',
        'home',
        'labs.json',
      );
      const student = new Student(machine);
      expect(student.current).to.equal(undefined);
      expect(student.progress(roundRobin)).to.deep.equal({ passed: [], hints: {}, done: true });
    });

    it('that cannot be written stops nobody', () => {
      rmSync(machine.at('home'), { recursive: true });
      machine.write('a file', 'home');
      machine.env.KUBELAB_HOME = machine.at('home', 'below');
      const student = new Student(machine);
      expect(() => student.recordCheck(roundRobin, ['2.1'])).not.to.throw();
      expect(student.progress(roundRobin).passed).to.deep.equal(['2.1']);
    });

    it('of two processes at once is kept whole, and a lock that a dead one left does not hold', async () => {
      // A number that no process has any more: one that has just ended.
      const dead = spawnSync(process.execPath, ['--version']).pid;
      machine.write(String(dead), 'home', 'labs.json.lock');
      const code = `
        import { StateFile, withLab } from ${JSON.stringify(new URL('./state.ts', import.meta.url).href)};
        const [, file, name] = process.argv;
        const state = new StateFile(file);
        for (let at = 0; at < 40; at++) state.update((now) => withLab(now, name + at, { done: true }));`;
      const one = (name: string) =>
        new Promise<number | null>((resolve) => {
          const args = ['--import', 'tsx', '--input-type=module', '-e', code, machine.at('home', 'labs.json'), name];
          const cwd = fileURLToPath(new URL('../../', import.meta.url));
          spawn(process.execPath, args, { cwd, stdio: 'inherit' }).once('exit', resolve);
        });
      expect(await Promise.all([one('a'), one('b')])).to.deep.equal([0, 0]);
      expect(Object.keys(state().labs)).to.have.length(81);
      expect(readdirSync(machine.at('home'))).to.deep.equal(['labs.json']);
    });
  });
});
