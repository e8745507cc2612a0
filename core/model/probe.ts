// Probe: a question that the kubelet asks a container again and again. Exactly one of the handlers is set.

import { Int } from './field-rules.ts';
import { ExecAction, GRPCAction, HTTPGetAction, TCPSocketAction } from './handler.ts';
import { Nested } from './rules.ts';

export class Probe {
  @Nested(() => ExecAction) readonly exec?: ExecAction;
  @Nested(() => HTTPGetAction) readonly httpGet?: HTTPGetAction;
  @Nested(() => TCPSocketAction) readonly tcpSocket?: TCPSocketAction;
  @Nested(() => GRPCAction) readonly grpc?: GRPCAction;
  /** From the start of the container to the first look. */
  @Int({ min: 0 }) readonly initialDelaySeconds?: number;
  @Int({ min: 0 }) readonly timeoutSeconds?: number;
  @Int({ min: 0 }) readonly periodSeconds?: number;
  /** How many times in a row until it counts as well again. */
  @Int({ min: 0 }) readonly successThreshold?: number;
  /** How many times in a row until it counts as failed. */
  @Int({ min: 0 }) readonly failureThreshold?: number;
  /** In place of the pod's own, when this probe kills the container. */
  @Int({ min: 1 }) readonly terminationGracePeriodSeconds?: number;
}
