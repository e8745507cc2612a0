// Wires the mock runtime into a kubelet: one runtime a node, one record of names for the whole cluster.

import { plugin } from '../../core/cluster/plugin.ts';
import { ClusterSetting, NodeSetting } from '../../core/cluster/setting.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { ContainerRuntime } from '../../core/contracts/container-runtime.ts';
import { Network } from '../../core/contracts/network.ts';
import { MockRuntime } from './mock-runtime.ts';
import { NoNetwork } from './no-network.ts';

export const runtimeMock = plugin({
  name: 'runtime-mock',
  description: 'pods that are simulated: they start, end and answer as annotations say, in any amount, in virtual time',
  provides: [ContainerRuntime],
  browserSafe: true,
  bind(container) {
    container.bind(ContainerRuntime).toResolvedValue(
      (cluster: ClusterSetting, node: NodeSetting, clock: Clock) =>
        new MockRuntime(
          node.podCIDR,
          cluster.once(Network, () => new NoNetwork()),
          clock,
          'little',
        ),
      [ClusterSetting, NodeSetting, Clock],
    );
  },
});
export default runtimeMock;
