// The memory store as a plugin.

import { IsInt, Min } from 'class-validator';
import { plugin } from '../../core/cluster/plugin.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Store } from '../../core/contracts/store.ts';
import { MemoryStore } from './memory-store.ts';

export class StoreMemoryOptions {
  /** How many changes are kept at least for watches that resume and lists that go on; older ones are compacted. */
  @IsInt()
  @Min(1)
  keepChanges = 50_000;
}

export const storeMemory = plugin({
  name: 'store-memory',
  description: 'keeps all objects in memory, with their history; gone when the cluster ends',
  provides: [Store],
  options: StoreMemoryOptions,
  browserSafe: true,
  bind({ bind }, options) {
    bind(Store).toResolvedValue((clock: Clock) => new MemoryStore(clock, options.keepChanges), [Clock]);
  },
});

export default storeMemory;
