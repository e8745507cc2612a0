// Who may speak to an etcd: certificates, users and their rights. Whatever is wrong is said at once, with where and what to do.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { RealClock } from '../../core/time/real-clock.ts';
import { CertificateAuthority, type Subject } from '../api-http/certificates.ts';
import { type Connection, connect } from './connect.ts';
import { EtcdServers, hasEtcd, withoutEtcd } from './etcd-server.fixture.ts';
import { EtcdStore } from './etcd-store.ts';

const clock = new RealClock();
/** What the etcd of that connection answers: how many keys there are, or why not. */
async function answer(connection: Connection): Promise<number | string> {
  const store = new EtcdStore(connect(connection), clock);
  const told = await store.count('/').catch((error) => `${error.kind}: ${error.message}`);
  await store.close();
  return told;
}

describe('an etcd that speaks TLS', function () {
  this.timeout(60_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);
  const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-tls-'));
  const file = (name: string) => path.join(folder, name);
  const twoYears = 2 * 365 * 24 * 3_600_000;
  let servers: EtcdServers;
  let late: EtcdServers;

  async function issue(name: string, authority: CertificateAuthority, subject: Partial<Subject> = {}): Promise<void> {
    const { certificate, key } = await authority.issue({ commonName: name, ...subject });
    writeFileSync(file(`${name}.crt`), certificate);
    writeFileSync(file(`${name}.key`), key);
  }
  const pair = (name: string) => ({ cert: file(`${name}.crt`), key: file(`${name}.key`) });
  const speaking = (name: string) =>
    EtcdServers.start(1, [
      ...['--cert-file', file(`${name}.crt`), '--key-file', file(`${name}.key`)],
      ...['--client-cert-auth', '--trusted-ca-file', file('ca.crt')],
    ]);

  before(async () => {
    const authority = await CertificateAuthority.open(() => clock.now(), folder);
    // The same CA, two years ago: what it signed then has run out.
    const before = await CertificateAuthority.open(() => clock.now() - twoYears, folder);
    const other = await CertificateAuthority.open(() => clock.now());
    writeFileSync(file('other-ca.crt'), other.certificate);
    const here = { addresses: ['127.0.0.1'] };
    await issue('server', authority, here);
    await issue('late-server', before, here);
    await issue('client', authority);
    await issue('late-client', before);
    await issue('stranger', other);
    [servers, late] = await Promise.all([speaking('server'), speaking('late-server')]);
  });
  after(async () => {
    await servers?.stop();
    await late?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const asking = (connection: Partial<Connection>, whom = servers) =>
    answer({ endpoints: whom.endpoints, ca: file('ca.crt'), ...pair('client'), ...connection });

  it('is a store for who trusts its CA and shows a certificate', async () => {
    expect(await asking({})).to.equal(0);
  });

  it('is not trusted when another CA has signed its certificate, or none of this machine', async () => {
    expect(await asking({ ca: file('other-ca.crt') })).to.match(
      /^refused: etcd at https:\/\/127\.0\.0\.1:\d+ shows a certificate that \/.*other-ca\.crt has not signed \(.*\); ca of store-etcd names the file of the CA/,
    );
    const { cert, key } = pair('client');
    expect(await answer({ endpoints: servers.endpoints, cert, key })).to.match(
      /shows a certificate that no CA of this machine has signed/,
    );
  });

  it('is not trusted when its certificate has run out', async () => {
    expect(await asking({}, late)).to.match(/^refused: .* shows a certificate that has expired/);
  });

  it('says no to who shows no certificate, one that has run out, or one of another CA', async () => {
    const { endpoints } = servers;
    expect(await answer({ endpoints, ca: file('ca.crt') })).to.match(
      /^refused: etcd at https:\/\/127\.0\.0\.1:\d+ does not take clients without a certificate \(.*\); cert and key of store-etcd/,
    );
    for (const name of ['late-client', 'stranger'])
      expect(await asking(pair(name))).to.match(
        new RegExp(
          `^refused: .* does not take the certificate /.*${name}\\.crt \\(.*\\); cert and key of store-etcd name one`,
        ),
      );
  });

  it('does not hang when one side speaks TLS and the other does not', async () => {
    const [endpoint = ''] = servers.endpoints;
    expect(await answer({ endpoints: [endpoint.replace('https', 'http')] })).to.match(
      /^unavailable: .* does not answer .* If it speaks TLS, its endpoint begins with https:/,
    );
    expect(await answer({ endpoints: [servers.members[0]?.health.replace('http', 'https') ?? ''] })).to.match(
      /^refused: .* does not speak TLS .*; begin its endpoint with http:\/\//,
    );
  });

  it('says which file is not there', () => {
    const connecting = () => connect({ endpoints: servers.endpoints, ca: file('nowhere.crt') });
    expect(connecting).to.throw(/store-etcd cannot read its option ca: .*nowhere\.crt/);
  });
});

describe('an etcd with users', function () {
  this.timeout(60_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);
  let servers: EtcdServers;
  const asking = (username?: string, password?: string) =>
    answer({ endpoints: servers.endpoints, ...(username && { username }), ...(password && { password }) });

  before(async () => {
    servers = await EtcdServers.start();
    const { client } = connect({ endpoints: servers.endpoints });
    const everything = Buffer.from([0]);
    await client.role('root').create();
    await client.role('lab').create();
    await client.auth.roleGrantPermission({
      name: 'lab',
      perm: { permType: 'Readwrite', key: everything, range_end: everything },
    });
    for (const name of ['root', 'lab', 'nobody']) await client.user(name).create('right');
    await client.user('root').addRole('root');
    await client.user('lab').addRole('lab');
    await client.auth.authEnable();
    client.close();
  });
  after(() => servers?.stop());

  it('lets in who has the right password and the right to all keys', async () => {
    expect(await asking('root', 'right')).to.equal(0);
    expect(await asking('lab', 'right')).to.equal(0);
  });

  it('refuses a wrong password, an unknown user, and nobody, in plain words', async () => {
    for (const name of ['lab', 'unknown'])
      expect(await asking(name, 'wrong')).to.match(
        new RegExp(
          `^refused: etcd at http://127\\.0\\.0\\.1:\\d+ refuses the user ${name} or the password \\(.*authentication failed.*\\); check username and password of store-etcd`,
        ),
      );
    expect(await asking()).to.match(
      /^refused: .* takes nobody without a name \(.*\); give store-etcd a username and a password/,
    );
  });

  it('says which right is missing', async () => {
    expect(await asking('nobody', 'right')).to.match(
      /^refused: .* does not let the user nobody read and write all keys \(.*permission denied.*\); .*etcdctl role grant-permission ROLE readwrite --prefix ""$/,
    );
  });
});
