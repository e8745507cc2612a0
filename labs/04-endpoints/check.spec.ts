// Lab 4, an endpoints controller: the checks. Each builds a small world of Services and pods (scene.ts), lets something
// happen, and looks whether the slices tell the truth soon after (truth.ts).

import type { EndpointSlice } from '../../core/model/endpoint-slice.ts';
import { Namespaces } from '../../core/model/namespace.ts';
import { Pods } from '../../core/model/pod.ts';
import { Services } from '../../core/model/service.ts';
import { ApiError, internalError } from '../../core/model/status.ts';
import { serviceKeyOf } from '../../core/network/service-table.ts';
import { controllerGarbageCollector } from '../../plugins/controller-garbage-collector/plugin.ts';
import { controllerNamespace } from '../../plugins/controller-namespace/plugin.ts';
import { controllerNode } from '../../plugins/controller-node/plugin.ts';
import { controllerServiceAccount } from '../../plugins/controller-service-account/plugin.ts';
import { describeLab } from '../kit/describe-lab.ts';
import type { Check, Lab } from '../kit/lab.ts';
import { inWorld, type World } from '../kit/world.ts';
import {
  agree,
  createForeign,
  createPod,
  createService,
  createWeb,
  deletePod,
  isReady,
  late,
  leftBehind,
  slowEnd,
  slowStart,
  unharmed,
} from './scene.ts';
import { slicesOf, stateOf } from './truth.ts';

/** All that Services and bare pods need; not the controller that the student writes. */
const controllers = [controllerNode, controllerNamespace, controllerServiceAccount, controllerGarbageCollector];

const check = (id: string, seeds: number, work: (world: World) => Promise<void>): Check => ({
  id,
  seeds,
  run: inWorld({ lab: '04-endpoints', check: id, controllers, nodes: 2 }, work),
});

const checks: Check[] = [
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

  check('4.6', 3, async (world) => {
    const foreign = await createForeign(world);
    await createService(world, 'web');
    await createWeb(world, 2);
    await agree(world, 'created');
    const services = world.client.of(Services).in('default');
    for (const propagationPolicy of world.random.shuffle(['Background', 'Foreground'] as const)) {
      const { metadata } = await services.get('web');
      await services.delete('web', { propagationPolicy });
      const gone = () => slicesOf(world, 'default/web').length === 0 && !world.get(Services, 'default/web');
      if (!(await world.until(gone, 30))) leftBehind(world);
      await createService(world, 'web');
      await agree(world, 'namesake');
      const stale = slicesOf(world, 'default/web').find(
        (slice) => slice.metadata.ownerReferences?.[0]?.uid === metadata.uid,
      );
      if (stale) leftBehind(world);
    }
    unharmed(world, foreign);
  }),

  check('4.7', 3, async (world) => {
    await createService(world, 'web', { ports: [{ port: 80, targetPort: 'http' }] });
    await createPod(world, 'web-5', { port: 9090 });
    await createWeb(world, 3, { probe: true });
    await agree(world, 'created');
    await world.run(2);
    const nothingWritten = async (message: string, seconds: number, after: () => unknown = () => {}) => {
      const before = world.calls.length;
      await after();
      await world.run(seconds);
      const [call] = world.calls.slice(before);
      if (!call) return;
      const values = { verb: call.verb, key: call.key, count: world.calls.length - before, seconds };
      world.fail(message, values, { object: `${call.kind} ${call.key}`, line: call.line });
    };
    await nothingWritten('needless', 30);
    await nothingWritten('needless-annotation', 5, () =>
      world.client
        .of(Pods)
        .in('default')
        .patch('web-1', { metadata: { annotations: { note: 'read me' } } }),
    );
    await nothingWritten('needless-relist', 10, () =>
      world.faults.cutWatches(new ApiError(410, 'Expired', 'too old resource version')),
    );
    await nothingWritten('needless-restart', 10, () => world.faults.restartPart());
  }),

  check('4.8', 3, async (world) => {
    await createService(world, 'web');
    await createWeb(world, 2);
    await createPod(world, 'web-3');
    await agree(world, 'created');
    const services = world.client.of(Services).in('default');
    world.observe(({ kind, key, object, what }) => {
      if (kind !== 'EndpointSlice' || serviceKeyOf(object as EndpointSlice) !== 'default/web') return;
      const ready = slicesOf(world, 'default/web').flatMap(({ endpoints }) =>
        (endpoints ?? []).filter((endpoint) => stateOf(endpoint) === 'ready'),
      );
      const pods = world.pods().filter((pod) => isReady(pod) && !pod.metadata.deletionTimestamp).length;
      if (ready.length === 0 && pods > 0) world.fail('empty', { what, key, pods }, { object: `EndpointSlice ${key}` });
    });
    if (world.random.int(2) === 0) world.faults.slow(50);
    await createPod(world, 'web-4');
    await world.run(3);
    await agree(world, 'added');
    await services.patch('web', { spec: { ports: [{ port: 80, targetPort: 9090, protocol: 'TCP' }] } });
    await agree(world, 'target-port');
    await deletePod(world, 'web-1');
    await world.run(3);
    await agree(world, 'removed');
  }),

  check('4.9', 5, async (world) => {
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

  check('4.10', 5, async (world) => {
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

export const lab: Lab = {
  number: 4,
  name: 'endpoints',
  hours: 3,
  file: 'endpoints.ts',
  slot: 'Controller',
  checks,
};
export default lab;

describeLab(lab);
