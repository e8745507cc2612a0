// Wires what watches over nodes: their health, the pods that have to leave them, the pods they leave behind, their ranges.

import { IsInt, Min } from 'class-validator';
import { plugin } from '../../core/cluster/plugin.ts';
import { ClusterSetting } from '../../core/cluster/setting.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { Random } from '../../core/contracts/random.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { NodeHealth } from './node-health.ts';
import { NodeRanges } from './node-ranges.ts';
import { PodGarbageCollector } from './pod-garbage-collector.ts';
import { TaintEviction } from './taint-eviction.ts';

export class NodeControllerOptions {
  /** Seconds of silence after which a node counts as Unknown. */
  @IsInt()
  @Min(1)
  monitorGraceSeconds = 40;

  /** Seconds that a node may be missing before its pods are removed. */
  @IsInt()
  @Min(0)
  quarantineSeconds = 40;
}

export const controllerNode = plugin({
  name: 'controller-node',
  description: 'watches over nodes: Ready to Unknown, taints, eviction, pods without a node, ranges of addresses',
  provides: [Controller],
  options: NodeControllerOptions,
  browserSafe: true,
  bind({ bind }, options: NodeControllerOptions) {
    const recorderOf = (component: string, client: ApiClient, clock: Clock, random: Random) =>
      new EventRecorder({ client, clock, random, component });
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock, random: Random) =>
        new NodeHealth({
          client,
          clock,
          recorder: recorderOf('node-controller', client, clock, random),
          gracePeriod: options.monitorGraceSeconds * 1000,
        }),
      [ApiClient, Clock, Random],
    );
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock, random: Random) =>
        new TaintEviction({
          client,
          clock,
          recorder: recorderOf('taint-eviction-controller', client, clock, random),
        }),
      [ApiClient, Clock, Random],
    );
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock) =>
        new PodGarbageCollector({ client, clock, quarantine: options.quarantineSeconds * 1000 }),
      [ApiClient, Clock],
    );
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock, random: Random, cluster: ClusterSetting) =>
        new NodeRanges(client, recorderOf('cidrAllocator', client, clock, random), cluster.podCIDR),
      [ApiClient, Clock, Random, ClusterSetting],
    );
  },
});
export default controllerNode;
