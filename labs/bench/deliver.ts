// Store and watch cache together: pods are put into the store, and each must have reached its watcher through the API's
// watch before the clock stops. With one watcher of all pods; with 5,000, each of another node's pods, as kubelets do.

import type { ApiEvent, UserInfo } from '../../core/contracts/api-client.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { nextTurn } from '../../core/time/turn.ts';
import { type Figure, rate } from './measure.ts';
import { benchPod } from './pods.ts';
import { benchServer } from './server.ts';

/** Writes under way at a time: as many as a busy API server has, not all there are. */
const atOnce = 500;

const user: UserInfo = { name: 'bench', groups: ['system:masters'] };

async function deliver(pods: number, watchers: number): Promise<number> {
  const { store, api, stop } = await benchServer();
  const node = (at: number) => `node-${at % watchers}`;
  const draft = benchPod('all') as Pod;
  const specs = Array.from({ length: watchers }, (_, at) => ({ nodeName: node(at), ...draft.spec }));
  const objects = Array.from({ length: pods }, (_, at) => {
    const metadata = { name: `pod-${at}`, namespace: 'default', uid: `uid-${at}`, labels: draft.metadata.labels };
    return { key: `/registry/pods/default/pod-${at}`, pod: { ...draft, metadata, spec: specs[at % watchers] } };
  });

  let delivered = 0;
  const count = (event: ApiEvent) => {
    if (event.type === 'ADDED') delivered += 1;
  };
  const watches = Array.from({ length: watchers }, (_, at) => {
    const selection = watchers > 1 ? { fieldSelector: `spec.nodeName=${node(at)}` } : {};
    return api.watch({ user }, { resource: Pods }, { resourceVersion: '0', ...selection }).subscribe(count);
  });
  await nextTurn();
  await nextTurn();

  const speed = await rate(pods, async () => {
    for (let from = 0; from < pods; from += atOnce) {
      const batch = objects.slice(from, from + atOnce);
      await Promise.all(batch.map(({ key, pod }) => store.put(key, pod, { expect: 0 })));
    }
    while (delivered < pods) await nextTurn();
  });
  for (const watch of watches) watch.unsubscribe();
  await stop();
  return speed;
}

export const deliverFigures: readonly Figure[] = [
  {
    name: 'store and watch cache, one watcher',
    unit: 'pods created and delivered/s',
    floor: { atLeast: 200_000 },
    run: () => deliver(100_000, 1),
  },
  {
    name: 'store and watch cache, 5,000 watchers by node',
    unit: 'pods created and delivered/s',
    floor: { atLeast: 100_000 },
    run: () => deliver(100_000, 5000),
  },
];
