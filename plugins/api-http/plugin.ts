// The plugin `api-http`: the face of the cluster for kubectl and every Kubernetes client.

import { join } from 'node:path';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { plugin } from '../../core/cluster/plugin.ts';
import { ClusterSetting } from '../../core/cluster/setting.ts';
import { ApiFace } from '../../core/contracts/api-face.ts';
import { ApiServer, Authenticator } from '../../core/contracts/api-server.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { KubeletConnections } from '../../core/contracts/kubelet-connection.ts';
import { TokenIssuer } from '../../core/contracts/token-issuer.ts';
import { HttpApi } from './http-api.ts';

export type { Call, CallObserver } from './connection.ts';
export { foreignCluster, type KubeconfigChoice } from './foreign-cluster.ts';
export { HttpApi } from './http-api.ts';
export { HttpApiClient } from './http-api-client.ts';
export { writeKubeconfig } from './kubeconfig.ts';

export class ApiHttpOptions {
  /** 0: any free port. */
  @IsInt()
  @Min(0)
  @Max(65535)
  port = 6443;

  /** If the port is taken: how many of the ports after it are tried. */
  @IsInt()
  @Min(0)
  orNext = 0;

  /** The address to listen at. Anything but loopback lets other machines in: they still need a certificate or a token. */
  @IsString()
  address = '127.0.0.1';

  /** Names and addresses, beyond the usual ones, that the server's certificate is good for. */
  @IsOptional()
  @IsString({ each: true })
  alsoKnownAs: string[] = [];
}

export const apiHttp = plugin<ApiHttpOptions>({
  name: 'api-http',
  description: 'HTTPS for kubectl and every Kubernetes client',
  provides: [ApiFace],
  options: ApiHttpOptions,
  bind: ({ bind }, { port, orNext, address, alsoKnownAs }) => {
    bind(ApiFace).toResolvedValue(
      (
        api: ApiServer,
        clock: Clock,
        cluster: ClusterSetting,
        connections: KubeletConnections | undefined,
        issuer: TokenIssuer | undefined,
        authenticators: Authenticator[] | undefined,
      ) =>
        new HttpApi({
          api,
          clock,
          port,
          orNext,
          address,
          alsoKnownAs,
          name: cluster.name,
          ...(authenticators && { authenticators }),
          ...(connections && { connections }),
          ...(issuer && { issuer }),
          ...(cluster.data !== undefined && { folder: join(cluster.data, 'pki') }),
        }),
      [
        ApiServer,
        Clock,
        ClusterSetting,
        { serviceIdentifier: KubeletConnections, optional: true },
        { serviceIdentifier: TokenIssuer, optional: true },
        { serviceIdentifier: Authenticator, isMultiple: true, optional: true },
      ],
    );
  },
});
export default apiHttp;
