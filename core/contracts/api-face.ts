// ApiFace: how the API is reached from outside this process (plugins/api-http: HTTPS). It is a component like any other:
// it gets the ApiServer, listens when started, and has let go of its port when stopped. A cluster without one is driven
// in process only, in a browser for example.

import type { Part } from '../cluster/part.ts';
import { slot } from '../cluster/token.ts';
import type { UserInfo } from './api-client.ts';

export interface ApiFace extends Part {
  /** `https://127.0.0.1:6443`, once started. */
  readonly url: string;
  /** The cluster CA's certificate, PEM. */
  readonly certificateAuthority: string;
  /**
   * A kubeconfig (YAML) that speaks for the user: with a client certificate of the cluster's CA, subject CN = name,
   * O = groups. Only after `start`.
   */
  kubeconfig(user: UserInfo): Promise<string>;
}
export const ApiFace = slot<ApiFace>('ApiFace');
