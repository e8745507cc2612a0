// A cluster that is not ours: who we are there, and what it says when it does not let us.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { visitCluster } from './far-cluster.ts';
import { LimitedServer } from './limited-server.fixture.ts';
import { toSchedule } from './rights.ts';

describe('a far cluster', function () {
  this.timeout(30_000);
  let server: LimitedServer;
  let folder: string;
  let file: string;

  before(async () => {
    server = await new LimitedServer().start();
    folder = mkdtempSync(path.join(tmpdir(), 'kubelab far '));
    file = path.join(folder, 'config');
    writeFileSync(file, await server.kubeconfig('ann'));
  });
  beforeEach(() => server.denied.clear());
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const visit = (given = file) => visitCluster({ file: given }, [toSchedule('mine')]);
  const refusal = async (given?: string): Promise<string> => {
    const error = await visit(given).then(
      () => new Error('it was let in'),
      (reason) => reason,
    );
    return `${error.name}: ${error.message}`;
  };
  const changed = async (name: string, change: (text: string) => string): Promise<string> => {
    const other = path.join(folder, name);
    writeFileSync(other, change(await server.kubeconfig('ann')));
    return other;
  };

  it('says who we are', async () => {
    const { server: address, user } = await visit();
    expect(address).to.equal(server.face.url);
    expect(user?.name).to.equal('ann');
  });

  it('is asked for all rights at once; what is missing is said, with the command that grants it', async () => {
    for (const right of ['watch nodes', 'create pods/binding', 'patch pods/status']) server.denied.add(right);
    expect(await refusal()).to.equal(
      'EnvironmentError: ann may not do in this cluster what a scheduler does; missing: watch nodes, create pods/binding, patch pods/status\n' +
        '       whoever owns the cluster grants it with: kubectl create clusterrolebinding mine --clusterrole=system:kube-scheduler --user=ann',
    );
    const account = path.join(folder, 'account');
    writeFileSync(account, await server.kubeconfig('system:serviceaccount:team:robot'));
    expect(await refusal(account)).to.match(/ --serviceaccount=team:robot$/);
  });

  it('need not answer questions about rights', async () => {
    server.denied.add('create selfsubjectaccessreviews').add('create selfsubjectreviews').add('watch nodes');
    expect((await visit()).user).to.equal(undefined);
  });

  it('is not there, or another one, or silent', async () => {
    const nobody = await changed('nobody', (text) => text.replace(/server: .*/, 'server: https://127.0.0.1:1'));
    expect(await refusal(nobody)).to.match(/^EnvironmentError: the server https:\S+ cannot be reached: .*ECONNREFUSED/);
    const stranger = await changed('stranger', (text) => text.replace(/certificate-authority-data: .*/, ''));
    expect(await refusal(stranger)).to.match(/cannot be reached: its certificate is refused: self-signed/);
    const blind = await changed('blind', (text) =>
      text.replace(/certificate-authority-data: .*/, 'insecure-skip-tls-verify: true'),
    );
    expect((await visit(blind)).user?.name).to.equal('ann');
    const hangsUp = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await new Promise((resolve) => hangsUp.once('listening', resolve));
    const { port } = hangsUp.address() as { port: number };
    const broken = await changed('broken', (text) => text.replace(/server: .*/, `server: https://127.0.0.1:${port}`));
    expect(await refusal(broken)).to.match(/^EnvironmentError: the server https:\S+ cannot be reached/);
    await new Promise((resolve) => hangsUp.close(resolve));
  });

  it('does not take a wrong token', async () => {
    const wrong = await changed('token', (text) =>
      text.replace(/ {4}client-certificate-data: .*\n {4}client-key-data: .*/, '    token: nonsense'),
    );
    expect(await refusal(wrong)).to.match(/does not take the credentials of the kubeconfig: Unauthorized$/);
    const none = await changed('exec', (text) =>
      text.replace(
        / {4}client-certificate-data: .*\n {4}client-key-data: .*/,
        '    exec: { apiVersion: client.authentication.k8s.io/v1, command: ./no-such-program }',
      ),
    );
    expect(await refusal(none)).to.match(/^ConfigurationError: .* names credentials that cannot be had: /);
  });

  it('is named by a kubeconfig that can be read, speaks https and needs no proxy', async () => {
    expect(await refusal(path.join(folder, 'none'))).to.match(
      /^ConfigurationError: cannot read the kubeconfig .*none: ENOENT/,
    );
    const yaml = await changed('yaml', () => 'a: [');
    expect(await refusal(yaml)).to.match(/^ConfigurationError: cannot read the kubeconfig .*yaml: /);
    const empty = await changed('empty', () => 'kind: Config');
    expect(await refusal(empty)).to.match(/^ConfigurationError: .*has no cluster for the context ""; there are: none$/);
    const plain = await changed('plain', (text) => text.replace('server: https', 'server: http'));
    expect(await refusal(plain)).to.match(/^ConfigurationError: .*names the server http:.*only https/);
    const proxied = await changed('proxied', (text) => text.replace('server:', 'proxy-url: http://p\n    server:'));
    expect(await refusal(proxied)).to.match(/^ConfigurationError: .*asks for the proxy http:\/\/p/);
  });
});
