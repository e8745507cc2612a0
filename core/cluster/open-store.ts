// Open store: the store of a plugin, alone, for who looks into it or fills it while no cluster runs on it.

import { Clock } from '../contracts/clock.ts';
import { Random } from '../contracts/random.ts';
import { Store } from '../contracts/store.ts';
import { assemble, given } from './container.ts';
import type { ConfiguredPlugin } from './plugin.ts';
import { ClusterSetting } from './setting.ts';

/** @throws whatever the plugin throws when it cannot open it: in use, damaged, another cluster's */
export function openStore(plugin: ConfiguredPlugin, setting: ClusterSetting, clock: Clock, random: Random): Store {
  const values = [given(Clock, clock), given(ClusterSetting, setting), given(Random, random)];
  return assemble([plugin], values).get(Store);
}
