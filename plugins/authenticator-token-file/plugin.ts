// The plugin `authenticator-token-file`: users with tokens that are written in a file.

import { readFileSync } from 'node:fs';
import { IsString } from 'class-validator';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';
import { plugin } from '../../core/cluster/plugin.ts';
import { Authenticator } from '../../core/contracts/api-server.ts';
import { TokenFile } from './token-file.ts';

export class TokenFileOptions {
  /** TOKEN,USER,UID,"GROUP,GROUP" a line. Read once, at the start. */
  @IsString()
  file = '';
}

export const authenticatorTokenFile = plugin<TokenFileOptions>({
  name: 'authenticator-token-file',
  description: 'users with tokens that are written in a file',
  provides: [Authenticator],
  options: TokenFileOptions,
  bind: ({ bind }, { file }) => {
    bind(Authenticator).toResolvedValue(() => read(file), []);
  },
});
export default authenticatorTokenFile;

/** @throws ConfigurationError when it cannot be read or understood */
function read(file: string): TokenFile {
  try {
    return new TokenFile(readFileSync(file, 'utf8'), file);
  } catch (error) {
    throw new ConfigurationError(`the file of tokens: ${(error as Error).message}`);
  }
}
