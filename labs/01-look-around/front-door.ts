// Front door: the cluster of a check as kubectl finds it: an address, certificates, HTTPS. It is the real one
// (plugins/api-http) on a real port; time inside of the cluster stands while one speaks to it.

import { plugin } from '../../core/cluster/plugin.ts';
import type { UserInfo } from '../../core/contracts/api-client.ts';
import { ApiFace } from '../../core/contracts/api-face.ts';
import { ApiServer } from '../../core/contracts/api-server.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import { HttpApi } from '../../plugins/api-http/plugin.ts';

/** What a student's kubeconfig() is given. Texts with BEGIN and END are PEM. */
export interface Facts {
  readonly server: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly user: string;
  readonly namespace: string;
}

/** Keeps the API server of a cluster at hand, so that doors can be opened to it; it listens nowhere itself. */
export class Doorway {
  #api: ApiServer | undefined;

  readonly plugin = plugin({
    name: 'api-doorway',
    description: 'keeps the API server for a check',
    provides: [ApiFace],
    bind: ({ bind }) => {
      bind(ApiFace).toResolvedValue((api: ApiServer) => this.#keep(api), [ApiServer]);
    },
  });

  /** A door with a certificate authority of its own. Stop it. */
  async open(clock: Clock): Promise<HttpApi> {
    const door = new HttpApi({ api: this.#api!, clock, port: 0 });
    await door.start();
    return door;
  }

  #keep(api: ApiServer): ApiFace {
    this.#api = api;
    return {
      url: 'https://127.0.0.1:6443',
      certificateAuthority: '',
      kubeconfig: async () => '',
      start: async () => {},
      stop: async () => {},
    };
  }
}

/** What the owner of a cluster hands to a user: where it is, whom to trust, how to show who one is. */
export async function factsFor(door: HttpApi, user: UserInfo, namespace: string): Promise<Facts> {
  const { certificate, key } = await door.clientCertificate(user);
  return { server: door.url, ca: door.certificateAuthority, cert: certificate, key, user: user.name, namespace };
}
