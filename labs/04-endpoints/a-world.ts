// A world of lab 4: nodes, Services and bare pods, and nothing that the checks do not need.

import { controllerGarbageCollector } from '../../plugins/controller-garbage-collector/plugin.ts';
import { controllerNamespace } from '../../plugins/controller-namespace/plugin.ts';
import { controllerNode } from '../../plugins/controller-node/plugin.ts';
import { controllerServiceAccount } from '../../plugins/controller-service-account/plugin.ts';
import type { Check } from '../kit/lab.ts';
import { inWorld, type World } from '../kit/world.ts';

/** All that Services and bare pods need; not the controller that the student writes. */
const controllers = [controllerNode, controllerNamespace, controllerServiceAccount, controllerGarbageCollector];

export const check = (id: string, seeds: number, work: (world: World) => Promise<void>): Check => ({
  id,
  seeds,
  run: inWorld({ lab: '04-endpoints', check: id, controllers, nodes: 2 }, work),
});
