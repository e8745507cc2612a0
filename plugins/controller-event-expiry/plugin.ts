// Wires the expiry of Events, which the API server itself does in real Kubernetes (`--event-ttl`).

import { IsInt, Min } from 'class-validator';
import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { EventExpiry } from './event-expiry.ts';

export class EventExpiryOptions {
  /** Minutes that an Event is kept after it was last seen. */
  @IsInt()
  @Min(1)
  ttlMinutes = 60;
}

export const controllerEventExpiry = plugin({
  name: 'controller-event-expiry',
  description: 'deletes Events that were not seen for an hour',
  provides: [Controller],
  options: EventExpiryOptions,
  browserSafe: true,
  bind({ bind }, { ttlMinutes }: EventExpiryOptions) {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock) => new EventExpiry(client, clock, ttlMinutes * 60_000),
      [ApiClient, Clock],
    );
  },
});
export default controllerEventExpiry;
