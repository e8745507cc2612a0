// An API server over HTTPS whose users may do only what they are granted, as with RBAC in real Kubernetes.

import { standardAdmission } from '../../../core/api/admission/index.ts';
import { Api } from '../../../core/api/api.ts';
import { standardAuthorizers } from '../../../core/api/authorizers.ts';
import { LocalApiClient } from '../../../core/api/local-api-client.ts';
import { assemble } from '../../../core/cluster/container.ts';
import type { UserInfo } from '../../../core/contracts/api-client.ts';
import type { Attributes, Authorizer } from '../../../core/contracts/api-server.ts';
import { Clock } from '../../../core/contracts/clock.ts';
import { Store } from '../../../core/contracts/store.ts';
import { builtinResources } from '../../../core/model/index.ts';
import { Namespaces } from '../../../core/model/namespace.ts';
import { SeededRandom } from '../../../core/time/random.ts';
import { RealClock } from '../../../core/time/real-clock.ts';
import { HttpApi } from '../../api-http/plugin.ts';
import { storeMemory } from '../../store-memory/plugin.ts';

export const owner: UserInfo = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/** `create pods/binding` */
export const rightOf = ({ verb, resource, subresource }: Attributes): string =>
  `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;

export class LimitedServer {
  /** What nobody but the owner may do. */
  readonly denied = new Set<string>();
  readonly client: LocalApiClient;
  readonly face: HttpApi;

  constructor() {
    const clock = new RealClock();
    const random = new SeededRandom('limited');
    const store = assemble([storeMemory()], [[Clock, clock]]).get(Store);
    const rbac: Authorizer = {
      name: 'rbac',
      authorize: async (attributes) =>
        attributes.user.name !== owner.name && this.denied.has(rightOf(attributes)) ? 'deny' : 'no opinion',
    };
    const api = new Api({
      store,
      resources: builtinResources,
      admission: standardAdmission(store, random),
      authorizers: [rbac, ...standardAuthorizers()],
      clock,
      random,
    });
    this.client = new LocalApiClient(api, owner);
    this.face = new HttpApi({ api, clock });
  }

  async start(): Promise<this> {
    await this.face.start();
    await this.client.of(Namespaces).create({ metadata: { name: 'default' }, spec: {} });
    return this;
  }

  /** The text of a kubeconfig for a user of that name. */
  kubeconfig(name: string): Promise<string> {
    return this.face.kubeconfig({ name, groups: ['system:authenticated'] });
  }

  async stop(): Promise<void> {
    await this.face.stop();
  }
}
