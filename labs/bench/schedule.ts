// Schedulers alone: 1,000 nodes, 20,000 pods, each placed and counted, nothing stored.

import type { Scheduler } from '../../core/contracts/scheduler.ts';
import type { Pod } from '../../core/model/pod.ts';
import { Snapshot } from '../../core/scheduling/snapshot.ts';
import { makeNode, makePod } from '../../core/testing/objects.ts';
import { ResourceFitScheduler } from '../../plugins/scheduler-resource-fit/resource-fit.ts';
import { RoundRobinScheduler } from '../../plugins/scheduler-round-robin/round-robin.ts';
import { type Figure, rate } from './measure.ts';

async function placeAll(scheduler: Scheduler): Promise<number> {
  const cluster = new Snapshot();
  for (let at = 0; at < 1000; at += 1) cluster.setNode(makeNode(`node-${at}`));
  const { spec } = makePod('all', {}, { resources: { requests: { cpu: '100m', memory: '50Mi' } } });
  const pods = Array.from({ length: 20_000 }, (_, at): Pod => ({ ...makePod(`pod-${at}`), spec }));
  return rate(pods.length, () => {
    for (const pod of pods) {
      const placement = scheduler.place(pod, cluster);
      if (!('node' in placement)) throw new Error(`${scheduler.name} refused ${pod.metadata.name}`);
      cluster.setPod(pod, placement.node);
    }
  });
}

export const scheduleFigures: readonly Figure[] = [
  {
    name: 'round-robin alone, 1,000 nodes',
    unit: 'pods/s',
    floor: { atLeast: 10_000 },
    run: () => placeAll(new RoundRobinScheduler()),
  },
  {
    name: 'resource-fit alone, 1,000 nodes',
    unit: 'pods/s',
    floor: { atLeast: 5000 },
    run: () => placeAll(new ResourceFitScheduler()),
  },
];
