// Lab 4, which pods stand in a slice, under which port, and in which state: 4.1 to 4.5.

import { Namespaces } from '../../core/model/namespace.ts';
import { Pods } from '../../core/model/pod.ts';
import { Services } from '../../core/model/service.ts';
import type { Check } from '../kit/lab.ts';
import { check } from './a-world.ts';
import { agree, createPod, createService, createWeb, deletePod, isReady, slowEnd, slowStart } from './scene.ts';
import { slicesOf } from './truth.ts';

export const membership: readonly Check[] = [
  check('4.1', 3, async (world) => {
    const count = 2 + world.random.int(3);
    const first = world.random.int(2) === 0;
    if (first) await createService(world, 'web');
    await createPod(world, 'db-1', { app: 'db' });
    await createWeb(world, count);
    if (!first) await createService(world, 'web');
    await agree(world, 'created');
    await world.client.of(Namespaces).create({ metadata: { name: 'elsewhere' }, spec: {} });
    await world.run(1);
    await createPod(world, 'stranger', { namespace: 'elsewhere' });
    await createService(world, 'db');
    await world.run(3);
    await agree(world, 'namespaces');
    for (const slice of slicesOf(world)) {
      for (const { addresses, nodeName, targetRef } of slice.endpoints ?? []) {
        const pod = world.pods().find(({ status }) => status?.podIP === addresses[0]);
        const have = `nodeName ${nodeName}, targetRef ${targetRef?.kind} ${targetRef?.name}`;
        const want = `nodeName ${pod?.spec.nodeName}, targetRef Pod ${pod?.metadata.name}`;
        const object = `EndpointSlice default/${slice.metadata.name}`;
        if (have !== want) world.fail('origin', { address: addresses[0] ?? '', have, want }, { object });
      }
    }
  }),

  check('4.2', 3, async (world) => {
    const ports = [
      { name: 'web', port: 80, targetPort: 'http' },
      { name: 'metrics', port: 9100, targetPort: 9101 },
      { name: 'plain', port: 7000 },
    ];
    await createService(world, 'web', { ports });
    const numbers = world.random.shuffle([8080, 9090, 8080, 7070]);
    for (const [at, port] of numbers.entries()) await createPod(world, `web-${at + 1}`, { port });
    await world.until(() => world.pods().filter(isReady).length === numbers.length, 30);
    await agree(world, 'numbers');
    await deletePod(world, 'web-1');
    await createPod(world, 'web-5', { port: 6060 });
    await world.run(5);
    await agree(world, 'another-number');
  }),

  check('4.3', 3, async (world) => {
    await createService(world, 'web');
    const everybody = { publishNotReadyAddresses: true, selector: { app: 'web' } };
    await createService(world, 'everybody', everybody);
    const starts = `${slowStart + world.random.int(4)}s`;
    await createPod(world, 'web-1', { probe: true });
    await createPod(world, 'web-2', { probe: true, mock: { 'ready-after': starts, 'unhealthy-after': '20s' } });
    await createPod(world, 'web-3', { mock: { 'run-for': '6s' } });
    await world.until(() => world.pods().filter(isReady).length === 2, 10);
    await agree(world, 'not-ready');
    await world.until(() => world.pods().filter(isReady).length === 1, 10);
    await agree(world, 'ended');
    await world.until(() => world.pods().filter(isReady).length === 2, 30);
    await agree(world, 'became-ready');
    await world.until(() => world.pods().filter(isReady).length === 1, 30);
    await agree(world, 'fell-ill');
  }),

  check('4.4', 3, async (world) => {
    await createService(world, 'web');
    const count = 2 + world.random.int(2);
    await createWeb(world, count, { probe: true, mock: { 'stop-delay': `${slowEnd}s` } });
    await agree(world, 'created');
    for (let number = 1; number <= count; number += 1) {
      await deletePod(world, `web-${number}`);
      await agree(world, 'terminating', { deleted: `web-${number}` });
    }
    await world.until(() => world.pods().length === 0, 60);
    await agree(world, 'gone');
  }),

  check('4.5', 3, async (world) => {
    await createService(world, 'web');
    await createService(world, 'db');
    await createWeb(world, 3);
    await agree(world, 'created');
    const pods = world.client.of(Pods).in('default');
    const moved = `web-${1 + world.random.int(3)}`;
    await pods.patch(moved, { metadata: { labels: { app: 'db' } } });
    await agree(world, 'moved', { moved });
    const bare = moved === 'web-1' ? 'web-2' : 'web-1';
    await pods.patch(bare, { metadata: { labels: { app: null } } });
    await agree(world, 'taken-away', { bare });
    await world.client
      .of(Services)
      .in('default')
      .patch('web', { spec: { selector: { app: 'db' } } });
    await agree(world, 'selector');
    await pods.patch(bare, { metadata: { labels: { app: 'db' } } });
    await agree(world, 'given', { bare });
  }),
];
