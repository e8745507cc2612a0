// A student's whole path, as an ordinary user with a fresh clone: start a lab, fail its checks, take a hint, edit until watch
// mode is green, put the plugin into a running cluster, see pods follow it, be graded. Everything is typed as the README says.

import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { TestCluster } from '../plugins/cli/e2e/harness.ts';
import { whyNot } from '../plugins/cli/e2e/ordinary-user.ts';
import { eventually, type Outcome } from '../plugins/cli/e2e/run.ts';
import { Student } from './student.fixture.ts';

const reason = await whyNot();
const file = '02-round-robin/round-robin.ts';

describe('a student’s path, from nothing to a graded scheduler', function () {
  this.timeout(240_000);
  this.bail(true); // each step stands on the one before
  let student: Student;

  if (reason !== undefined) {
    it.skip(`cannot be walked here: ${reason}`);
    return;
  }

  before(async () => {
    student = await Student.create();
  });
  after(() => student?.leave());

  const told = ({ code, stdout, stderr }: Outcome, wanted: number): string => {
    expect(code, stdout + stderr).to.equal(wanted);
    return stdout;
  };

  it('starts a lab in a folder of their own, outside of the clone', async () => {
    const said = told(await student.run(student.clone, 'npx', 'kubelab', 'lab', 'start', 'round-robin'), 0);
    expect(said).to.include(path.join(student.folder, '02-round-robin'));
    expect(readFileSync(path.join(student.folder, file), 'utf8')).to.equal(
      student.read('labs/02-round-robin/starter.ts'),
    );
    expect(existsSync(path.join(student.folder, '.git'))).to.equal(true);
    const { uid } = statSync(student.folder);
    expect(statSync(path.join(student.folder, file)).uid).to.equal(uid);
    expect(statSync(student.clone).uid, 'it belongs to who started it').to.equal(uid);
    expect(told(await student.run(student.clone, 'git', 'status', '--porcelain'), 0)).to.equal('');
  });

  it('is told by check what is wrong, and why', async () => {
    const said = told(await student.kubelab('lab', 'check', 'round-robin'), 1);
    expect(said).to.match(/^FAIL 2\.1 .*\(seed \d+\)$/m);
    for (const label of ['Happened:', 'Expected:', 'Why:']) expect(said).to.match(new RegExp(`^${label} +\\S`, 'm'));
  });

  it('gets a hint, and a plainer one the second time', async () => {
    const first = told(await student.kubelab('lab', 'hint'), 0);
    const second = told(await student.kubelab('lab', 'hint'), 0);
    expect(first).to.match(/2\.1/);
    expect(second).to.match(/2\.1/).and.not.to.equal(first);
  });

  it('edits until watch mode is green; a text that does not compile is said with its line, the next save repairs it', async () => {
    const solution = student.read('labs/02-round-robin/solution.ts');
    const watch = student.watch('lab', 'watch', '--plain');
    expect(await watch.says(/^\d of 9 checks pass\.$/m)).to.match(/^FAIL 2\.1 /m);
    student.save(file, solution.replace('name > this.#last', 'name > this.#last +'));
    expect(await watch.says(/^FAIL .*$/m)).to.match(/^FAIL round-robin\.ts:\d+/m);
    student.save(file, solution);
    await watch.says(/^All 9 checks pass\.$/m);
    expect(await watch.end()).to.equal(0);
  });

  describe('in a running cluster', () => {
    let cluster: TestCluster;

    before(async () => {
      cluster = await student.up('--watch', '--nodes', '3', '--runtime', 'mock');
    });

    /** The nodes of a new deployment's pods, as kubectl shows them. */
    const placed = async (name: string, replicas: number): Promise<string> => {
      const create = ['create', 'deployment', name, '--image=kubelab/sleep', `--replicas=${replicas}`];
      told(await student.kubelab('kubectl', ...create), 0);
      return eventually(`the pods of ${name} are placed`, async () => {
        const list = told(await student.kubelab('kubectl', 'get', 'pods', '-l', `app=${name}`, '-o', 'wide'), 0);
        const nodes = list.match(/\bnode-\d\b/g) ?? [];
        return nodes.length === replicas ? nodes.sort().join(' ') : undefined;
      });
    };

    it('swaps the plugin in, and new pods go to the nodes in turn', async () => {
      const said = told(await student.kubelab('swap', 'scheduler', `./${file}`), 0);
      expect(said).to.include('scheduler: scheduler-resource-fit -> ./02-round-robin/round-robin.ts');
      expect(await placed('turns', 6)).to.equal('node-1 node-1 node-2 node-2 node-3 node-3');
    });

    it('saves another rule, and the next pods follow it', async () => {
      const solution = student.read('labs/02-round-robin/solution.ts');
      const startedAt = () =>
        student.kubelab('kubectl', 'get', 'component', 'scheduler', '-o', 'jsonpath={.status.startedAt}');
      const before = told(await startedAt(), 0);
      student.save(file, solution.replace('[...behind, ...before]', "['node-2']"));
      await eventually('the saved file runs', async () => told(await startedAt(), 0) !== before || undefined);
      expect(await placed('favoured', 3)).to.equal('node-2 node-2 node-2');
      student.save(file, solution);
    });

    after(async () => {
      const traces = cluster?.traces();
      expect(await cluster?.stop()).to.equal(0);
      expect(traces && cluster.remains(traces).filter((line) => !/^(file|state): /.test(line))).to.deep.equal([]);
    });
  });

  describe('at last', () => {
    it('is graded: every check of the lab passes', async () => {
      const [graded] = JSON.parse(told(await student.kubelab('lab', 'grade', '--json'), 0));
      expect(graded.labs).to.have.length(1);
      expect(graded.labs[0]).to.include({ lab: 'round-robin', points: 9, of: 9 });
      expect(graded.labs[0].checks.map(({ passed }: { passed: boolean }) => passed)).to.deep.equal(Array(9).fill(true));
    });
  });
});
