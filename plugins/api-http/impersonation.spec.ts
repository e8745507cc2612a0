import { expect } from 'chai';
import { ServiceAccounts } from '../../core/model/service-account.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { JwtTokenIssuer } from '../token-issuer-jwt/jwt-token-issuer.ts';
import { type Answer, TestFace } from './test-face.ts';

describe('Impersonation', () => {
  let world: TestFace;
  let issuer: JwtTokenIssuer;

  before(async () => {
    issuer = new JwtTokenIssuer({ clock: new RealClock() });
    world = await new TestFace({ issuer }).start();
  });
  after(() => world.stop());

  const whoAmI = (headers: Record<string, string | string[]>): Promise<Answer> =>
    world.ask('/apis/authentication.k8s.io/v1/selfsubjectreviews', { method: 'POST', body: {}, headers });
  const who = async (headers: Record<string, string | string[]>) => (await whoAmI(headers)).json.status.userInfo;

  it('makes an administrator whoever they want to be', async () => {
    const bob = { username: 'bob', groups: ['system:authenticated'] };
    expect(await who({ 'Impersonate-User': 'bob' })).to.deep.equal(bob);
    const headers = { 'Impersonate-User': 'bob', 'Impersonate-Group': ['dev', 'a, b'], 'Impersonate-Uid': '7' };
    expect(await who(headers)).to.deep.equal({
      username: 'bob',
      groups: ['dev', 'a, b', 'system:authenticated'],
      uid: '7',
    });
  });

  it('gives a service account its groups', async () => {
    expect((await who({ 'Impersonate-User': 'system:serviceaccount:default:web' })).groups).to.deep.equal([
      'system:serviceaccounts',
      'system:serviceaccounts:default',
      'system:authenticated',
    ]);
  });

  it('leaves nothing of the rights of before', async () => {
    const anonymous = { 'Impersonate-User': 'system:anonymous' };
    const { code, json } = await world.ask('/api/v1/pods', { headers: anonymous });
    expect([code, json.message]).to.deep.equal([
      403,
      'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
    ]);
    // Bob may read pods, and may not be somebody else.
    const review = {
      spec: { resourceAttributes: { verb: 'impersonate', resource: 'users', name: 'eve' } },
    };
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const ask = async (headers: Record<string, string>) =>
      (await world.ask(path, { method: 'POST', body: review, headers })).json.status.allowed;
    expect(await ask({})).to.equal(true);
    expect(await ask({ 'Impersonate-User': 'bob' })).to.equal(false);
  });

  it('is refused to everybody else', async () => {
    const { metadata } = await world.client
      .of(ServiceAccounts)
      .in('default')
      .create({ metadata: { name: 'web' } });
    const { token } = await issuer.issue({ namespace: 'default', serviceAccount: 'web', uid: metadata.uid });
    const asWeb = async (headers: Record<string, string>) => {
      const all = { Authorization: `Bearer ${token}`, ...headers };
      const { code, json } = await world.ask('/api/v1/pods', { anonymous: true, headers: all });
      return [code, json.message];
    };
    const user = 'User "system:serviceaccount:default:web"';
    expect(await asWeb({ 'Impersonate-User': 'bob' })).to.deep.equal([
      403,
      `users "bob" is forbidden: ${user} cannot impersonate resource "users" in API group "" at the cluster scope`,
    ]);
    expect(await asWeb({ 'Impersonate-User': 'system:serviceaccount:default:other' })).to.deep.equal([
      403,
      `serviceaccounts "other" is forbidden: ${user} cannot impersonate resource "serviceaccounts" in API group "" in the namespace "default"`,
    ]);
  });

  it('takes what else is said of the user', async () => {
    const headers = {
      'Impersonate-User': 'bob',
      'Impersonate-Extra-Scopes': ['view', 'edit'],
      'Impersonate-Extra-a%2Fb': 'c',
    };
    expect((await who(headers)).extra).to.deep.equal({ scopes: ['view', 'edit'], 'a/b': ['c'] });
  });

  it('needs a user', async () => {
    const group = await whoAmI({ 'Impersonate-Group': 'system:masters' });
    expect([group.code, group.json.message]).to.deep.equal([
      400,
      'groups or a uid are impersonated without a user: send the header Impersonate-User as well',
    ]);
  });
});
