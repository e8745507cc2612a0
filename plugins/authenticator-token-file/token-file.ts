// Token file: tokens that somebody has written down beside whom they speak for, a line each, as
// `kube-apiserver --token-auth-file` reads them. For trying out users: such a token never expires, and who reads the file
// is all of them.
//   31ada4fd-adec,ann,7,"dev,ops"
// In real Kubernetes: apiserver/pkg/authentication/token/tokenfile.

import type { UserInfo } from '../../core/contracts/api-client.ts';
import type { Authenticator, Credentials } from '../../core/contracts/api-server.ts';

export class TokenFile implements Authenticator {
  readonly name = 'token-file';
  readonly #users: ReadonlyMap<string, UserInfo>;

  /** @param text the file's @param file its name, for messages @throws Error that names the line and what is wrong there */
  constructor(text: string, file: string) {
    const users = new Map<string, UserInfo>();
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (line.trim() === '') continue;
      const at = `${file}:${index + 1}`;
      const [token = '', name = '', uid = '', groups = '', ...more] = columns(line, at);
      if (token === '' || name === '')
        throw new Error(`${at}: a token and a user name are wanted: TOKEN,USER,UID or TOKEN,USER,UID,"GROUP,GROUP"`);
      if (more.length > 0) throw new Error(`${at}: more than four columns: put groups into quotes: "dev,ops"`);
      if (users.has(token)) throw new Error(`${at}: this token stands in an earlier line: each is for one user`);
      const named = groups.split(',').map((group) => group.trim());
      users.set(token, { name, groups: named.filter((group) => group !== ''), ...(uid !== '' && { uid }) });
    }
    this.#users = users;
  }

  async authenticate({ bearerToken }: Credentials): Promise<UserInfo | undefined> {
    return bearerToken === undefined ? undefined : this.#users.get(bearerToken);
  }
}

/** A line of comma-separated values; what is in quotes may hold commas, and "" for a quote. */
function columns(line: string, at: string): string[] {
  const found: string[] = [];
  const column = /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/y;
  for (;;) {
    const match = column.exec(line);
    if (!match) throw new Error(`${at}: a quote that does not end, or text beside one`);
    found.push(match[1]?.replaceAll('""', '"') ?? match[2]?.trim() ?? '');
    if (match[3] === '') return found;
  }
}
