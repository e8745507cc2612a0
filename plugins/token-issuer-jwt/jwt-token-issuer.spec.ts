import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { JwtTokenIssuer } from './jwt-token-issuer.ts';

const request = { namespace: 'default', serviceAccount: 'web', uid: 'u-1' };
const user = {
  name: 'system:serviceaccount:default:web',
  uid: 'u-1',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:default'],
};
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('JwtTokenIssuer', () => {
  it('issues a token that speaks for the service account', async () => {
    const issuer = new JwtTokenIssuer({ clock: new VirtualClock() });
    const { token, expirationTimestamp } = await issuer.issue({ ...request, pod: { name: 'web-1', uid: 'u-2' } });
    expect(expirationTimestamp).to.equal(undefined);
    const { user: who, ...rest } = (await issuer.verify(token))!;
    const extra = {
      'authentication.kubernetes.io/pod-name': ['web-1'],
      'authentication.kubernetes.io/pod-uid': ['u-2'],
    };
    expect(who).to.deep.equal({ ...user, extra });
    expect(rest).to.deep.equal({
      audiences: [issuer.audience],
      namespace: 'default',
      serviceAccount: { name: 'web', uid: 'u-1' },
      pod: { name: 'web-1', uid: 'u-2' },
    });
    expect(claimsOf(token)).to.deep.include({
      iss: 'https://kubernetes.default.svc.cluster.local',
      sub: 'system:serviceaccount:default:web',
      'kubernetes.io': {
        namespace: 'default',
        serviceaccount: { name: 'web', uid: 'u-1' },
        pod: { name: 'web-1', uid: 'u-2' },
      },
    });
  });

  it('lets a token expire by the cluster clock', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 0, 1));
    const issuer = new JwtTokenIssuer({ clock });
    const { token, expirationTimestamp } = await issuer.issue({ ...request, expirationSeconds: 600 });
    expect(expirationTimestamp).to.equal('2026-01-01T00:10:00Z');
    await clock.advance(599_000);
    expect((await issuer.verify(token))?.user).to.deep.equal(user);
    await clock.advance(2_000);
    expect(await issuer.verify(token)).to.equal(undefined);
  });

  it('refuses what another key has signed, what is for others, and what is no token', async () => {
    const clock = new VirtualClock();
    const issuer = new JwtTokenIssuer({ clock });
    const { token } = await new JwtTokenIssuer({ clock }).issue(request);
    expect(await issuer.verify(token)).to.equal(undefined);
    const elsewhere = await issuer.issue({ ...request, audiences: ['vault'] });
    expect(await issuer.verify(elsewhere.token)).to.equal(undefined);
    expect((await issuer.verify(elsewhere.token, ['mail', 'vault']))?.audiences).to.deep.equal(['vault']);
    for (const text of ['', 'x', 'a.b.c', `${token}x`]) expect(await issuer.verify(text), text).to.equal(undefined);
  });

  it('makes virtual time wait for the signature', async () => {
    const clock = new VirtualClock();
    const issuer = new JwtTokenIssuer({ clock });
    let token = '';
    void issuer.issue(request).then((issued) => {
      token = issued.token;
    });
    await clock.advance(1);
    expect(token).not.to.equal('');
  });

  it('signs with the key given, P-256 or RSA, and no other', async () => {
    const clock = new VirtualClock();
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    for (const [privateKey, algorithm] of [
      [ec, 'ES256'],
      [rsa, 'RS256'],
    ] as const) {
      const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const { token } = await new JwtTokenIssuer({ clock, key }).issue(request);
      expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).alg).to.equal(algorithm);
      expect((await new JwtTokenIssuer({ clock, key }).verify(token))?.user).to.deep.equal(user);
    }
    const message = await new JwtTokenIssuer({ clock, key: 'nonsense' }).issue(request).catch((error) => error.message);
    expect(message).to.match(/P-256 or RSA private key/);
  });
});
