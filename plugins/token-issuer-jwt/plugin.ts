// The plugin `token-issuer-jwt`: signed tokens for service accounts.

import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IsOptional, IsString } from 'class-validator';
import { plugin } from '../../core/cluster/plugin.ts';
import { ClusterSetting } from '../../core/cluster/setting.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { TokenIssuer } from '../../core/contracts/token-issuer.ts';
import { JwtTokenIssuer } from './jwt-token-issuer.ts';

export { JwtTokenIssuer } from './jwt-token-issuer.ts';

export class TokenIssuerJwtOptions {
  /** `iss` of every token, and its audience when none is asked for. */
  @IsString()
  issuer = 'https://kubernetes.default.svc.cluster.local';

  /** Private key (PKCS #8, PEM): P-256 or RSA. A new one unless told; kept with the cluster's data. */
  @IsOptional()
  @IsString()
  key?: string;
}

/** One issuer for the whole cluster: what one component has signed, every other one must know. */
export const tokenIssuerJwt = plugin<TokenIssuerJwtOptions>({
  name: 'token-issuer-jwt',
  description: 'signs and checks the tokens of service accounts (JWT)',
  provides: [TokenIssuer],
  options: TokenIssuerJwtOptions,
  bind: ({ bind }, { issuer, key }) => {
    bind(TokenIssuer).toResolvedValue(
      (clock: Clock, cluster: ClusterSetting) =>
        cluster.once(TokenIssuer, () => new JwtTokenIssuer({ clock, issuer, key: key ?? signingKey(cluster.data) })),
      [Clock, ClusterSetting],
    );
  },
});
export default tokenIssuerJwt;

/** The key that the data folder keeps (`pki/sa.key`), made if there is none yet; without a folder a new one. */
function signingKey(data: string | undefined): string {
  const folder = data && join(data, 'pki');
  if (folder) {
    try {
      return readFileSync(join(folder, 'sa.key'), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  if (folder) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'sa.key'), pem, { mode: 0o600 });
  }
  return pem;
}
