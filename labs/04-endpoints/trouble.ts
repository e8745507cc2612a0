import { Pods } from '../../core/model/pod.ts';
import { internalError } from '../../core/model/status.ts';
import type { Check } from '../kit/lab.ts';
import { check } from './a-world.ts';
import { agree, createPod, createService, createWeb, deletePod, isReady, late } from './scene.ts';

export const trouble: readonly Check[] = [
  check('4.9', 3, async (world) => {
    await createService(world, 'web');
    world.faults.lateness(500 + world.random.int(1000));
    await createPod(world, 'web-1');
    await world.run(world.random.next() * 2);
    await createPod(world, 'web-2');
    await world.run(world.random.next() * 2);
    await createPod(world, 'web-3');
    await world.until(() => world.pods().filter(isReady).length === 3, 30);
    world.faults.lateness(0);
    await agree(world, 'stale', {}, late);
    // A pod goes, and the news of it is still on its way when the controller starts anew.
    world.faults.lateness(20_000);
    await world.run(0.1);
    await deletePod(world, 'web-2');
    await world.until(() => world.pods().length === 2, 30);
    world.faults.lateness(0);
    await world.faults.restartPart();
    await agree(world, 'restarted', {}, late);
    world.faults.cutWatches();
    await deletePod(world, 'web-1');
    await agree(world, 'cut', {}, late);
  }),

  check('4.10', 3, async (world) => {
    await createService(world, 'web');
    await createWeb(world, 3);
    await agree(world, 'created');
    const pods = world.client.of(Pods).in('default');
    const moved = `web-${1 + world.random.int(3)}`;
    world.faults.failWrites(1 + world.random.int(3), internalError('the store is busy'));
    await pods.patch(moved, { metadata: { labels: { app: 'db' } } });
    await agree(world, 'refused', { moved }, late);
    world.faults.failWrites(1);
    await pods.patch(moved, { metadata: { labels: { app: 'web' } } });
    await agree(world, 'conflict', { moved }, late);
    world.faults.loseAnswers(1);
    await createPod(world, 'web-9', { port: 9090 });
    await world.until(() => world.pods().filter(isReady).length === 4, 30);
    await agree(world, 'lost', {}, late);
    world.faults.storm({ every: 1.5, kinds: ['cut', 'expire', 'late', 'fail', 'lose', 'slow', 'restart'] });
    for (let number = 4; number <= 8; number += 1) {
      await createPod(world, `web-${number}`, { port: world.random.pick([8080, 9090])! });
      await world.run(1 + world.random.next() * 2);
      const pod = world.random.pick(world.pods('default').filter(({ metadata }) => !metadata.deletionTimestamp));
      if (pod && world.random.int(2) === 0) await deletePod(world, pod.metadata.name);
    }
    world.faults.calm();
    await agree(world, 'storm', {}, late);
  }),
];
