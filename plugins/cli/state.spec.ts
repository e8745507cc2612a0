import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { runningCluster, runningClusters, StateFolder } from './state.ts';

describe('state folder', () => {
  let home: string;
  const before = process.env.KUBELAB_HOME;
  const facts = { name: 'mine', server: 'https://127.0.0.1:1', kubeconfig: '', pid: process.pid };

  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'kubelab state '));
    process.env.KUBELAB_HOME = home;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.KUBELAB_HOME;
    else process.env.KUBELAB_HOME = before;
    rmSync(home, { recursive: true, force: true });
  });

  it('is its owner’s alone, and gone after', () => {
    const state = new StateFolder('mine');
    state.create();
    expect(state.running(), 'not ready yet').to.equal(undefined);
    state.write(facts, 'kubeconfig');
    expect(state.running()).to.deep.equal(facts);
    expect(runningClusters()).to.deep.equal([facts]);
    if (process.platform !== 'win32') {
      expect(statSync(state.path).mode & 0o777).to.equal(0o700);
      expect(statSync(state.kubeconfig).mode & 0o777).to.equal(0o600);
    }
    state.remove();
    expect(existsSync(state.path)).to.equal(false);
    expect(state.running()).to.equal(undefined);
  });

  it('is refused to a second one, also while the first is being started', () => {
    new StateFolder('mine').create();
    expect(() => new StateFolder('mine').create()).to.throw(
      `a cluster called mine is being started (pid ${process.pid}); stop it with`,
    );
    new StateFolder('mine').write(facts, '');
    expect(() => new StateFolder('mine').create()).to.throw(/runs already \(pid \d+, https:\/\/127\.0\.0\.1:1\)/);
  });

  it('is taken over from a process that is gone, or whose number is another process now', () => {
    const state = new StateFolder('mine');
    state.create();
    state.write(facts, '');
    const owner = path.join(state.path, 'owner');
    const left = ['999999999 5'];
    if (process.platform === 'linux') left.push(`${process.pid} 5`); // elsewhere nobody tells when a process began
    for (const text of left) {
      writeFileSync(owner, text);
      expect(state.running()).to.equal(undefined);
      state.create();
      expect(readFileSync(owner, 'utf8')).to.match(new RegExp(`^${process.pid} `));
    }
  });

  it('is found without a name where one cluster alone runs; where several do, they are named', () => {
    const begin = (name: string) => {
      const state = new StateFolder(name);
      state.create();
      state.write({ ...facts, name }, '');
    };
    expect(() => runningCluster(undefined)).to.throw('no cluster called kubelab runs; start one with: kubelab up');
    begin('mine');
    expect(runningCluster(undefined).name).to.equal('mine');
    expect(() => runningCluster('other')).to.throw('no cluster called other runs; these do: mine (choose with --name)');
    begin('other');
    expect(() => runningCluster(undefined)).to.throw(/these do: mine, other \(choose with --name\)$/);
    begin('kubelab');
    expect(runningCluster(undefined).name).to.equal('kubelab');
  });

  it('has no name that could be a path', () => {
    for (const name of ['../x', 'A', '', 'a'.repeat(64), '-a']) {
      expect(() => new StateFolder(name)).to.throw(/use small letters, digits and '-', up to 63 characters/);
    }
  });
});
