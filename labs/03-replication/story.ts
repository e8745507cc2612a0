// Story: a check of this lab, as what happens in a cluster. The cluster has no nodes unless told: then pods stay as they are
// made, and the story itself plays scheduler and kubelet where it needs them.

import { controllerServiceAccount } from '../../plugins/controller-service-account/plugin.ts';
import type { Check } from '../kit/lab.ts';
import { inWorld, type World, type WorldOptions } from '../kit/world.ts';
import { Scene } from './scene.ts';

/** A check of this lab: a story in a cluster whose only other controllers are those that the story needs. */
export const check = (
  id: string,
  options: Omit<WorldOptions, 'check' | 'lab'> & { readonly seeds?: number },
  story: (scene: Scene, world: World) => Promise<void>,
): Check => {
  const { seeds = 3, ...rest } = options;
  const all = { lab: '03-replication', check: id, nodes: 0, controllers: [controllerServiceAccount], ...rest };
  return { id, seeds, run: inWorld(all, (world) => story(new Scene(world), world)) };
};
