// Probe: a question that the kubelet asks a container again and again. Exactly one of the handlers is set.

import { ExecAction, GRPCAction, HTTPGetAction, TCPSocketAction } from './handler.ts';
import { Int, Nested } from './rules.ts';

export class Probe {
  @Nested(() => ExecAction) readonly exec?: ExecAction;
  @Nested(() => HTTPGetAction) readonly httpGet?: HTTPGetAction;
  @Nested(() => TCPSocketAction) readonly tcpSocket?: TCPSocketAction;
  @Nested(() => GRPCAction) readonly grpc?: GRPCAction;
  @Int() readonly initialDelaySeconds?: number;
  @Int() readonly timeoutSeconds?: number;
  @Int() readonly periodSeconds?: number;
  @Int() readonly successThreshold?: number;
  @Int() readonly failureThreshold?: number;
  @Int() readonly terminationGracePeriodSeconds?: number;
}
