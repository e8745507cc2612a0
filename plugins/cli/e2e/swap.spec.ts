// Swapping the scheduler of a running cluster, with the best kubectl that this machine has.

import { TestCluster } from './harness.ts';
import { Kubectl } from './kubectl.ts';
import { swapping } from './swapping.ts';

describe('swapping the scheduler of a running cluster', function () {
  this.timeout(180_000);
  swapping(async () => {
    const cluster = await TestCluster.start(['--watch']);
    return { cluster, kubectl: Kubectl.any(cluster) };
  });
});
