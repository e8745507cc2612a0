// Lifecycle: hooks that the kubelet runs after a container starts and before it is stopped.

import { ExecAction, HTTPGetAction, SleepAction, TCPSocketAction } from './handler.ts';
import { Nested, Text } from './rules.ts';

export class Lifecycle {
  /** Runs as soon as the container is created; if it fails, the container is killed. */
  @Nested(() => LifecycleHandler) readonly postStart?: LifecycleHandler;
  /** Runs before the container is told to stop, within the grace period. */
  @Nested(() => LifecycleHandler) readonly preStop?: LifecycleHandler;
  @Text() readonly stopSignal?: string;
}

export class LifecycleHandler {
  @Nested(() => ExecAction) readonly exec?: ExecAction;
  @Nested(() => HTTPGetAction) readonly httpGet?: HTTPGetAction;
  @Nested(() => TCPSocketAction) readonly tcpSocket?: TCPSocketAction;
  @Nested(() => SleepAction) readonly sleep?: SleepAction;
}
