// runtime-process: each container is a process of the machine, and pods are on a wire that exists only inside Kubelab.
//
// For whoever wires it: the runtime is one a node, the wire (`Network`) is one a cluster. `cluster.once` makes it for the
// first node that asks and closes it with the cluster. Who needs the wire without a runtime at hand (a proxy) gets the
// same one by `cluster.once(Network, ...)` too, or from any runtime's `network`; a test makes its own by `createNetwork`.
// Two folders of plain files must lie beside the bundled code, unbundled: `preload/` and `images/`. They are found
// relative to this file, or by the options `preload` and `images`.

import { IsIn, IsOptional, IsString } from 'class-validator';
import { plugin } from '../../core/cluster/plugin.ts';
import { ClusterSetting, NodeSetting } from '../../core/cluster/setting.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { ContainerRuntime } from '../../core/contracts/container-runtime.ts';
import { Network } from '../../core/contracts/network.ts';
import { type NetworkRanges, VirtualNetwork } from './network/virtual-network.ts';
import { ProcessRuntime } from './process-runtime.ts';

export class ProcessRuntimeOptions {
  /** What happens with an image that Kubelab does not know: a container that does nothing, or `ErrImagePull`. */
  @IsOptional()
  @IsIn(['simulate', 'refuse'])
  unknownImages: 'simulate' | 'refuse' = 'simulate';

  /** Where containers' folders lie; they are removed with the cluster. Default: the cluster's folder, or a temporary one. */
  @IsOptional()
  @IsString()
  folder?: string;

  /** Where the programs of the images lie. */
  @IsOptional()
  @IsString()
  images?: string;

  /** Where the preload lies. */
  @IsOptional()
  @IsString()
  preload?: string;
}

/** The virtual wire of a cluster's pods. Whoever makes it closes it. */
export function createNetwork(ranges: Partial<NetworkRanges> = {}): VirtualNetwork {
  return new VirtualNetwork(ranges);
}

export const runtimeProcess = plugin({
  name: 'runtime-process',
  description: 'each container is a process of this machine; pods have addresses of their own on a virtual network',
  provides: [ContainerRuntime],
  options: ProcessRuntimeOptions,
  bind: ({ bind }, options) => {
    bind(ContainerRuntime).toResolvedValue(
      (clock: Clock, node: NodeSetting, cluster: ClusterSetting) => {
        const network = cluster.once(Network, () => createNetwork(cluster)) as VirtualNetwork;
        if (!(network instanceof VirtualNetwork)) {
          throw new Error(
            `runtime-process needs the virtual network, but this cluster's pods are on another one (${(network as Network).kind}): ` +
              'all nodes of a cluster need runtimes that share one network',
          );
        }
        const { unknownImages, folder = cluster.folder, images, preload } = options;
        return new ProcessRuntime({
          clock,
          network,
          node: { name: node.name, podCIDR: node.podCIDR },
          unknownImages,
          ...(folder !== undefined && { folder }),
          ...(images !== undefined && { images }),
          ...(preload !== undefined && { preload }),
        });
      },
      [Clock, NodeSetting, ClusterSetting],
    );
  },
});
export default runtimeProcess;
