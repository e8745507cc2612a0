// Wires the userspace proxy: one for the cluster, on the network that its runtimes share.

import { IsInt, Min } from 'class-validator';
import { plugin } from '../../core/cluster/plugin.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Network } from '../../core/contracts/network.ts';
import { Proxy } from '../../core/contracts/proxy.ts';
import { Random } from '../../core/contracts/random.ts';
import { UserspaceProxy } from './userspace-proxy.ts';

export class UserspaceOptions {
  /** Seconds after which a silent UDP flow ends. */
  @IsInt()
  @Min(1)
  udpIdleTimeoutSeconds = 30;
}

export const proxyUserspace = plugin({
  name: 'proxy-userspace',
  description: 'listens for each service port, takes every connection itself, and chooses pods round robin',
  provides: [Proxy],
  options: UserspaceOptions,
  bind: ({ bind }, { udpIdleTimeoutSeconds }: UserspaceOptions) => {
    bind(Proxy).toResolvedValue(
      (network: Network, clock: Clock, random: Random) =>
        new UserspaceProxy(network, clock, random, { udpIdleTimeout: udpIdleTimeoutSeconds * 1000 }),
      [Network, Clock, Random],
    );
  },
});
export default proxyUserspace;
