// The main job with real, unmodified kubectl: the one on the PATH; every release that lies beside it when all tests are
// asked for (npm run test:all).

import { TestCluster } from './harness.ts';
import { Kubectl, kubectls } from './kubectl.ts';
import { mainJob } from './main-job.ts';

const { onPath, releases } = kubectls();
const all = process.env.KUBELAB_TEST_ALL === '1';
const chosen = all && releases.length > 0 ? releases : [{ release: 'on the PATH', path: onPath }];

for (const { release, path } of chosen) {
  describe(`the main job with kubectl ${release}`, function () {
    this.timeout(180_000);
    if (path === undefined) {
      it.skip('there is no kubectl on the PATH');
      return;
    }
    mainJob(async () => {
      const cluster = await TestCluster.start();
      return { cluster, kubectl: Kubectl.real(cluster, path) };
    });
  });
}
