// Lab 4, what is written and what is left alone: other people's slices, what says the same already, a moment without anybody.
// 4.6 to 4.8.

import type { EndpointSlice } from '../../core/model/endpoint-slice.ts';
import { Pods } from '../../core/model/pod.ts';
import { Services } from '../../core/model/service.ts';
import { ApiError } from '../../core/model/status.ts';
import { serviceKeyOf } from '../../core/network/service-table.ts';
import type { Check } from '../kit/lab.ts';
import { check } from './a-world.ts';
import {
  agree,
  createForeign,
  createPod,
  createService,
  createWeb,
  deletePod,
  isReady,
  leftBehind,
  unharmed,
} from './scene.ts';
import { slicesOf, stateOf } from './truth.ts';

export const writing: readonly Check[] = [
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
];
