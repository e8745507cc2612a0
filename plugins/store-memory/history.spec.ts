// The memory store under clients that write, read, watch, resume and compact at the same time.

import { describeHistory } from '../../core/testing/history/describe-history.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { MemoryStore } from './memory-store.ts';

describeHistory('memory', () => {
  const store = new MemoryStore(new VirtualClock());
  return { open: async () => store, end: () => store.close() };
}, []);
