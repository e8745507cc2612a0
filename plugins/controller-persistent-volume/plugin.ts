// Wires what looks after volumes and claims: the binder, and the protection of what is in use.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { Random } from '../../core/contracts/random.ts';
import { VolumeProvisioner } from '../../core/contracts/volume-provisioner.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { ClaimProtection } from './claim-protection.ts';
import { VolumeBinder } from './volume-binder.ts';
import { VolumeProtection } from './volume-protection.ts';

export const controllerPersistentVolume = plugin({
  name: 'controller-persistent-volume',
  description: 'binds claims to volumes, has volumes made and reclaimed, and protects what is in use',
  provides: [Controller],
  browserSafe: true,
  bind({ bind }) {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock, random: Random, provisioners: VolumeProvisioner[] | undefined) => {
        const recorder = new EventRecorder({ client, clock, random, component: 'persistentvolume-controller' });
        return new VolumeBinder({ client, clock, recorder, ...(provisioners && { provisioners }) });
      },
      [ApiClient, Clock, Random, { serviceIdentifier: VolumeProvisioner, isMultiple: true, optional: true }],
    );
    bind(Controller).toResolvedValue((client: ApiClient) => new ClaimProtection(client), [ApiClient]);
    bind(Controller).toResolvedValue((client: ApiClient) => new VolumeProtection(client), [ApiClient]);
  },
});
export default controllerPersistentVolume;
