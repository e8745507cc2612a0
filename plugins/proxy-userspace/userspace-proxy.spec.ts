import { expect } from 'chai';
import { describeProxy } from '../../core/testing/describe-proxy.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { LoopbackBench } from './loopback-bench.ts';
import { UserspaceProxy } from './userspace-proxy.ts';

const held = (proxy: unknown) => {
  const { ports, sockets } = (proxy as UserspaceProxy).open;
  return ports + sockets;
};

describeProxy('userspace', () => {
  const clock = new VirtualClock();
  return new LoopbackBench((network) => new UserspaceProxy(network, clock, new SeededRandom(1)), held);
});
