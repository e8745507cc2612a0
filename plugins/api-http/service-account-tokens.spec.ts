// Tokens that are good, and those that were or never will be: expired, forged, meant for others, of what is gone.

import { expect } from 'chai';
import { Pods } from '../../core/model/pod.ts';
import { Secrets } from '../../core/model/secret.ts';
import { ServiceAccounts } from '../../core/model/service-account.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { JwtTokenIssuer } from '../token-issuer-jwt/jwt-token-issuer.ts';
import { TestFace } from './test-face.ts';

describe('tokens of service accounts', () => {
  const clock = new RealClock();
  const issuer = new JwtTokenIssuer({ clock });
  let world: TestFace;
  let uid: string;

  before(async () => {
    world = await new TestFace({ issuer }).start();
    uid = (await accounts().create({ metadata: { name: 'robot' } })).metadata.uid;
  });
  after(() => world.stop());

  const accounts = () => world.client.of(ServiceAccounts).in('default');
  const request = () => ({ namespace: 'default', serviceAccount: 'robot', uid });
  /** Who the token speaks for, or the code of the refusal. */
  const whose = async (token: string) => {
    const { code, json } = await world.ask('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      method: 'POST',
      body: {},
      anonymous: true,
      headers: { Authorization: `Bearer ${token}` },
    });
    return code === 201 ? json.status.userInfo.username : code;
  };
  const robot = 'system:serviceaccount:default:robot';

  it('are refused when they are forged', async () => {
    const { token } = await issuer.issue(request());
    expect(await whose(token)).to.equal(robot);
    const [head = '', , signature = ''] = token.split('.');
    const claims = { sub: 'system:serviceaccount:kube-system:admin' };
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    const others = await new JwtTokenIssuer({ clock }).issue(request());
    for (const forged of [
      others.token,
      `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`,
      `${unsigned}.${token.split('.')[1]}.`,
      `${token}x`,
    ])
      expect(await whose(forged)).to.equal(401);
  });

  it('are refused when their time is over, or they are for somebody else', async () => {
    expect(await whose((await issuer.issue({ ...request(), expirationSeconds: -1 })).token)).to.equal(401);
    const { token } = await issuer.issue({ ...request(), audiences: ['vault'] });
    expect(await whose(token)).to.equal(401);
    const review = async (spec: object) =>
      (await world.ask('/apis/authentication.k8s.io/v1/tokenreviews', { method: 'POST', body: { spec } })).json.status;
    expect(await review({ token })).to.deep.equal({ user: {}, error: 'invalid bearer token' });
    const { authenticated, audiences, user } = await review({ token, audiences: ['vault', 'mail'] });
    expect([authenticated, audiences, user.username]).to.deep.equal([true, ['vault'], robot]);
  });

  it('die with the pod or the Secret that they are bound to', async () => {
    const pods = world.client.of(Pods).in('default');
    const spec = { serviceAccountName: 'robot', containers: [{ name: 'a', image: 'x' }] };
    const { metadata } = await pods.create({ metadata: { name: 'web' }, spec });
    const pod = { name: 'web', uid: metadata.uid };
    const { token } = await issuer.issue({ ...request(), pod });
    expect(await whose(token)).to.equal(robot);
    await pods.delete('web', { gracePeriodSeconds: 0 });
    expect(await whose(token)).to.equal(401);
    await pods.create({ metadata: { name: 'web' }, spec });
    expect(await whose(token)).to.equal(401);

    const legacy = (await issuer.issue({ ...request(), secret: 'robot-token' })).token;
    expect(await whose(legacy)).to.equal(401);
    const secrets = world.client.of(Secrets).in('default');
    const data = { token: Buffer.from(legacy).toString('base64') };
    await secrets.create({ metadata: { name: 'robot-token' }, data });
    expect(await whose(legacy)).to.equal(robot);
    // Another token in the Secret: the old one is worth nothing any more.
    await secrets.patch('robot-token', { data: { token: Buffer.from('x').toString('base64') } }, { type: 'merge' });
    expect(await whose(legacy)).to.equal(401);
  });

  it('die with the account, and another one of its name does not revive them', async () => {
    const { token } = await issuer.issue(request());
    await accounts().delete('robot');
    expect(await whose(token)).to.equal(401);
    await accounts().create({ metadata: { name: 'robot' } });
    expect(await whose(token)).to.equal(401);
  });
});
