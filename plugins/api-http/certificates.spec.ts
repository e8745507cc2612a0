// Certificates that are no good, whatever stands in them: of another CA that calls itself the same, or run out.

import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { CertificateAuthority } from './certificates.ts';
import { HttpApi } from './http-api.ts';
import { TestFace } from './test-face.ts';

const year = 365 * 24 * 3_600_000;

describe('client certificates', () => {
  let world: TestFace;
  let face: HttpApi;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubelab-pki-'));
    world = await new TestFace().start();
    face = new HttpApi({ api: world.api, clock: world.clock, folder });
    await face.start();
  });
  after(async () => {
    await face.stop();
    await world.stop();
    await rm(folder, { recursive: true });
  });

  const owner = { commonName: 'kubernetes-admin', organizations: ['system:masters'] };

  /** The code of a list of pods, asked for with that certificate. */
  const shown = ({ certificate, key }: { certificate: string; key: string }) =>
    new Promise<number | undefined>((resolve, reject) => {
      const { port } = face.address;
      const tls = { ca: face.certificateAuthority, cert: certificate, key, agent: false as const };
      const asked = request({ ...tls, host: '127.0.0.1', port, path: '/api/v1/pods' }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.on('error', reject).end();
    });

  it('of the cluster let in, of another CA of the same name do not', async () => {
    const now = () => world.clock.now();
    const own = await CertificateAuthority.open(now, folder);
    expect(await shown(await own.issue(owner))).to.equal(200);
    const other = await CertificateAuthority.open(now);
    const forged = await other.issue(owner);
    expect(await shown(forged)).to.equal(401);
    // Shown together with the CA that has signed it.
    expect(await shown({ ...forged, certificate: `${forged.certificate}\n${other.certificate}` })).to.equal(401);
  });

  it('do not let in when they have run out', async () => {
    const then = await CertificateAuthority.open(() => world.clock.now() - 20 * year, folder);
    expect(await shown(await then.issue(owner))).to.equal(401);
  });
});
