// Node context: what the pod workers of a node share.

import type { ApiClient } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import type { ContainerRuntime } from '../contracts/container-runtime.ts';
import type { EventRecorder } from '../control/event-recorder.ts';
import type { ResourceList } from '../model/quantity.ts';
import type { BackOff } from './back-off.ts';
import type { Inputs } from './inputs.ts';
import type { Prober } from './prober.ts';

export interface NodeContext {
  readonly nodeName: string;
  readonly client: ApiClient;
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  readonly recorder: Pick<EventRecorder, 'event'>;
  readonly prober: Prober;
  readonly inputs: Inputs;
  /** The node's address. */
  readonly hostIP: string;
  readonly allocatable: ResourceList;
  /** `cluster.local` */
  readonly domain: string;
  /** Image pulls that failed, by pod and image. */
  readonly imageBackOff: BackOff;
  /** Containers that ended, by pod and container. */
  readonly restartBackOff: BackOff;
}
