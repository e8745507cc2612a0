import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { CertificateAuthority } from './certificates.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { admin, TestFace } from './test-face.ts';

const now = () => Date.UTC(2026, 6, 1);

describe('certificates and kubeconfig', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubelab pki '));
  });
  after(() => rm(folder, { recursive: true }));

  it('the CA is made once and kept, its key for its owner alone', async () => {
    const first = await CertificateAuthority.open(now, folder);
    const second = await CertificateAuthority.open(now, folder);
    expect(second.certificate).to.equal(first.certificate);
    expect((await stat(join(folder, 'ca.key'))).mode & 0o077).to.equal(process.platform === 'win32' ? 0o066 : 0);
    const ca = new X509Certificate(first.certificate);
    const { certificate } = await second.issue({ commonName: 'me', organizations: ['a', 'b'] });
    const client = new X509Certificate(certificate);
    expect(client.verify(ca.publicKey)).to.equal(true);
    expect(client.subject).to.equal('O=a\nO=b\nCN=me');
    expect(client.ca).to.equal(false);
    const server = new X509Certificate((await second.issue({ commonName: 's', dnsNames: ['localhost'] })).certificate);
    expect(server.subjectAltName).to.equal('DNS:localhost');
  });

  it('a kubeconfig holds all that a client needs', async () => {
    const world = await new TestFace().start();
    try {
      const config = parse(await world.face.kubeconfig(admin));
      expect(config.clusters[0].cluster.server).to.equal(world.face.url);
      expect(config.contexts[0].name).to.equal(config['current-context']);
      const { user } = config.users[0];
      const certificate = new X509Certificate(Buffer.from(user['client-certificate-data'], 'base64'));
      expect(certificate.subject).to.equal('O=system:masters\nCN=kubernetes-admin');
    } finally {
      await world.stop();
    }
  });

  it('is put in place whole, for its owner alone', async () => {
    const path = join(folder, 'config');
    await writeKubeconfig(path, 'one');
    await writeKubeconfig(path, 'two');
    expect(await readFile(path, 'utf8')).to.equal('two');
    expect((await stat(path)).mode & 0o777).to.equal(process.platform === 'win32' ? 0o666 : 0o600);
    expect(await readdir(folder)).to.have.members(['ca.crt', 'ca.key', 'config']);
  });

  it('says which port is taken, and after stop lets go of it, watches and all', async () => {
    const world = await new TestFace().start();
    const { port } = world.face.address;
    const { HttpApi } = await import('./http-api.ts');
    const rival = new HttpApi({ api: world.api, clock: world.clock, port });
    const message = await rival.start().catch((error) => error.message);
    expect(message).to.match(new RegExp(`port ${port} of 127\\.0\\.0\\.1 is taken`));
    const neighbour = new HttpApi({ api: world.api, clock: world.clock, port, orNext: 100 });
    await neighbour.start();
    expect(neighbour.address.port).to.be.within(port + 1, port + 100);
    await neighbour.stop();
    const watching = await world.open('/api/v1/pods?watch=true');
    const ended = new Promise((resolve) => watching.once('close', resolve));
    watching.on('error', () => {});
    await world.stop();
    await world.stop();
    await ended;
    const refused = await new Promise((resolve) => connect(port, '127.0.0.1').once('error', resolve));
    expect((refused as NodeJS.ErrnoException).code).to.equal('ECONNREFUSED');
  });
});
