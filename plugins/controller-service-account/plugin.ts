// Wires three controllers: the account `default`, the certificate to trust, and Secrets with tokens. Where the cluster has
// no certificate authority or no token issuer (in process only, in a browser), those that need it are left out.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { ClusterCa } from '../../core/contracts/cluster-ca.ts';
import { Controller, done } from '../../core/contracts/controller.ts';
import { TokenIssuer } from '../../core/contracts/token-issuer.ts';
import { RootCaPublisher } from './root-ca-publisher.ts';
import { ServiceAccountController } from './service-account-controller.ts';
import { TokensController } from './tokens-controller.ts';

/** A controller for which the cluster lacks something. */
const idle = (name: string): Controller => ({ name, sources: () => [], reconcile: async () => done });

export const controllerServiceAccount = plugin({
  name: 'controller-service-account',
  description: 'gives each namespace its default account and the certificate to trust, and fills token Secrets',
  provides: [Controller],
  browserSafe: true,
  bind({ bind }) {
    const ca = { serviceIdentifier: ClusterCa, optional: true } as const;
    const issuer = { serviceIdentifier: TokenIssuer, optional: true } as const;
    bind(Controller).toResolvedValue((client: ApiClient) => new ServiceAccountController(client), [ApiClient]);
    bind(Controller).toResolvedValue(
      (client: ApiClient, certificate: ClusterCa | undefined) =>
        certificate ? new RootCaPublisher(client, certificate) : idle('root-ca-certificate-publisher'),
      [ApiClient, ca],
    );
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock, tokens: TokenIssuer | undefined, certificate: ClusterCa | undefined) =>
        tokens
          ? new TokensController({ client, clock, tokens, ...(certificate && { ca: certificate }) })
          : idle('serviceaccount-token'),
      [ApiClient, Clock, issuer, ca],
    );
  },
});
export default controllerServiceAccount;
