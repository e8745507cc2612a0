import { expect } from 'chai';
import { authorization } from './authorization.ts';

describe('authorization options', () => {
  const names = (...of: Parameters<typeof authorization>) => authorization(...of).map((one) => one.definition.name);

  it('choose who decides, and whose tokens are good', () => {
    expect(names({}, 3)).to.deep.equal(['authorizer-node', 'authorizer-rbac', 'controller-cluster-role-aggregation']);
    expect(names({ authorizationMode: 'AlwaysAllow', tokenAuthFile: 'users.csv' }, 3)).to.deep.equal([
      'authenticator-token-file',
    ]);
    expect(() => names({ authorizationMode: 'Nobody' }, 3)).to.throw('wants Node,RBAC or AlwaysAllow; found "Nobody"');
  });

  it('say which label a kubelet may not give its node', () => {
    const nodes = [{}, { labels: { disktype: 'ssd', 'node-role.kubernetes.io/worker': '' } }];
    expect(() => names({}, nodes)).to.throw('kubectl label node node-2 node-role.kubernetes.io/worker=');
    expect(names({ authorizationMode: 'AlwaysAllow' }, nodes)).to.deep.equal([]);
  });
});
