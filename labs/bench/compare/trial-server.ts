// Trial server: the API server of the level `https`, a process of its own. Says how it is reached, and ends with its parent.

import { identityOf } from '../../../core/cluster/identities.ts';
import { RealClock } from '../../../core/time/real-clock.ts';
import { HttpApi } from '../../../plugins/api-http/http-api.ts';
import { benchApi } from './scheduler/api-server.ts';

process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {});

const { api } = benchApi(process.argv[2] ?? '1');
const face = new HttpApi({ api, clock: new RealClock(), port: 0 });
await face.start();
process.send?.({
  load: await face.kubeconfig({ name: 'bench', groups: ['system:masters'] }),
  scheduler: await face.kubeconfig(identityOf('Scheduler')),
});
