// The main job again as an ordinary user: without privileges, from a fresh clone in a folder whose name has spaces, and
// without a kubectl on the PATH, so with the built-in one; with the real one too when all tests are asked for.

import { expect } from 'chai';
import { allTests } from '../../../core/testing/runs.ts';
import { TestCluster } from './harness.ts';
import { Kubectl, kubectls } from './kubectl.ts';
import { mainJob } from './main-job.ts';
import { OrdinaryUser, whyNot } from './ordinary-user.ts';
import { run } from './run.ts';
import { swapping } from './swapping.ts';

const reason = await whyNot();

// A set-up and a build of its own: with all tests.
(allTests ? describe : () => {})('an ordinary user, in a folder whose name has spaces', function () {
  this.timeout(240_000);
  let user: OrdinaryUser;

  if (reason !== undefined) {
    it.skip(`cannot be here: ${reason}`);
    return;
  }

  before(async () => {
    user = await OrdinaryUser.create();
  });

  after(() => user?.leave());

  describe('the main job with no kubectl on the PATH', () => {
    mainJob(async () => {
      const place = user.place();
      const { code, stdout } = await run('sh', ['-c', 'id -u; command -v kubectl'], { ...place, cwd: user.folder });
      expect(stdout.trim()).to.match(/^[1-9]\d*$/);
      expect(code, 'there is no kubectl').not.to.equal(0);
      // As the README says it. What npm prints before is no concern of ours.
      const cluster = await TestCluster.start([], { ...place, up: ['npm', 'start', '--silent', '--'] });
      return { cluster, kubectl: Kubectl.ofKubelab(cluster) };
    });
  });

  describe('swapping the scheduler with no kubectl on the PATH', () => {
    swapping(async () => {
      const cluster = await TestCluster.start(['--watch'], user.place());
      return { cluster, kubectl: Kubectl.ofKubelab(cluster) };
    });
  });

  const { onPath } = kubectls();
  if (process.env.KUBELAB_TEST_ALL === '1' && onPath !== undefined) {
    describe('the main job with the real kubectl', () => {
      mainJob(async () => {
        const cluster = await TestCluster.start([], user.place(onPath));
        return { cluster, kubectl: Kubectl.ofKubelab(cluster, true) };
      });
    });
  }

  describe('afterwards', () => {
    it('finds the clone as it was cloned', async () => {
      const { stdout, stderr } = await run('git', ['status', '--porcelain'], { ...user.place(), cwd: user.folder });
      expect(stdout + stderr).to.equal('');
    });
  });
});
